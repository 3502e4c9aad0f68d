// SPDX-License-Identifier: Apache-2.0
// From what a lab file says to what shall be built: defaults filled in, contradictions refused.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/lab/lab_plan.hpp"

namespace onlink::inline v0::lab {

struct Described {
  PlannedHost host{};
  bool asks = false;
  bool has_routes = false;   // the file names them, be it none
  bool has_virtual = false;  // the file says whether by an engine
};

// Gives every host a MAC address, routes over the routers, and a kernel or an engine. Errors (usage) name the line.
[[nodiscard]] std::expected<LabPlan, Error> complete_plan(LabPlan plan, std::vector<Described> hosts,
                                                          const std::string& source);

}  // namespace onlink::inline v0::lab

// SPDX-License-Identifier: Apache-2.0
// The process that a lab hangs on. It owns the segment (a bridge in a network namespace) and starts one process for
// each host; when it ends, however that happens, the kernel kills those, and with the last process of a namespace the
// namespace goes too. So nothing outlives it.
#pragma once

#include <expected>

#include "onlink/base/error.hpp"
#include "onlink/lab/lab_plan.hpp"
#include "onlink/lab/running_lab.hpp"

namespace onlink::inline v0::lab {

enum class Lifetime : std::uint8_t {
  until_down,   // a background process of its own
  with_parent,  // also dies with the process that started it
};

struct HolderRequest {
  std::string name{};  // of the running lab; may differ from the plan's
  int state_fd = -1;   // the open, locked state file: all processes of the lab keep it open, and so locked
  Lifetime lifetime = Lifetime::until_down;
};

// Returns when every host answers; the state file is written by then. On error nothing is left.
// REQUIRES: a single-threaded process.
[[nodiscard]] std::expected<RunningLab, Error> start_holder(const LabPlan& plan, const HolderRequest& request);

}  // namespace onlink::inline v0::lab

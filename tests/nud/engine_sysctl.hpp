// SPDX-License-Identifier: Apache-2.0
// The sysctls that a script writes, put together as Linux does (`all` with the interface's own) and handed to the
// engine.
#pragma once

#include <expected>
#include <map>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/engine/neighbor_parameters.hpp"
#include "tests/nud/scenario.hpp"

namespace onlink::differential {

class SysctlTable {
 public:
  // Changes `parameters`. Sysctls of the second interface, and those that change nothing of what a trace shows, are
  // passed over; one that the engine does not know is an error (usage).
  [[nodiscard]] std::expected<void, Error> write(const SysctlStep& step, LinkParameters& parameters);

 private:
  std::map<std::string, std::uint64_t> all_;  // by name under IFACE
  std::map<std::string, std::uint64_t> own_;
};

}  // namespace onlink::differential

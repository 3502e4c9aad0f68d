// SPDX-License-Identifier: Apache-2.0
// Commands on the hosts of a lab.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/lab/running_lab.hpp"

namespace onlink::inline v0::lab {

// Where a command runs; `hosts_path` as become_host() takes it.
struct Place {
  RunningLab lab{};
  RunningHost host{};
  std::string hosts_path{};
};

// Turns the calling process into the command there; this program's directory comes first in its PATH, so that `onlink`
// is this program. Returns on failure only: usage when there is no such command or the host runs none, permission,
// system. REQUIRES: a single-threaded process; command is not empty.
[[nodiscard]] Error become_command(const Place& place, std::vector<std::string> command);

struct CommandEnd {
  int status = 0;  // its exit status
  int signal = 0;  // or the signal that ended it
};

// Runs it in a child and waits. Signals of the terminal reach both and are the command's to heed; those sent to this
// process alone are handed on. The command dies with this process at the latest. Errors as above.
[[nodiscard]] std::expected<CommandEnd, Error> run_command(const Place& place, const std::vector<std::string>& command);

}  // namespace onlink::inline v0::lab

// SPDX-License-Identifier: Apache-2.0
// All that one run of a tool did.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onlink::compat_diff {

struct Outcome {
  std::vector<std::string> frames{};     // "eth0 ffffffffffff...": what left, in order
  std::vector<std::string> files{};      // what it left in its working directory, as lines of text
  std::vector<std::string> neighbors{};  // the kernel's table afterwards
  std::string out{};
  std::string err{};
  std::string ending{};  // "status 0", "signal 2"
};

// Across the border of a process.
[[nodiscard]] std::string to_text(const Outcome& outcome);
// Throws std::runtime_error when it is no such text.
[[nodiscard]] Outcome parse_outcome(std::string_view text);

}  // namespace onlink::compat_diff

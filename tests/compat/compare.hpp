// SPDX-License-Identifier: Apache-2.0
// Two runs of one case, side by side.
#pragma once

#include <string>
#include <vector>

#include "tests/compat/case_file.hpp"
#include "tests/compat/outcome.hpp"

namespace onlink::compat_diff {

// Two lists of lines that are not the same.
struct Difference {
  std::string what{};                // "stdout"
  std::vector<std::string> lines{};  // "  both", "- only the original's", "+ only ours"
};

struct Comparison {
  bool same_bytes = false;  // frames, files, the kernel's neighbour table
  bool same_lines = false;  // stdout and stderr
  bool same_status = false;
  std::vector<Difference> differences{};
  std::vector<std::string> warnings{};  // lines that ours added on stderr, which count for nothing

  [[nodiscard]] bool same() const noexcept { return same_bytes && same_lines && same_status; }
};

[[nodiscard]] Comparison compare(const Case& one, const Outcome& original, const Outcome& ours);

// By longest common subsequence.
[[nodiscard]] std::vector<std::string> diff_lines(const std::vector<std::string>& original,
                                                  const std::vector<std::string>& ours);

}  // namespace onlink::compat_diff

// SPDX-License-Identifier: Apache-2.0
// What a tool printed, made comparable: lines, with volatile numbers masked.
#pragma once

#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace onlink::compat_diff {

class Masks {
 public:
  // Each "REGEX=>TEXT". Throws std::runtime_error.
  explicit Masks(const std::vector<std::string>& masks);
  [[nodiscard]] std::string apply(std::string line) const;

 private:
  struct Mask {
    std::regex pattern;
    std::string text;
  };
  std::vector<Mask> masks_;
};

// Lines without their newline; where the last has none, a mark says so.
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);

void drop_lines(std::vector<std::string>& lines, const std::string& pattern);

// A help screen is worded differently by everybody: the lines from the first that matches to the last become one.
void fold_usage(std::vector<std::string>& lines, const std::string& first);

// Takes the warnings of ours ("NAME: warning: ...") out of the lines.
[[nodiscard]] std::vector<std::string> take_warnings(std::vector<std::string>& lines);

}  // namespace onlink::compat_diff

// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/mask.hpp"

#include <algorithm>
#include <stdexcept>

#include "onlink/base/text.hpp"

namespace onlink::compat_diff {

Masks::Masks(const std::vector<std::string>& masks) {
  for (const std::string& mask : masks) {
    const std::size_t arrow = mask.rfind("=>");
    if (arrow == std::string::npos) throw std::runtime_error("@mask wants 'REGEX=>TEXT': " + mask);
    try {
      masks_.push_back({std::regex(mask.substr(0, arrow)), mask.substr(arrow + 2)});
    } catch (const std::regex_error& error) {
      throw std::runtime_error("@mask " + mask + ": " + error.what());
    }
  }
}

std::string Masks::apply(std::string line) const {
  for (const Mask& mask : masks_) line = std::regex_replace(line, mask.pattern, mask.text);
  return line;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  const bool ended = text.empty() || text.ends_with('\n');
  while (!text.empty()) lines.emplace_back(take_until(text, '\n'));
  if (!ended) lines.back() += "\\ (no newline)";
  return lines;
}

void drop_lines(std::vector<std::string>& lines, const std::string& pattern) {
  const std::regex dropped(pattern);
  std::erase_if(lines, [&](const std::string& line) { return std::regex_search(line, dropped); });
}

void fold_usage(std::vector<std::string>& lines, const std::string& first) {
  const std::regex pattern(first);
  const auto begin =
      std::ranges::find_if(lines, [&](const std::string& line) { return std::regex_search(line, pattern); });
  if (begin == lines.end()) return;
  lines.erase(begin, lines.end());
  lines.emplace_back("(usage)");
}

std::vector<std::string> take_warnings(std::vector<std::string>& lines) {
  static const std::regex warning("[a-z0-9-]+: warning: .*");
  std::vector<std::string> warnings;
  std::erase_if(lines, [&](const std::string& line) {
    if (!std::regex_match(line, warning)) return false;
    warnings.push_back(line);
    return true;
  });
  return warnings;
}

}  // namespace onlink::compat_diff

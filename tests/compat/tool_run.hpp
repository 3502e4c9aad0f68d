// SPDX-License-Identifier: Apache-2.0
// One run of a tool in a world of its own, in a process of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/compat/case_file.hpp"
#include "tests/compat/outcome.hpp"

namespace onlink::compat_diff {

struct Tool {
  std::filesystem::path program{};
  std::string called{};                    // its argv[0], for the path's own name may be another
  std::vector<std::string> first_words{};  // before the case's: "compat", "arp-scan"
  std::vector<std::string> environment{};
};

// Throws std::runtime_error where there is no world to be had, or the tool does not end within a minute.
[[nodiscard]] Outcome run_tool(const Tool& tool, const Case& one, const std::filesystem::path& data);

}  // namespace onlink::compat_diff

// SPDX-License-Identifier: Apache-2.0
// Cases, each by the original and by ours, many at once: a tool mostly waits.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "onlink/base/time.hpp"
#include "tests/compat/case_file.hpp"
#include "tests/compat/compare.hpp"
#include "tests/compat/tool_run.hpp"

namespace onlink::compat_diff {

struct CaseResult {
  const Case* one = nullptr;
  Outcome original{};
  Outcome ours{};
  Comparison comparison{};
  std::string failure{};  // why it could not be run
  Duration took{};        // both runs
};

struct CaseRun {
  Tool original{};
  std::filesystem::path our_program{};
  std::filesystem::path data{};  // tests/compat/data
  std::size_t jobs = 24;
};

// In the cases' order. What differs beside others is run once more by itself, and that counts.
[[nodiscard]] std::vector<CaseResult> run_cases(const std::string& tool, const std::vector<Case>& cases,
                                                const CaseRun& run);

}  // namespace onlink::compat_diff

// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/case_run.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "onlink/run/clock.hpp"
#include "tests/compat/case_words.hpp"

namespace onlink::compat_diff {
namespace {

// Under its own name, by a link; or by the words that the case gives. Of the two that are called arping in Debian, ours
// takes that name for the one of iputils.
Tool our_tool(const std::string& tool, const Case& one, const std::filesystem::path& program) {
  const auto words = one.value("ours");
  if (!words) return {.program = program, .called = tool == "arping-iputils" ? "arping" : tool};
  return {.program = program, .called = "onlink", .first_words = split_words(*words)};
}

CaseResult run_case(const std::string& tool, const Case& one, const CaseRun& run) {
  CaseResult result{.one = &one};
  const Instant start = monotonic_now();
  try {
    result.original = run_tool(run.original, one, run.data);
    result.ours = run_tool(our_tool(tool, one, run.our_program), one, run.data);
    result.comparison = compare(one, result.original, result.ours);
  } catch (const std::exception& error) {
    result.failure = error.what();
  }
  result.took = monotonic_now() - start;
  return result;
}

// A busy machine can be late by more than a tool's patience. More than these are no accident.
constexpr std::size_t most_repeated = 8;

bool is_worth_repeating(const CaseResult& result) {
  return !result.failure.empty() || (!result.comparison.same() && !result.one->has("differs"));
}

}  // namespace

std::vector<CaseResult> run_cases(const std::string& tool, const std::vector<Case>& cases, const CaseRun& run) {
  std::vector<CaseResult> results(cases.size());
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> workers;
    for (std::size_t n = 0; n < std::min(run.jobs, cases.size()); ++n) {
      workers.emplace_back([&] {
        for (std::size_t i = next++; i < cases.size(); i = next++) results[i] = run_case(tool, cases[i], run);
      });
    }
  }
  if (run.jobs == 1) return results;
  std::size_t repeated = 0;
  for (CaseResult& result : results) {
    if (is_worth_repeating(result) && repeated++ < most_repeated) result = run_case(tool, *result.one, run);
  }
  return results;
}

}  // namespace onlink::compat_diff

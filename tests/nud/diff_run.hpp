// SPDX-License-Identifier: Apache-2.0
// Many scenarios, each by the kernel and by the engine, several at once: the kernel's runs are mostly waiting.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/nud/compare.hpp"
#include "tests/nud/runner.hpp"

namespace onlink::differential {

enum class Verdict : std::uint8_t {
  same,
  different,
  known,    // different, as the script says that they are
  agreed,   // the same, and the script says that they are not: what is known is out of date
  skipped,  // must be alone and cannot
  failed,   // one of the two did not run
};
[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

struct DiffResult {
  const Scenario* scenario = nullptr;
  Verdict verdict = Verdict::failed;
  std::optional<Comparison> comparison{};  // when both ran
  std::optional<Error> error{};            // why one did not
};

struct DiffOptions {
  std::size_t jobs = 16;
  std::size_t repeat = 1;
  EngineRunOptions engine{};
  KernelRunOptions kernel{};
};

// The scenarios in their order, each `repeat` times. `report` is called as each ends, one at a time; what differs
// beside others is run once more by itself before that. Those that are `alone` run when the others are done, one by
// one; where they cannot run they are skipped.
[[nodiscard]] std::vector<DiffResult> run_differences(const std::vector<Scenario>& scenarios,
                                                      const DiffOptions& options,
                                                      const std::function<void(const DiffResult&)>& report);

// One scenario, by both.
[[nodiscard]] DiffResult run_difference(const Scenario& scenario, const DiffOptions& options);

}  // namespace onlink::differential

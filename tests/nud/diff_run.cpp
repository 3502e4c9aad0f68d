// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/diff_run.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace onlink::differential {

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::same:
      return "same";
    case Verdict::different:
      return "different";
    case Verdict::known:
      return "known";
    case Verdict::agreed:
      return "agreed";
    case Verdict::skipped:
      return "skipped";
    case Verdict::failed:
      return "failed";
  }
  return "unknown";
}

DiffResult run_difference(const Scenario& scenario, const DiffOptions& options) {
  DiffResult result{.scenario = &scenario};
  auto kernel = run_kernel(scenario, options.kernel);
  if (!kernel) {
    result.error = std::move(kernel.error());
    return result;
  }
  EngineRunOptions engine_options = options.engine;
  engine_options.reachable_ipv4 = kernel->header.reachable_ipv4;
  engine_options.reachable_ipv6 = kernel->header.reachable_ipv6;
  auto engine = run_engine(scenario, engine_options);
  if (!engine) {
    result.error = std::move(engine.error());
    return result;
  }
  result.comparison = compare(std::move(*kernel), std::move(*engine), scenario.length());
  const bool expected = scenario.differs.empty();
  result.verdict = result.comparison->same() ? (expected ? Verdict::same : Verdict::agreed)
                                             : (expected ? Verdict::different : Verdict::known);
  return result;
}

std::vector<DiffResult> run_differences(const std::vector<Scenario>& scenarios, const DiffOptions& options,
                                        const std::function<void(const DiffResult&)>& report) {
  std::vector<DiffResult> results(scenarios.size() * options.repeat);
  std::vector<std::size_t> together;
  std::vector<std::size_t> alone;
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].scenario = &scenarios[i / options.repeat];
    (results[i].scenario->alone ? alone : together).push_back(i);
  }
  // The longest first: the last to end decides how long all take.
  std::ranges::stable_sort(together, std::greater{}, [&](std::size_t i) { return results[i].scenario->length(); });

  std::mutex reporting;
  const auto run = [&](std::size_t i) {
    DiffResult result = run_difference(*results[i].scenario, options);
    const std::scoped_lock lock{reporting};
    results[i] = std::move(result);
    report(results[i]);
  };
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> workers;
    for (std::size_t n = 0; n < std::min(options.jobs, together.size()); ++n) {
      workers.emplace_back([&] {
        for (std::size_t at = next++; at < together.size(); at = next++) run(together[at]);
      });
    }
  }
  const bool can = alone.empty() || can_run_alone();
  for (const std::size_t i : alone) {
    if (can) {
      run(i);
    } else {
      results[i].verdict = Verdict::skipped;
      report(results[i]);
    }
  }
  return results;
}

}  // namespace onlink::differential

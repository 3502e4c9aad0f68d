// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/diff_run.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/nud/sort_by.hpp"

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

namespace {

// Neighbour entries that the kernel's side of a run has at a time, by family.
struct Entries {
  std::uint32_t ipv4 = 0;
  std::uint32_t ipv6 = 0;
};

// All namespaces share one table for each family, and from gc_thresh1 (128) entries on it is collected from. What is
// left is for whoever else has neighbours.
constexpr std::uint32_t most_entries = 96;

// Many runs at once can hold up the kernel's timers for longer than any rule allows, so what differs then is run once
// more with nothing beside it, and that counts. More than these are no accident, and are told as they are.
constexpr std::size_t most_repeated = 8;

Entries entries_of(const Scenario& scenario) {
  constexpr std::uint32_t stations = 4;
  constexpr std::uint32_t groups = 6;  // IPv6 has an entry for each group that it sends to
  std::uint32_t bulk = 0;
  for (const Step& step : scenario.steps) {
    if (const auto* send = std::get_if<SendStep>(&step.action)) bulk += send->targets - 1;
    if (const auto* admin = std::get_if<AdminStep>(&step.action)) bulk += admin->count - 1;
  }
  return {scenario.ipv4 ? stations + bulk : 0, scenario.ipv6 ? stations + groups + bulk : 0};
}

// Hands out runs in their order, but for those whose entries find no room at the moment.
class Schedule {
 public:
  Schedule(std::vector<std::size_t> waiting, std::function<Entries(std::size_t)> entries)
      : waiting_(std::move(waiting)), entries_(std::move(entries)) {}

  // Waits until one can run; none are left: nothing.
  std::optional<std::size_t> take() {
    std::unique_lock lock{mutex_};
    while (!waiting_.empty()) {
      const auto next = std::ranges::find_if(waiting_, [this](std::size_t run) { return fits(entries_(run)); });
      if (next == waiting_.end()) {
        changed_.wait(lock);
        continue;
      }
      const std::size_t run = *next;
      waiting_.erase(next);
      used_.ipv4 += entries_(run).ipv4;
      used_.ipv6 += entries_(run).ipv6;
      return run;
    }
    return std::nullopt;
  }
  void give_back(std::size_t run) {
    {
      const std::scoped_lock lock{mutex_};
      used_.ipv4 -= entries_(run).ipv4;
      used_.ipv6 -= entries_(run).ipv6;
    }
    changed_.notify_all();
  }

 private:
  // One that is too large for any company runs without.
  [[nodiscard]] bool fits(const Entries& more) const {
    const auto in = [](std::uint32_t used, std::uint32_t wanted) { return used == 0 || used + wanted <= most_entries; };
    return in(used_.ipv4, more.ipv4) && in(used_.ipv6, more.ipv6);
  }

  std::vector<std::size_t> waiting_;
  std::function<Entries(std::size_t)> entries_;
  Entries used_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace

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
  sort_by(together, [&](std::size_t i) { return -results[i].scenario->length(); });

  std::mutex reporting;
  std::vector<std::size_t> again;
  const auto run = [&](std::size_t i, bool others) {
    DiffResult result = run_difference(*results[i].scenario, options);
    const std::scoped_lock lock{reporting};
    results[i] = std::move(result);
    if (others && results[i].verdict == Verdict::different && again.size() < most_repeated) {
      again.push_back(i);
    } else {
      report(results[i]);
    }
  };
  Schedule schedule{std::move(together), [&](std::size_t i) { return entries_of(*results[i].scenario); }};
  {
    std::vector<std::jthread> workers;
    for (std::size_t n = 0; n < std::min(options.jobs, results.size()); ++n) {
      workers.emplace_back([&] {
        while (const auto next = schedule.take()) {
          run(*next, options.jobs > 1);
          schedule.give_back(*next);
        }
      });
    }
  }
  for (const std::size_t i : again) run(i, false);
  const bool can = alone.empty() || can_run_alone();
  for (const std::size_t i : alone) {
    if (can) {
      run(i, false);
    } else {
      results[i].verdict = Verdict::skipped;
      report(results[i]);
    }
  }
  return results;
}

}  // namespace onlink::differential

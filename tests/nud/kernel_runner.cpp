// SPDX-License-Identifier: Apache-2.0
// A run is a process of its own: it enters namespaces, and takes them with it when it ends, however it ends.
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "tests/nud/kernel_child.hpp"
#include "tests/nud/kernel_gc_settings.hpp"
#include "tests/nud/kernel_world.hpp"
#include "tests/nud/runner.hpp"
#include "tests/nud/sort_by.hpp"

namespace onlink::differential {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration poll_interval = milliseconds{10};  // of the table
constexpr Duration absence_limit = milliseconds{25};  // a notice that waited longer has no time

// So that steps are done in time beside other work; where it is not allowed, late runs are repeated more often.
void hurry() {
  const sched_param first{.sched_priority = 1};
  (void)::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
}

void await_step(KernelWorld& world, Duration at) {
  Duration next_look = world.now() + poll_interval;
  while (world.now() < at) {
    world.wait(std::min(at, next_look));
    world.collect();
    if (world.now() < next_look) continue;
    world.read_table();
    next_look = world.now() + poll_interval;
  }
}

void record_step(KernelWorld& world, const Step& step, Duration at) {
  TraceRecord record;
  record.t = step.at;
  record.ev = TraceEvent::step;
  record.kind = step.text;
  record.late = at - step.at;
  world.add(std::move(record));
}

using Draw = std::optional<KernelWorld::ReachableTime>;

Draw draw_of(KernelWorld& world, Family family, const Scenario& scenario) {
  const bool speaks = family == Family::ipv4 ? scenario.ipv4 : scenario.ipv6;
  return speaks ? world.reachable_time(family) : std::nullopt;
}

// The kernel draws anew every 300 s of its own accord; a run during which it did is of no use.
void check(const Draw& before, const Draw& after) {
  if (before && after && before->base == after->base && before->drawn != after->drawn) throw RunSpoiled{};
}

// An entry that went of itself, where the periodic garbage collection may have taken it.
bool lost_an_entry(const std::vector<TraceRecord>& records) {
  constexpr Duration reach_of_a_step = milliseconds{100};
  Duration last_step{};
  return std::ranges::any_of(records, [&](const TraceRecord& record) {
    if (record.ev == TraceEvent::step) last_step = record.t;
    return record.ev == TraceEvent::del && record.t > last_step + reach_of_a_step;
  });
}

Trace run_once(const Scenario& scenario) {
  KernelWorld world(scenario);
  Trace trace;
  trace.header.runner = "kernel";
  trace.header.scenario = scenario.name;
  const Draw ipv4 = draw_of(world, Family::ipv4, scenario);
  const Draw ipv6 = draw_of(world, Family::ipv6, scenario);
  if (ipv4) trace.header.reachable_ipv4 = ipv4->drawn;
  if (ipv6) trace.header.reachable_ipv6 = ipv6->drawn;
  hurry();
  world.start();
  for (const Step& step : scenario.steps) {
    await_step(world, step.at);
    const Duration at = world.now();
    world.collect();
    record_step(world, step, at);
    world.execute(step.action);
    world.read_table();
    trace.header.latest_step = std::max(trace.header.latest_step, at - step.at);
  }
  world.finish();
  if (world.longest_absence() > absence_limit) {
    trace.header.latest_step = std::max(trace.header.latest_step, world.longest_absence());
  }
  if (!writes_reachable_time(scenario)) {
    check(ipv4, draw_of(world, Family::ipv4, scenario));
    check(ipv6, draw_of(world, Family::ipv6, scenario));
  }
  trace.records = std::move(world.records());
  sort_by(trace.records, &TraceRecord::t);
  if (!scenario.alone && lost_an_entry(trace.records) && world.was_collected_from()) throw RunSpoiled{};
  return trace;
}

}  // namespace

std::expected<void, Error> prepare_kernel_runs() {
  const auto tried = in_child(seconds{20}, [] { return must(kernel::enter_new_network()), std::string(); });
  if (!tried) return std::unexpected(Error{ErrorCode::permission, 0, tried.error().context});
  return {};
}

bool can_run_alone() {
  return ::geteuid() == 0 && kernel::read_sysctl("net/ipv4/neigh/default/gc_thresh3").has_value() &&
         ::access("/proc/sys/net/ipv4/neigh/default/gc_thresh3", W_OK) == 0;
}

std::expected<Trace, Error> run_kernel(const Scenario& scenario, const KernelRunOptions& options) {
  const TableLock lock(scenario.alone);
  std::optional<GcSettingsGuard> guard;
  if (scenario.alone) guard.emplace();
  Duration latest{};
  for (std::uint32_t attempt = 1; attempt <= options.attempts; ++attempt) {
    const auto text = in_child(scenario.length() + seconds{60}, [&] { return to_json_lines(run_once(scenario)); });
    if (!text && text.error().code == ErrorCode::unsupported) continue;  // RunSpoiled
    if (!text) return std::unexpected(text.error());
    auto trace = read_trace(*text, scenario.name);
    if (!trace) return trace;
    latest = trace->header.latest_step;
    trace->header.attempts = attempt;
    if (latest <= options.late_limit) return trace;
  }
  return std::unexpected(Error{
      ErrorCode::system, ETIMEDOUT,
      scenario.name + ": in none of " + std::to_string(options.attempts) + " runs was every step in time (last: " +
          std::to_string(std::chrono::duration_cast<milliseconds>(latest).count()) + " ms late)"});
}

}  // namespace onlink::differential

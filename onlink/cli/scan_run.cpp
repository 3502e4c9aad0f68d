// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/scan_run.hpp"

#include <fmt/format.h>

#include <utility>

#include "onlink/print/event_words.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr Duration progress_tick = std::chrono::milliseconds{100};

ProgressState progress_state(const ScanProgress& progress) {
  const double work = static_cast<double>(progress.targets);
  return {.done = static_cast<std::uint64_t>(progress.fraction * work),
          .total = progress.targets,
          .found = progress.answered,
          .rate = progress.rate,
          .remaining = progress.time_left};
}

}  // namespace

ScanRun::ScanRun(Context& context, WireAccess& wire, ScanReport& report, const Interrupt& interrupt)
    : context_(context),
      wire_(wire),
      report_(report),
      interrupt_(interrupt),
      progress_(context.err, context.err_is_terminal && !context.quiet, context.width) {}

ScanOutcome ScanRun::run_all(std::vector<ScanConfig> scans, const PaceConfig& pace) {
  ScanOutcome outcome;
  report_.start(wire_.start());
  for (ScanConfig& config : scans) {
    config.pace = pace;
    run_one(std::move(config), outcome);
    if (outcome.end != RunEnd::finished) break;
  }
  progress_.clear();
  outcome.elapsed = wire_.clock().now().instant - wire_.start().instant;
  return outcome;
}

void ScanRun::run_one(ScanConfig config, ScanOutcome& outcome) {
  Scanner& scanner = scanners_.emplace_back(std::move(config), wire_.clock().now().instant);
  RunOptions options{.clock = &wire_.clock(), .interrupt = &interrupt_, .tick = progress_tick};
  options.on_event = [&](const Event& event) { on_event(event); };
  options.on_tick = [&](const ClockPair& now) { progress_.update(now.instant, progress_state(scanner.progress())); };
  RunResult result = onlink::run(scanner, wire_.port(), options);
  report_.on_scan_end(findings_of(scanner));
  outcome.end = result.end;
  outcome.error = std::move(result.error);
  outcome.receive_drops += result.counters.receive_drops;
}

void ScanRun::on_event(const Event& event) {
  progress_.clear();
  report_.on_event(event);
  const auto* pace = std::get_if<PaceChanged>(&event);
  if (pace == nullptr || context_.verbose == 0) return;
  context_.say(fmt::format("{:.0f} requests/s ({})", pace->requests_per_second, to_string(pace->reason)));
}

ScanOutcome replay_scan(HostListener& listener, WireAccess& wire, ScanReport& report, const Interrupt& interrupt) {
  report.start(wire.start());
  RunOptions options{.clock = &wire.clock(), .interrupt = &interrupt, .stay = true};
  options.on_event = [&](const Event& event) { report.on_event(event); };
  RunResult result = onlink::run(listener, wire.port(), options);
  report.on_scan_end({.hosts = &listener.hosts(),
                      .progress = listener.progress(),
                      .looked_for = [&listener](const IpAddress& address) { return listener.listens_for(address); }});
  return {.end = result.end == RunEnd::exhausted ? RunEnd::finished : result.end,
          .error = std::move(result.error),
          .elapsed = wire.clock().now().instant - wire.start().instant};
}

}  // namespace onlink::inline v0::cli

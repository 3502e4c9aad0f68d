// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/claim_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using std::chrono::milliseconds;

// How soon a link that was down for a moment only is noticed, and a hook that
// failed told.
constexpr milliseconds tick{100};
// Who attacks an address that is kept makes conflicts as fast as he can send.
constexpr std::chrono::seconds between_conflicts{1};

bool is_link_down(const RunResult& result) { return result.error && result.error->code == ErrorCode::link_down; }

}  // namespace

ClaimRun::ClaimRun(const Parts& parts, const ClaimPlan& plan, const ClaimOptions& options)
    : parts_(parts),
      plan_(plan),
      options_(options),
      claimer_(plan.claimer),
      engine_(claimer_, options.once || plan.claimer.probe_only),
      groups_(parts.link.index) {}

ExitCode ClaimRun::run() {
  begin();
  const RunResult result = drive_over_losses();
  const bool well = result.end == RunEnd::finished;
  parts_.report.finish(result, well);
  if (well && plan_.claimer.probe_only) tell_free();
  parts_.consequences.finish(options_.once && result.end == RunEnd::finished);
  ExitCode code = worst(parts_.report.exit_code(), parts_.consequences.exit_code());
  if (result.error) code = worst(code, parts_.context.fail(*result.error));
  if (const auto closed = parts_.wire.close(); !closed) code = worst(code, parts_.context.fail(closed.error()));
  return code;
}

// The monitor knows of what was over before the port was looked at.
bool ClaimRun::link_stayed_up() {
  const auto seen = parts_.monitor.read();
  return seen && !seen->went_down && parts_.wire.port().check_link();
}

void ClaimRun::tell_free() {
  for (const Prefix& target : plan_.targets) {
    if (claimer_.state(target.address) == ClaimState::bound) parts_.consequences.on_free(target.address);
  }
}

void ClaimRun::begin() {
  const Instant start = parts_.wire.start().instant;
  if (options_.timeout) until_ = start + *options_.timeout;
  join_groups();
  for (const Prefix& target : plan_.targets) {
    const IpAddress& address = target.address;
    if (std::ranges::find(plan_.contradicted, address) == plan_.contradicted.end()) {
      claimer_.claim(start, address, output_);
    }
  }
  for (const IpAddress& address : plan_.kernels) claimer_.leave_answers_to_kernel(address);
  if (options_.automatic) claimer_.claim_link_local(start, plan_.previous, output_);
  hand_over();
}

// The kernel knows of no VLAN that we tag ourselves.
void ClaimRun::join_groups() {
  if (!plan_.claimer.vlans.empty()) return;
  for (const Prefix& target : plan_.targets) {
    if (target.address.is_ipv4()) continue;
    const auto joined = groups_.join(solicited_node_address(target.address.ipv6()));
    if (joined) continue;
    return parts_.context.say(
        fmt::format("{}; a switch that snoops may keep questions from us", joined.error().context));
  }
}

RunResult ClaimRun::drive() {
  RunOptions options{.clock = &parts_.wire.clock(), .interrupt = &parts_.interrupt, .until = until_};
  options.on_event = [this](const Event& event) { take(event); };
  options.on_frame_sent = [this](Bytes frame, const ClockPair&) { parts_.report.on_frame_sent(frame); };
  options.on_tick = [this](const ClockPair&) { on_tick(); };
  options.tick = tick;
  engine_.resume();
  RunResult result = onlink::run(engine_, parts_.wire.port(), options);
  // What was free is told only now, and the last tick was a while ago.
  if (plan_.claimer.probe_only && result.end == RunEnd::finished && !link_stayed_up()) engine_.stop();
  return result;
}

void ClaimRun::on_tick() {
  parts_.report.flush();
  parts_.consequences.report_failures();
  const auto seen = parts_.monitor.read();
  if (seen && seen->went_down) engine_.stop();
}

// A check does not outlive its link: that an address is free is known only of a
// link that stayed up.
RunResult ClaimRun::drive_over_losses() {
  RunResult total = drive();
  while (engine_.is_stopped() || is_link_down(total)) {
    if (plan_.claimer.probe_only) {
      total.end = RunEnd::failed;
      if (!total.error) {
        total.error =
            Error{ErrorCode::link_down, 0, fmt::format("{}: the link went down", printable(parts_.link.name))};
      }
      break;
    }
    set_link(false);
    if (!wait_for_link(total)) break;
    total.error.reset();
    set_link(true);
    RunResult next = drive();
    next.started = total.started;
    next.counters.receive_drops += total.counters.receive_drops;
    total = std::move(next);
  }
  return total;
}

void ClaimRun::set_link(bool up) {
  claimer_.on_link(now(), up, output_);
  hand_over();
}

bool ClaimRun::wait_for_link(RunResult& result) {
  parts_.context.say("the link went down; every address is probed for again once it is back");
  parts_.report.flush();
  for (;;) {
    result.ended = parts_.wire.clock().now();
    const auto end = [&](RunEnd why) {
      result.end = why;
      if (why != RunEnd::failed) result.error.reset();
      return false;
    };
    if (parts_.interrupt.requested()) return end(RunEnd::interrupted);
    if (until_ && now() >= *until_) return end(RunEnd::time_limit);
    const auto seen = parts_.monitor.read();
    if (!seen || seen->gone) {
      result.error = seen ? Error{ErrorCode::no_interface, 0,
                                  fmt::format("{}: the interface is gone", printable(parts_.link.name))}
                          : seen.error();
      return end(RunEnd::failed);
    }
    // The notices may be late by a second: what the port sees must be true as well.
    if (seen->up_now && parts_.wire.port().check_link()) return true;
    const Instant next = now() + tick;
    const bool waited = parts_.wire.clock().wait({.fd = parts_.monitor.fd(),
                                                  .interrupt_fd = parts_.interrupt.poll_fd(),
                                                  .until = until_ ? std::min(next, *until_) : next});
    if (!waited) return end(RunEnd::exhausted);
    parts_.consequences.report_failures();
  }
}

void ClaimRun::hand_over() {
  for (const Event& event : output_.events) take(event);
  output_.clear();
}

bool ClaimRun::is_news(const ClaimConflict& conflict) {
  const auto state = claimer_.state(conflict.address);
  if (state != ClaimState::announcing && state != ClaimState::bound) return true;
  const auto [told, first] = told_.try_emplace(conflict.address, conflict.time);
  if (!first && conflict.time < told->second + between_conflicts) return false;
  told->second = conflict.time;
  return true;
}

// What was there before the claim is not ours to remove, and two hosts go on answering.
void ClaimRun::warn_of_kernel(const IpAddress& lost) const {
  if (std::ranges::find(plan_.kernels, lost) == plan_.kernels.end()) return;
  const auto named = std::ranges::find(plan_.targets, lost, &Prefix::address);
  parts_.context.say(
      fmt::format("{}: this host's kernel has it still, and goes on answering (ip address del {} dev {})", lost, *named,
                  printable(parts_.link.name)));
}

void ClaimRun::take(const Event& event) {
  if (const auto* ready = std::get_if<ClaimReady>(&event)) {
    std::optional<std::uint8_t> configured;
    if (!plan_.claimer.probe_only) configured = parts_.consequences.on_ready(*ready, claimer_);
    parts_.report.on_ready(*ready, claimer_.probes(ready->address), configured);
  } else if (const auto* conflict = std::get_if<ClaimConflict>(&event)) {
    if (!is_news(*conflict)) return;
    parts_.report.on_conflict(*conflict);
    parts_.consequences.on_conflict(*conflict);
  } else if (const auto* defended = std::get_if<ClaimDefended>(&event)) {
    parts_.report.on_defended(*defended);
    parts_.consequences.on_defended(*defended);
  } else if (const auto* lost = std::get_if<ClaimLost>(&event)) {
    parts_.consequences.on_lost(*lost);
    parts_.report.on_lost(*lost);
    if (lost->mac) warn_of_kernel(lost->address);
  }
}

}  // namespace onlink::inline v0::cli

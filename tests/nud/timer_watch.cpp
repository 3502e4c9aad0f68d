// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/timer_watch.hpp"

#include <algorithm>

#include "tests/nud/kernel_timer.hpp"

namespace onlink::differential {
namespace {

constexpr Duration jiffies_early = std::chrono::milliseconds{8};  // and the time to act in between

}  // namespace

TimerWatch::Cause TimerWatch::due(Instant now) const {
  Cause cause;
  for (const auto& [key, timer] : timers_) {
    if (!timer.deadline || *timer.deadline > now) continue;
    const Slack slack{timer.slack.late + timer_allowance(*timer.deadline - timer.armed), timer.slack.early};
    cause.fired.emplace(key, slack);
    cause.slack = {std::max(cause.slack.late, slack.late), std::max(cause.slack.early, slack.early)};
  }
  return cause;
}

void TimerWatch::look(const NeighborCache& cache, Instant now, const Cause& cause) {
  ++round_;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    cache.for_each(family, [&](const NeighborEntry& entry) { look_at(entry, now, cause); });
  }
  std::erase_if(timers_, [&](const auto& item) { return item.second.round != round_; });
}

void TimerWatch::look_at(const NeighborEntry& entry, Instant now, const Cause& cause) {
  const std::string key = to_string(entry.address);
  Timer& timer = timers_[key];
  timer.round = round_;
  const auto fired = cause.fired.find(key);
  if (fired != cause.fired.end()) timer.settled_from = now + fired->second.late;
  if (timer.deadline != entry.deadline) {
    // REACHABLE's deadline is put off to a time that does not depend on when it fired.
    const bool put_off = entry.state == NudState::reachable && timer.state == NudState::reachable;
    timer.deadline = entry.deadline;
    timer.armed = now;
    timer.slack = put_off ? Slack{} : cause.slack_of(key);
  }
  timer.state = entry.state;
}

bool TimerWatch::is_settled(Instant now) const {
  return std::ranges::all_of(timers_, [now](const auto& item) {
    const Timer& timer = item.second;
    if (now <= timer.settled_from) return false;
    return !timer.deadline || now < *timer.deadline - jiffies_early;
  });
}

}  // namespace onlink::differential

// SPDX-License-Identifier: Apache-2.0
// How much of a scan is left: tries, passes, waits, and what that takes.
#include <algorithm>
#include <cassert>

#include "onlink/engine/scan.hpp"

namespace onlink::inline v0 {
namespace {

// A scan at `max` is assumed to go as fast as a 1 Gbit/s link takes minimal frames, for want of anything better.
constexpr double assumed_max_rate = 1e6;

double sending_time(double requests, const PaceConfig& pace) noexcept {
  if (pace.unlimited) return requests / assumed_max_rate;
  if (pace.fixed) return requests / *pace.fixed;
  double seconds = 0;
  double rate = std::min(pace.start, pace.ceiling);
  assert(rate > 0);
  const double step = to_seconds(PaceRamp::step_time);
  while (rate < pace.ceiling && requests > rate * step) {
    requests -= rate * step;
    seconds += step;
    rate = std::min(2 * rate, pace.ceiling);
  }
  return seconds + requests / rate;
}

}  // namespace

ScanEstimate estimate_scan(std::uint64_t targets, const PaceConfig& pace) noexcept {
  const ScanPatience patience;
  const auto count = static_cast<double>(targets);
  return {.dense = from_seconds(sending_time(count, pace)) + patience.settle,
          .sparse = from_seconds(sending_time(2 * count, pace)) + patience.last};
}

std::uint64_t Scanner::silent_targets() const noexcept { return config_.targets.count() - answered_targets_; }

std::uint32_t Scanner::tries_wanted() const noexcept {
  const std::uint32_t most = std::max(config_.max_tries, config_.min_tries);
  return tries_needed(answered_, loss_, sweeps_, {config_.min_tries, most});
}

// As long as nothing is lost: by the end there will be samples enough to believe it.
std::uint32_t Scanner::passes_expected() const noexcept {
  return std::max(is_lossy_ ? tries_wanted() : config_.min_tries, sweeps_);
}

void Scanner::plan() noexcept {
  tries_ = tries_wanted();
  is_lossy_ = loss_.loss() > 0;
}

bool Scanner::wants_sweep() const noexcept {
  return sweeps_ < tries_ && (silent_targets() > 0 || !echo_builders_.empty());
}

bool Scanner::wants_question(const ScanHost& host) const noexcept {
  if (host.tries >= tries_) return false;
  if (host.answered) return is_lossy_;
  return !host.target;  // those in the target list are asked with it
}

std::uint64_t Scanner::hosts_wanting() const noexcept {
  std::uint64_t count = 0;
  for (HostTable::Id id = 0; id < hosts_.size(); ++id) count += wants_question(hosts_[id]) ? 1 : 0;
  return count;
}

// As long as nothing was lost, enough samples to believe it; but no more than there are targets: nobody who asks for
// one address wants it asked thirty times.
bool Scanner::wants_samples() const noexcept {
  const std::uint64_t enough = std::min(LossEstimate::enough_samples, config_.targets.count() + counts_.learned);
  return answered_ > 0 && !loss_.is_confident() && loss_.samples() + samples_waiting_ < enough;
}

// One request in so many goes to a host known to be alive.
std::uint32_t Scanner::sample_interval() const noexcept {
  if (ramp_.is_doubtful()) return 4;
  if (wants_samples()) return 8;
  return pacer_.is_unlimited() ? 64 : 32;
}

Instant Scanner::end_of_wait() const noexcept {
  const ScanPatience& patience = config_.patience;
  const bool is_anyone_silent = silent_targets() > 0 || !echo_builders_.empty();
  Duration wait = patience.settle;
  if (is_anyone_silent) {
    wait = std::max({rtt_.timeout(patience), patience.last, rtt_.slowest() + rtt_.slowest() / 4});
  } else if (pacer_.is_unlimited()) {
    // In a hurry, and nobody is missing: as long as answers take here, for a second owner.
    constexpr Duration shortest = std::chrono::milliseconds{10};
    wait = std::clamp(rtt_.timeout().value_or(patience.settle), std::min(shortest, patience.settle), patience.settle);
  }
  const Instant end = last_ask_ + std::min(wait, patience.most);
  // A sample still open may turn out to be a loss, and then there is more to do.
  return samples_waiting_ > 0 ? std::max(end, samples_.front().deadline) : end;
}

double Scanner::requests_left() const noexcept {
  if (stage_ == Stage::wait || stage_ == Stage::silent || stage_ == Stage::done) return 0;
  const std::uint32_t tries = passes_expected();
  const auto count = static_cast<double>(config_.targets.count());
  const double reached = sweeping_ && stage_ == Stage::targets ? static_cast<double>(position_) : count;
  // Of the targets not reached in the first pass, as many will be silent as of the others.
  const double asked = std::max(static_cast<double>(counts_.asked), 1.0);
  const double silent_share = std::clamp(1 - static_cast<double>(answered_targets_) / asked, 0.0, 1.0);
  const double this_pass = (count - reached) * (sweeps_ > 1 ? silent_share : 1.0);
  const double later_passes = tries > sweeps_ ? (tries - sweeps_) * count * silent_share : 0;
  const double known = is_lossy_ ? static_cast<double>(answered_) * std::max(0, static_cast<int>(tries - pass_)) : 0;
  return this_pass + later_passes + known;
}

ScanProgress Scanner::progress() const {
  ScanProgress progress = counts_;
  progress.targets = config_.targets.count();
  progress.answered = hosts_.size();
  progress.passes_planned = std::max(passes_expected(), counts_.pass);
  progress.loss = loss_.loss();
  progress.loss_samples = loss_.samples();
  progress.rate = pacer_.rate();
  progress.peak_rate = meter_.peak();
  progress.hosts_missing =
      hosts_missing(answered_, std::min(loss_.missed_after(sweeps_, sweeps_), LossEstimate::max_loss));
  progress.done = stage_ == Stage::done;

  const double left = requests_left();
  const auto sent = static_cast<double>(counts_.requests);
  progress.fraction = progress.done ? 1.0 : sent / std::max(sent + left, 1.0);
  const double rate = pacer_.is_unlimited() ? assumed_max_rate : ramp_.rate();
  if (!progress.done) progress.time_left = from_seconds(left / rate) + config_.patience.last;
  return progress;
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_ramp.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace onlink::inline v0 {
namespace {

// Less loss than this is left to the retries: a queue that overflows does not lose so little for long.
constexpr double tolerable_loss = 0.03;
// At the polite pace, loss up to this is taken as the link's own, without going slower to see.
constexpr double own_loss_at_start = 0.3;
// Samples by which the loss at a lower pace is known well enough to compare with.
constexpr std::uint32_t reference_samples = 25;
// Samples told at a rate before it doubles, when there are any.
constexpr std::uint32_t ripe_samples = 4;
// Older samples weigh half.
constexpr std::uint32_t tally_limit = 400;
constexpr Duration most_at_step = 10 * PaceRamp::step_time;

}  // namespace

double PaceRamp::Tally::loss() const noexcept {
  return samples == 0 ? 0.0 : static_cast<double>(losses) / static_cast<double>(samples);
}

PaceRamp::PaceRamp(const PaceConfig& config) noexcept : config_(config), top_(first_step) {
  assert(config.start > 0 && config.ceiling > 0 && config.fixed.value_or(1) > 0);
  config_.start = std::min(config.start, config.ceiling);
  while (top_ + 1 < steps && rate_of(top_) < config_.ceiling) ++top_;
}

double PaceRamp::rate_of(Step step) const noexcept {
  return std::min(config_.start * std::exp2((step - first_step) / 2.0), config_.ceiling);
}

void PaceRamp::on_sample(Step asked_at, bool lost) noexcept {
  Tally& tally = tallies_[asked_at];
  if (tally.samples >= tally_limit) tally = {tally.samples / 2, tally.losses / 2};
  ++tally.samples;
  tally.losses += lost ? 1 : 0;
  if (samples_open_ > 0) --samples_open_;
  if (asked_at == step_) ++samples_told_;
  news_ = true;
}

// All that is known of paces at most half as fast.
PaceRamp::Tally PaceRamp::reference_of(Step step) const noexcept {
  Tally sum;
  for (Step lower = 0; lower + 2 <= step; ++lower) {
    sum.samples += tallies_[lower].samples;
    sum.losses += tallies_[lower].losses;
  }
  return sum;
}

bool PaceRamp::is_suspicious(Step step) const noexcept {
  const Tally& tally = tallies_[step];
  if (step <= first_step) return tally.samples >= reference_samples && tally.loss() > own_loss_at_start;
  return tally.losses >= 2 && tally.loss() > reference_of(step).loss() + tolerable_loss;
}

// Two samples of a probability, compared. They are looked at again and again, so that two standard deviations would be
// exceeded by chance sooner or later; three and two losses to spare hardly are.
bool PaceRamp::is_bad(Step step) const noexcept {
  const Tally reference = reference_of(step);
  if (reference.samples < reference_samples || !is_suspicious(step)) return false;
  const Tally& tally = tallies_[step];
  const double base = (reference.losses + 0.5) / (reference.samples + 1.0);
  const double expected = tally.samples * base;
  const double variance = expected * (1 - base) * (1 + static_cast<double>(tally.samples) / reference.samples);
  return tally.losses > expected + 3 * std::sqrt(variance) + 2;
}

std::optional<PaceRamp::Step> PaceRamp::lowest_bad(Step up_to) const noexcept {
  for (Step step = 0; step <= up_to; ++step) {
    if (is_bad(step)) return step;
  }
  return std::nullopt;
}

// Below the polite pace, going down goes on only as long as it helps.
bool PaceRamp::lacks_reference(Step step) const noexcept {
  if (!is_suspicious(step) || reference_of(step).samples >= reference_samples) return false;
  return step >= first_step || is_bad(static_cast<Step>(step + 2));
}

std::optional<PaceReason> PaceRamp::change(Instant now, Step step, PaceReason reason) noexcept {
  const double before = rate_of(step_);
  if (step < step_) {
    forget_at_ = now + memory_;
    memory_ = std::min(2 * memory_, most_memory);
  }
  step_ = step;
  changed_ = now;
  sent_ = 0;
  samples_told_ = 0;
  if (rate_of(step_) == before) return std::nullopt;
  return step_ == top_ ? PaceReason::ceiling : reason;
}

// A queue is full. Not twice within a step's time: it may still be the same frames.
std::optional<PaceReason> PaceRamp::give_way(Instant now, PaceReason reason) noexcept {
  congested_ = dropped_ = false;
  if (now - gave_way_ < step_time) return std::nullopt;
  gave_way_ = now;
  limit_ = step_;
  return change(now, static_cast<Step>(std::max(step_ - 2, 0)), reason);
}

std::optional<PaceReason> PaceRamp::judge(Instant now) noexcept {
  news_ = false;
  const auto bad = lowest_bad(step_);
  const bool is_measuring = step_ <= first_step && tallies_[step_].samples < reference_samples;
  is_doubtful_ = is_measuring || bad || is_suspicious(step_);
  if (bad) return change(now, static_cast<Step>(std::max(*bad - 2, 0)), PaceReason::loss);
  if (step_ >= 2 && lacks_reference(step_)) return change(now, static_cast<Step>(step_ - 2), PaceReason::loss);
  return std::nullopt;
}

bool PaceRamp::may_rise(Instant now) const noexcept {
  const Duration at_step = now - changed_;
  if (step_ == top_ || at_step < step_time || sent_ < rate_of(step_) * to_seconds(step_time) / 2) return false;
  if (at_step >= most_at_step) return true;
  const bool is_careful = memory_ > least_memory;
  const std::uint32_t ripe = is_careful ? reference_samples : ripe_samples;
  const Duration most_waited = is_careful ? most_at_step : 3 * step_time;
  if (samples_open_ > 0 && samples_told_ < ripe && at_step < most_waited) return false;
  // Went down to learn what is lost at a lower pace: not up again before that is known.
  for (Step higher = step_; higher <= top_; ++higher) {
    if (lacks_reference(higher)) return false;
  }
  return true;
}

std::optional<PaceReason> PaceRamp::rise(Instant now) noexcept {
  // What was bad before is approached in single steps, each with its samples.
  const bool is_careful = memory_ > least_memory;
  for (const int by : {is_careful ? 1 : 2, 1}) {
    const auto next = static_cast<Step>(std::min<int>(step_ + by, top_));
    if (next < limit_ && !lowest_bad(next)) return change(now, next, PaceReason::no_loss);
  }
  return std::nullopt;
}

void PaceRamp::forget(Instant now) noexcept {
  if (now < forget_at_) return;
  forget_at_ = now + memory_;
  limit_ = steps;
  for (Step higher = static_cast<Step>(step_ + 1); higher < steps; ++higher) tallies_[higher] = {};
}

std::optional<PaceReason> PaceRamp::update(Instant now) noexcept {
  if (!started_) {
    started_ = true;
    is_doubtful_ = !config_.fixed && !config_.unlimited;  // what is lost at the polite pace is to be known first
    changed_ = now;
    gave_way_ = now - step_time;
    forget_at_ = now + memory_;
    return PaceReason::start;
  }
  if (config_.fixed || config_.unlimited) return std::nullopt;
  if (dropped_) return give_way(now, PaceReason::receive_drops);
  if (congested_) return give_way(now, PaceReason::congestion);
  forget(now);
  if (news_) {
    if (const auto reason = judge(now)) return reason;
  }
  return may_rise(now) ? rise(now) : std::nullopt;
}

}  // namespace onlink::inline v0

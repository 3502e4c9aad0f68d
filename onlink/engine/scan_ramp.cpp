// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_ramp.hpp"

#include <algorithm>
#include <cmath>

namespace onlink::inline v0 {
namespace {

constexpr double climb_factor = 2;
constexpr double creep_factor = 1.25;
// Less loss than this is left to the retries: no queue that overflows loses so little for long.
constexpr double tolerable_loss = 0.015;
// Samples after which one loss among them is taken for chance.
constexpr std::uint32_t patience_samples = 40;
constexpr Duration max_trial = std::chrono::seconds{2};

}  // namespace

PaceRamp::PaceRamp(const PaceConfig& config) noexcept
    : config_(config), rate_(config.fixed.value_or(std::min(config.start, config.ceiling))), peak_(rate_) {}

double PaceRamp::Window::loss() const noexcept {
  return samples == 0 ? 0.0 : static_cast<double>(losses) / static_cast<double>(samples);
}

void PaceRamp::on_sample(Instant asked, bool lost) noexcept {
  // A lower rate is judged by what was asked at that rate; a higher one also by what was lost on the way up.
  if (asked < counted_from_) return;
  ++window_.samples;
  window_.losses += lost ? 1 : 0;
}

// How many losses more than `deviations` of chance allow, on top of the loss that is there at any pace.
double PaceRamp::excess(double deviations) const noexcept {
  const double expected = window_.samples * baseline_;
  return window_.losses - expected - deviations * std::sqrt(expected * (1 - baseline_));
}

bool PaceRamp::is_significant() const noexcept { return excess(2) > 1 && window_.loss() > baseline_ + tolerable_loss; }

std::optional<PaceReason> PaceRamp::change(Instant now, double rate, PaceReason reason) noexcept {
  const double lowest = std::min(min_rate, config_.ceiling);
  const double wanted = std::clamp(rate, lowest, config_.ceiling);
  if (wanted == rate_) return std::nullopt;
  if (wanted < rate_) {
    window_ = {};
    counted_from_ = now;
  } else {
    window_ = {window_.samples / 2, window_.losses / 2};
  }
  rate_ = wanted;
  peak_ = std::max(peak_, rate_);
  changed_ = stepped_ = now;
  return rate_ == config_.ceiling ? PaceReason::ceiling : reason;
}

std::optional<PaceReason> PaceRamp::back_off(Instant now, PaceReason reason) noexcept {
  stalls_ = drops_ = 0;
  if (now - backed_off_ < step_time) return std::nullopt;  // still the same full queue
  backed_off_ = now;
  phase_ = Phase::creep;
  return change(now, rate_ / 2, reason);
}

std::optional<PaceReason> PaceRamp::try_slower(Instant now) noexcept {
  before_trial_ = window_;
  phase_ = Phase::trial;
  window_ = {};
  counted_from_ = changed_ = now;
  return change(now, rate_ / 2, PaceReason::loss);
}

// A queue that overflows at rate r loses 1 - C / r, and so at r / 2 either nothing or 2 p - 1; a lossy link loses p at
// any rate. Whichever is nearer.
std::optional<PaceReason> PaceRamp::judge_trial(Instant now) noexcept {
  const double before = std::clamp(before_trial_.loss(), 0.02, 0.98);
  const double odds = std::max(before / (1 - before), (1 - before) / before);
  const double needed = std::clamp(6 * odds, 20.0, 400.0);
  if (window_.samples < needed && now - changed_ < max_trial) return std::nullopt;

  const double if_ours = std::max(baseline_, 2 * before - 1);
  if (window_.samples > 0 && window_.loss() > (before + if_ours) / 2) {
    baseline_ = static_cast<double>(before_trial_.losses + window_.losses) /
                static_cast<double>(before_trial_.samples + window_.samples);
    phase_ = Phase::climb;
    return change(now, rate_ * 2, PaceReason::no_loss);
  }
  phase_ = Phase::creep;
  stepped_ = now;
  return is_significant() ? try_slower(now) : std::nullopt;
}

std::optional<PaceReason> PaceRamp::step(Instant now) noexcept {
  const bool is_used = sent_ >= rate_ * to_seconds(step_time) / 2;
  stepped_ = now;
  sent_ = 0;
  if (is_significant()) return try_slower(now);
  const bool is_doubted = excess(1) > 0 && window_.samples < patience_samples;
  if (is_doubted) {
    if (phase_ == Phase::climb) phase_ = Phase::hold;
    return std::nullopt;
  }
  if (phase_ == Phase::hold) phase_ = Phase::climb;
  if (!is_used) return std::nullopt;
  return change(now, rate_ * (phase_ == Phase::climb ? climb_factor : creep_factor), PaceReason::no_loss);
}

std::optional<PaceReason> PaceRamp::update(Instant now) noexcept {
  if (!started_) {
    started_ = true;
    changed_ = stepped_ = counted_from_ = now;
    backed_off_ = now - step_time;
    return PaceReason::start;
  }
  if (config_.fixed || config_.unlimited) return std::nullopt;
  if (drops_ > 0) return back_off(now, PaceReason::receive_drops);
  if (stalls_ > 0) return back_off(now, PaceReason::congestion);
  if (phase_ == Phase::trial) return judge_trial(now);
  return now - stepped_ < step_time ? std::nullopt : step(now);
}

}  // namespace onlink::inline v0

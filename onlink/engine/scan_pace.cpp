// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_pace.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace onlink::inline v0 {

Pacer Pacer::unlimited() noexcept {
  Pacer pacer{std::numeric_limits<double>::infinity()};
  pacer.unlimited_ = true;
  return pacer;
}

Instant Pacer::due_time(std::uint64_t request) const noexcept {
  if (unlimited_) return start_;
  // Rounded up: at the instant it names, the request is due.
  return start_ + Duration{static_cast<Duration::rep>(std::ceil(static_cast<double>(request) / rate_ * 1e9))};
}

void Pacer::restart(Instant at) noexcept {
  start_ = at;
  sent_ = 0;
  started_ = true;
}

void Pacer::set_rate(Instant now, double requests_per_second) noexcept {
  if (unlimited_) return;
  // The next request keeps the time that the old rate gave it, unless the new one asks for an earlier one.
  const Instant next_request = started_ ? due_time(sent_) : now;
  rate_ = requests_per_second;
  const Duration gap{static_cast<Duration::rep>(1e9 / rate_)};
  restart(std::min(next_request, now + gap));
}

void Pacer::pause_until(Instant until) noexcept {
  if (!started_ || due_time(sent_) < until) restart(until);
}

std::size_t Pacer::due(Instant now) noexcept {
  if (!started_) restart(now);
  if (now < start_) return 0;
  if (unlimited_) return max_batch;
  const Instant earliest = idle_ ? now : now - catch_up;
  idle_ = false;
  if (due_time(sent_) < earliest) restart(earliest);
  const double passed = static_cast<double>((now - start_).count()) * rate_ / 1e9;
  auto total = static_cast<std::uint64_t>(passed) + 1;
  // Division and multiplication round differently; due_time() has the word.
  if (due_time(total) <= now) ++total;
  if (due_time(total - 1) > now) --total;
  return total <= sent_ ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(total - sent_, max_batch));
}

Instant Pacer::next() const noexcept {
  if (!started_ || unlimited_) return start_;
  const double per_batch = std::clamp(rate_ * to_seconds(batch_time), 1.0, static_cast<double>(max_batch));
  return due_time(sent_ + static_cast<std::uint64_t>(per_batch) - 1);
}

void RateMeter::on_sent(Instant now, std::size_t count) noexcept {
  if (count == 0) return;
  if (count_ == 0 || now - start_ >= window) {
    start_ = now;
    count_ = 0;
  }
  count_ += count;
  peak_ = std::max(peak_, static_cast<double>(count_) / to_seconds(window));
}

}  // namespace onlink::inline v0

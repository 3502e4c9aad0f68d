// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_rtt.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace onlink::inline v0 {

void RttEstimate::on_sample(Duration round_trip) noexcept {
  slowest_ = std::max(slowest_, round_trip);
  if (samples_++ == 0) {
    smoothed_ = round_trip;
    variation_ = round_trip / 2;
    return;
  }
  const std::int64_t weight = samples_ <= 64 ? 8 : 64;
  const Duration error = round_trip - smoothed_;
  variation_ += ((error < Duration{} ? -error : error) - variation_) / (weight / 2);
  smoothed_ += error / weight;
}

std::optional<Duration> RttEstimate::timeout() const noexcept {
  if (empty()) return std::nullopt;
  return smoothed_ + 4 * variation_;
}

Duration RttEstimate::timeout(const ScanPatience& patience) const noexcept {
  return std::clamp(timeout().value_or(patience.first_guess), patience.least, patience.most);
}

RecentAsks::RecentAsks(std::uint64_t targets)
    : slots_(std::bit_ceil(static_cast<std::size_t>(std::clamp<std::uint64_t>(targets, 256, max_slots)))),
      mask_(slots_.size() - 1) {}

std::uint32_t RecentAsks::tag_of(const IpAddress& address) noexcept {
  if (address.is_ipv4()) return address.ipv4().value;
  return static_cast<std::uint32_t>(std::hash<IpAddress>{}(address));
}

const RecentAsks::Ask* RecentAsks::find(const IpAddress& address) const noexcept {
  const std::uint32_t tag = tag_of(address);
  const Ask& slot = slots_[tag & mask_];
  return slot.used && slot.tag == tag ? &slot : nullptr;
}

void RecentAsks::asked(const IpAddress& address, Instant now) noexcept {
  const std::uint32_t tag = tag_of(address);
  Ask& slot = slots_[tag & mask_];
  if (!slot.used || slot.tag != tag) slot = {.time = now, .tag = tag, .used = true};
  if (now - slot.time > forgotten_after) slot.open = 0;
  slot.clear = slot.open == 0;
  slot.time = now;
  ++slot.waiting;
  if (slot.open < 255) ++slot.open;
}

std::optional<RecentAsks::Match> RecentAsks::answered(const IpAddress& address, Instant now) noexcept {
  const std::uint32_t tag = tag_of(address);
  Ask& slot = slots_[tag & mask_];
  if (!slot.used || slot.tag != tag) return std::nullopt;
  const Match match{now - slot.time, slot.waiting, slot.clear};
  slot.waiting = 0;
  if (slot.open > 0) --slot.open;
  return match;
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// Round-trip times: the smoothed estimate of RFC 6298 and a bounded memory of recent questions from which they are
// told.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// How long a scan waits for an answer.
struct ScanPatience {
  Duration first_guess = std::chrono::milliseconds{500};  // before any answer came
  Duration least = std::chrono::milliseconds{100};        // before a silent target is asked again
  Duration last = std::chrono::milliseconds{400};         // after the last question while anyone is silent
  Duration settle = std::chrono::milliseconds{100};       // after the last question when everyone has answered
  Duration most = std::chrono::seconds{3};
};

// Smoothed round-trip time and variation (RFC 6298 section 2). With many hosts behind one estimate, samples weigh less
// than the RFC's 1/8 so that a run of quick hosts does not hide the slow ones, and the slowest seen is kept.
class RttEstimate {
 public:
  void on_sample(Duration round_trip) noexcept;
  [[nodiscard]] bool empty() const noexcept { return samples_ == 0; }
  [[nodiscard]] Duration smoothed() const noexcept { return smoothed_; }
  [[nodiscard]] Duration slowest() const noexcept { return slowest_; }
  // smoothed + 4 x variation, no less than the slowest seen and a quarter; none before the first sample.
  [[nodiscard]] std::optional<Duration> timeout() const noexcept;
  // timeout() within [least, most]; first_guess without samples.
  [[nodiscard]] Duration timeout(const ScanPatience& patience) const noexcept;

 private:
  Duration smoothed_{};
  Duration variation_{};
  Duration slowest_{};
  std::uint32_t samples_ = 0;
};

// When each of the last targets was asked: a direct-mapped table, so that memory is bounded whatever the scan's size;
// what collides is forgotten, and then no round-trip time is told.
class RecentAsks {
 public:
  static constexpr std::size_t max_slots = 65'536;
  struct Ask {
    std::uint64_t key = 0;
    Instant time;
    std::uint32_t tries = 0;  // questions since the target last answered
  };

  explicit RecentAsks(std::uint64_t targets);

  [[nodiscard]] const Ask* find(const IpAddress& address) const noexcept;
  void asked(const IpAddress& address, Instant now) noexcept;
  // The time since the question, and forgets it; none when there was none or more than one.
  std::optional<Duration> answered(const IpAddress& address, Instant now) noexcept;

 private:
  [[nodiscard]] static std::uint64_t key_of(const IpAddress& address) noexcept;

  std::vector<Ask> slots_;
  std::uint64_t mask_;
};

}  // namespace onlink::inline v0

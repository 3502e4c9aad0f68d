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

// Smoothed round-trip time and variation (RFC 6298 section 2). With many hosts behind one estimate, later samples weigh
// less than the RFC's 1/8, so that a run of quick hosts does not hide the others; the slowest seen is kept beside it.
class RttEstimate {
 public:
  void on_sample(Duration round_trip) noexcept;
  [[nodiscard]] bool empty() const noexcept { return samples_ == 0; }
  [[nodiscard]] Duration smoothed() const noexcept { return smoothed_; }
  [[nodiscard]] Duration slowest() const noexcept { return slowest_; }
  // smoothed + 4 x variation (RFC 6298 section 2.3); none before the first sample.
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
  // A question's age beyond which an answer to a later one cannot be its own.
  static constexpr Duration forgotten_after = std::chrono::seconds{3};
  struct Ask {
    Instant time;               // of the last question
    std::uint32_t tag = 0;      // of the address
    std::uint16_t waiting = 0;  // questions since the last answer
    std::uint8_t open = 0;      // questions that may still be answered, saturating
    bool used = false;
    bool clear = false;  // an answer now can only be to the last question
  };
  struct Match {
    Duration age{};             // of the last question
    std::uint32_t waiting = 0;  // questions that the answer ends the waiting for; 0: it was answered already
    bool clear = false;         // `age` is the round-trip time
  };

  explicit RecentAsks(std::uint64_t targets);

  [[nodiscard]] const Ask* find(const IpAddress& address) const noexcept;
  void asked(const IpAddress& address, Instant now) noexcept;
  // None when the question is not remembered.
  std::optional<Match> answered(const IpAddress& address, Instant now) noexcept;

 private:
  // An IPv4 address stands for itself, so that neighbouring targets never meet; an IPv6 address is hashed. What two of
  // them share by chance is a wrong round-trip time, once in 2^32.
  [[nodiscard]] static std::uint32_t tag_of(const IpAddress& address) noexcept;

  std::vector<Ask> slots_;
  std::uint64_t mask_;
};

}  // namespace onlink::inline v0

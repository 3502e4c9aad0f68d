// SPDX-License-Identifier: Apache-2.0
// When requests leave: a schedule at a given rate, in batches, so that a waking costs little per request. Exact over
// any time: request n is due at start + n / rate, computed from a fixed start, so nothing accumulates. A stall is not
// made up for with a burst: what was missed beyond `catch_up` is dropped from the schedule.
#pragma once

#include <cstddef>
#include <cstdint>

#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

class Pacer {
 public:
  static constexpr Duration batch_time = std::chrono::milliseconds{1};  // of requests that leave at one waking
  static constexpr Duration catch_up = std::chrono::milliseconds{10};   // of lateness that is made up for
  static constexpr std::size_t max_batch = 512;

  // REQUIRES: requests_per_second > 0. The first request is due at once.
  explicit Pacer(double requests_per_second) noexcept : rate_(requests_per_second) {}
  [[nodiscard]] static Pacer unlimited() noexcept;

  [[nodiscard]] double rate() const noexcept { return rate_; }  // infinite when unlimited
  [[nodiscard]] bool is_unlimited() const noexcept { return unlimited_; }

  // Keeps the requests sent so far; the new rate holds for those after.
  void set_rate(Instant now, double requests_per_second) noexcept;
  // Nothing leaves before; the schedule goes on from there.
  void pause_until(Instant until) noexcept;

  // How many may leave now, at most max_batch.
  [[nodiscard]] std::size_t due(Instant now) noexcept;
  void sent(std::size_t count) noexcept { sent_ += count; }
  // There is nobody to ask for now: the time until the next due() is not saved up.
  void idle() noexcept { idle_ = true; }
  // When the next batch is full: between one request and those of batch_time.
  [[nodiscard]] Instant next() const noexcept;

 private:
  [[nodiscard]] Instant due_time(std::uint64_t request) const noexcept;
  void restart(Instant at) noexcept;

  double rate_;
  bool unlimited_ = false;
  bool started_ = false;
  bool idle_ = false;
  Instant start_;           // request 0 of the schedule is due then
  std::uint64_t sent_ = 0;  // since start_
};

// The highest rate that was really reached, over stretches of `window`.
class RateMeter {
 public:
  static constexpr Duration window = std::chrono::milliseconds{100};

  void on_sent(Instant now, std::size_t count) noexcept;
  // Requests per second.
  [[nodiscard]] double peak() const noexcept { return peak_; }

 private:
  Instant start_;
  std::uint64_t count_ = 0;
  double peak_ = 0;
};

}  // namespace onlink::inline v0

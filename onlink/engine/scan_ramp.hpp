// SPDX-License-Identifier: Apache-2.0
// How fast a scan asks. Polite at first, doubling while nothing is lost, slower when requests or answers get lost
// because of the pace: known hosts that stop answering, a full transmit queue, a full receive ring.
//
// Rates are steps of a ladder, a factor of 2 for two of them, and each step remembers the loss that was measured at it.
// A step is bad when its loss is significantly above that of all steps of at most half its rate; then the pace goes
// below it. Loss that is the same at every pace is not of our making (a lossy radio link) and does not slow the scan
// down. What is bad is tried again after a while.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "onlink/base/time.hpp"
#include "onlink/engine/event.hpp"

namespace onlink::inline v0 {

// REQUIRES: rates above 0.
struct PaceConfig {
  double start = 1000;            // requests per second
  double ceiling = 20'000;        // never above
  std::optional<double> fixed{};  // neither rises nor falls
  bool unlimited = false;         // as fast as the port takes frames
};

class PaceRamp {
 public:
  using Step = std::uint8_t;
  static constexpr Duration step_time = std::chrono::milliseconds{100};  // at each rate, at least
  // How long what was bad is not tried again: doubles each time, so that a limit of the link is met ever more rarely.
  static constexpr Duration least_memory = std::chrono::milliseconds{500};
  static constexpr Duration most_memory = std::chrono::seconds{8};

  explicit PaceRamp(const PaceConfig& config) noexcept;

  [[nodiscard]] double rate() const noexcept { return config_.fixed.value_or(rate_of(step_)); }
  // Of the ladder; what a sample of loss is booked on.
  [[nodiscard]] Step step() const noexcept { return step_; }
  // Whether more should be known about loss: more of the known hosts should be asked again.
  [[nodiscard]] bool is_doubtful() const noexcept { return is_doubtful_; }

  // A host known to be alive is asked again, and later the outcome; successes are to be told no sooner than losses.
  void on_sample_asked() noexcept { ++samples_open_; }
  void on_sample(Step asked_at, bool lost) noexcept;
  // Requests left. The rate rises only where it was made use of.
  void on_sent(std::size_t count) noexcept { sent_ += static_cast<double>(count); }
  void on_congestion() noexcept { congested_ = true; }
  void on_receive_drops() noexcept { dropped_ = true; }

  // Call at every waking while sending; a value when the rate was changed.
  std::optional<PaceReason> update(Instant now) noexcept;

 private:
  static constexpr Step first_step = 16;  // two steps a doubling: eight halvings below the start
  static constexpr Step steps = 64;
  struct Tally {
    std::uint32_t samples = 0;
    std::uint32_t losses = 0;
    [[nodiscard]] double loss() const noexcept;
  };

  [[nodiscard]] double rate_of(Step step) const noexcept;
  [[nodiscard]] Tally reference_of(Step step) const noexcept;
  [[nodiscard]] bool is_suspicious(Step step) const noexcept;
  [[nodiscard]] bool is_bad(Step step) const noexcept;
  [[nodiscard]] std::optional<Step> lowest_bad(Step up_to) const noexcept;
  [[nodiscard]] bool lacks_reference(Step step) const noexcept;
  [[nodiscard]] bool may_rise(Instant now) const noexcept;
  std::optional<PaceReason> change(Instant now, Step step, PaceReason reason) noexcept;
  std::optional<PaceReason> give_way(Instant now, PaceReason reason) noexcept;
  std::optional<PaceReason> judge(Instant now) noexcept;
  std::optional<PaceReason> rise(Instant now) noexcept;
  void forget(Instant now) noexcept;

  PaceConfig config_;
  std::array<Tally, steps> tallies_{};
  Step top_;  // the lowest step at the ceiling
  Step step_ = first_step;
  Step limit_ = steps;  // full queues were met there
  bool started_ = false;
  bool news_ = false;  // samples were told since the last look
  bool is_doubtful_ = false;
  bool congested_ = false;
  bool dropped_ = false;
  Instant changed_;    // since when the rate is what it is
  Instant gave_way_;   // for a full queue
  Instant forget_at_;  // what is known about the steps above
  Duration memory_ = least_memory;
  double sent_ = 0;  // since changed_
  std::uint32_t samples_open_ = 0;
  std::uint32_t samples_told_ = 0;  // since changed_
};

}  // namespace onlink::inline v0

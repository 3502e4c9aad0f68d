// SPDX-License-Identifier: Apache-2.0
// How fast a scan asks. Polite at first, doubling while nothing is lost, halving when requests or answers get lost
// because of the pace: known hosts that stop answering, a full transmit queue, a full receive ring. Loss that stays
// when the pace is halved is not of our making (a lossy radio link) and does not slow the scan down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "onlink/base/time.hpp"
#include "onlink/engine/event.hpp"

namespace onlink::inline v0 {

struct PaceConfig {
  double start = 1000;            // requests per second
  double ceiling = 20'000;        // never above
  std::optional<double> fixed{};  // neither grows nor falls
  bool unlimited = false;         // as fast as the port takes frames
};

class PaceRamp {
 public:
  static constexpr Duration step_time = std::chrono::milliseconds{100};  // at each rate before it doubles
  static constexpr double min_rate = 10;                                 // a back-off ends here

  explicit PaceRamp(const PaceConfig& config) noexcept;

  [[nodiscard]] double rate() const noexcept { return rate_; }
  [[nodiscard]] double peak() const noexcept { return peak_; }
  // Whether loss is being looked into: more hosts should be re-asked.
  [[nodiscard]] bool is_doubtful() const noexcept { return phase_ == Phase::hold || phase_ == Phase::trial; }

  // A host known to be alive, asked again at `asked`, did or did not answer in time.
  void on_sample(Instant asked, bool lost) noexcept;
  // Requests left. The rate rises only where it was made use of.
  void on_sent(std::size_t count) noexcept { sent_ += static_cast<double>(count); }
  void on_congestion() noexcept { ++stalls_; }
  void on_receive_drops() noexcept { ++drops_; }

  // Call at every waking while sending; a value when the rate was changed.
  std::optional<PaceReason> update(Instant now) noexcept;

 private:
  enum class Phase : std::uint8_t {
    climb,  // doubling
    hold,   // one loss was seen: waiting for more evidence
    trial,  // halved, to see whether the loss goes away
    creep,  // the limit was found: rising slowly
  };
  struct Window {
    std::uint32_t samples = 0;
    std::uint32_t losses = 0;
    [[nodiscard]] double loss() const noexcept;
  };

  std::optional<PaceReason> change(Instant now, double rate, PaceReason reason) noexcept;
  std::optional<PaceReason> back_off(Instant now, PaceReason reason) noexcept;
  std::optional<PaceReason> try_slower(Instant now) noexcept;
  std::optional<PaceReason> judge_trial(Instant now) noexcept;
  std::optional<PaceReason> step(Instant now) noexcept;
  [[nodiscard]] double excess(double deviations) const noexcept;
  [[nodiscard]] bool is_significant() const noexcept;

  PaceConfig config_;
  double rate_;
  double peak_;
  Phase phase_ = Phase::climb;
  bool started_ = false;
  Instant changed_;       // since when the rate is what it is
  Instant stepped_;       // last time the window was looked at
  Instant backed_off_;    // last time for a full queue
  Instant counted_from_;  // samples asked before are not counted
  Window window_;
  Window before_trial_;  // what the halved rate is compared with
  double sent_ = 0;      // since stepped_
  double baseline_ = 0;  // loss that does not depend on the pace
  std::uint32_t stalls_ = 0;
  std::uint32_t drops_ = 0;
};

}  // namespace onlink::inline v0

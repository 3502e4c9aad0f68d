// SPDX-License-Identifier: Apache-2.0
// The one place where time is read. A Clock tells the driver what time it is and waits for it: the machine's monotonic
// clock, or a virtual one that jumps to whatever is due next (files, tests).
#pragma once

#include <optional>

#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// CLOCK_MONOTONIC as an Instant.
[[nodiscard]] Instant monotonic_now() noexcept;
// CLOCK_REALTIME.
[[nodiscard]] SystemTime wall_now() noexcept;

// One moment on both clocks; maps time stamps between them. Take it afresh now and then: the wall clock is set and
// slewed.
struct ClockPair {
  Instant instant{};
  SystemTime wall{};

  [[nodiscard]] constexpr Instant to_instant(SystemTime time) const noexcept { return instant + (time - wall); }
  [[nodiscard]] constexpr SystemTime to_wall(Instant time) const noexcept { return wall + (time - instant); }
};
[[nodiscard]] ClockPair clock_pair_now() noexcept;

struct WaitRequest {
  int fd = -1;                     // wakes when readable or in error; -1: none
  int interrupt_fd = -1;           // likewise
  std::optional<Instant> until{};  // wakes at this time; nothing: only a descriptor can wake
};

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual ClockPair now() = 0;
  // False when nothing can ever wake it: no descriptor that this clock looks at, and no time to wait for.
  [[nodiscard]] virtual bool wait(const WaitRequest& request) = 0;
};

class MonotonicClock final : public Clock {
 public:
  [[nodiscard]] ClockPair now() override { return clock_pair_now(); }
  [[nodiscard]] bool wait(const WaitRequest& request) override;
};

// Instants count from the epoch, so both clocks show the same number. Looks at no descriptor.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start) noexcept : now_(start) {}
  [[nodiscard]] ClockPair now() override { return {now_, SystemTime{now_.time_since_epoch()}}; }
  [[nodiscard]] bool wait(const WaitRequest& request) override;

 private:
  Instant now_;
};

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// Time as engines see it. Instant has no now(): an engine that wants the time must be told it, or it does not compile.
// The one clock is read in run/ (monotonic_now); SystemTime (wall clock) is for stores and printers.
#pragma once

#include <chrono>
#include <cstdint>

namespace onlink::inline v0 {

using Duration = std::chrono::nanoseconds;

struct EngineClock {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<EngineClock, Duration>;
  static constexpr bool is_steady = true;
};

using Instant = EngineClock::time_point;
using SystemTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

[[nodiscard]] constexpr Duration from_seconds(double seconds) noexcept {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}
[[nodiscard]] constexpr double to_seconds(Duration duration) noexcept {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace onlink::inline v0

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

// A Duration ends at 292 years. What is longer than this is taken for this, so that it can still be added to.
inline constexpr Duration longest_duration = std::chrono::years{100};

// Within longest_duration either way; what is not a number is 0.
[[nodiscard]] constexpr Duration from_seconds(double seconds) noexcept {
  const std::chrono::duration<double> exact{seconds};
  if (exact >= longest_duration) return longest_duration;
  if (exact <= -longest_duration) return -longest_duration;
  return seconds == seconds ? std::chrono::duration_cast<Duration>(exact) : Duration{};
}
[[nodiscard]] constexpr double to_seconds(Duration duration) noexcept {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace onlink::inline v0

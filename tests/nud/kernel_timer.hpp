// SPDX-License-Identifier: Apache-2.0
// How late the kernel's timers are. They fire never early, and late by what their wheel rounds up to: the longer a
// timer, the coarser its level (kernel/time/timer.c: eight times from one level to the next, here for HZ = 250).
#pragma once

#include <algorithm>

#include "onlink/base/time.hpp"

namespace onlink::differential {

[[nodiscard]] constexpr Duration wheel_step(Duration timer) noexcept {
  using std::chrono::milliseconds;
  Duration step = milliseconds{4};
  for (Duration reach = milliseconds{252}; timer > reach; reach = reach * 8 + milliseconds{28}) step *= 8;
  return step;
}

// What a timer may add to the lateness of what it leads to: nud.md section 9 (6) has 40 ms, of which 8 ms are for
// running it at all.
[[nodiscard]] constexpr Duration timer_allowance(Duration timer) noexcept {
  using std::chrono::milliseconds;
  return std::max<Duration>(milliseconds{40}, wheel_step(timer) + milliseconds{8});
}

static_assert(timer_allowance(std::chrono::milliseconds{300}) == std::chrono::milliseconds{40});
static_assert(timer_allowance(std::chrono::seconds{2}) == std::chrono::milliseconds{40});
static_assert(timer_allowance(std::chrono::seconds{5}) == std::chrono::milliseconds{264});

}  // namespace onlink::differential

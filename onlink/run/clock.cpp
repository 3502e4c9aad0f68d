// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/clock.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace onlink::inline v0 {
namespace {

Duration read_clock(clockid_t id) noexcept {
  timespec now{};
  ::clock_gettime(id, &now);
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

timespec to_timespec(Duration duration) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  return {.tv_sec = static_cast<time_t>(seconds.count()), .tv_nsec = static_cast<long>((duration - seconds).count())};
}

}  // namespace

Instant monotonic_now() noexcept { return Instant{read_clock(CLOCK_MONOTONIC)}; }
SystemTime wall_now() noexcept { return SystemTime{read_clock(CLOCK_REALTIME)}; }
ClockPair clock_pair_now() noexcept { return {.instant = monotonic_now(), .wall = wall_now()}; }

bool MonotonicClock::wait(const WaitRequest& request) {
  if (request.fd < 0 && request.interrupt_fd < 0 && !request.until) return false;
  timespec timeout{};
  if (request.until) {
    const Duration left = *request.until - monotonic_now();
    if (left <= Duration::zero()) return true;
    timeout = to_timespec(left);
  }
  // poll() looks past negative descriptors.
  std::array<pollfd, 2> waited_for{pollfd{request.fd, POLLIN, 0}, pollfd{request.interrupt_fd, POLLIN, 0}};
  ::ppoll(waited_for.data(), waited_for.size(), request.until ? &timeout : nullptr, nullptr);
  return true;
}

bool VirtualClock::wait(const WaitRequest& request) {
  if (!request.until) return false;
  now_ = std::max(now_, *request.until);
  return true;
}

}  // namespace onlink::inline v0

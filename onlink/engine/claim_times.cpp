// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/claim_times.hpp"

namespace onlink::inline v0 {

ClaimTimes ClaimTimes::scaled(double factor) const noexcept {
  const auto times = [factor](Duration duration) { return from_seconds(to_seconds(duration) * factor); };
  ClaimTimes result = *this;
  result.probe_wait = times(probe_wait);
  result.probe_min = times(probe_min);
  result.probe_max = times(probe_max);
  result.announce_wait = times(announce_wait);
  return result;
}

ClaimTimes duplicate_detection_times(std::uint32_t transmits, Duration retrans_time) noexcept {
  constexpr std::chrono::seconds max_router_solicitation_delay{1};
  constexpr std::chrono::seconds retrans_timer{1};
  constexpr std::uint32_t max_neighbor_advertisement = 3;
  ClaimTimes times;
  times.probe_wait = transmits == 0 ? Duration{} : max_router_solicitation_delay;
  times.probe_num = transmits;
  times.probe_min = times.probe_max = times.announce_wait = retrans_time;
  times.announce_num = max_neighbor_advertisement;
  times.announce_interval = retrans_timer;
  times.max_conflicts = 0;
  return times;
}

}  // namespace onlink::inline v0

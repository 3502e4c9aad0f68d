// SPDX-License-Identifier: Apache-2.0
// How often and how long a Claimer probes, announces and defends, for either family under RFC 5227's names.
#pragma once

#include <chrono>
#include <cstdint>

#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// RFC 5227 section 1.1.
struct ClaimTimes {
  Duration probe_wait = std::chrono::seconds{1};
  std::uint32_t probe_num = 3;
  Duration probe_min = std::chrono::seconds{1};
  Duration probe_max = std::chrono::seconds{2};
  Duration announce_wait = std::chrono::seconds{2};
  std::uint32_t announce_num = 2;
  Duration announce_interval = std::chrono::seconds{2};
  std::uint32_t max_conflicts = 10;  // 0: no limit of attempts
  Duration rate_limit_interval = std::chrono::seconds{60};
  Duration defend_interval = std::chrono::seconds{10};

  // The time to readiness multiplied; announcements, defences and the limit of attempts stay the RFC's.
  [[nodiscard]] ClaimTimes scaled(double factor) const noexcept;
  bool operator==(const ClaimTimes&) const = default;
};

// IPv6's, where the names are others: a first delay of up to MAX_RTR_SOLICITATION_DELAY, DupAddrDetectTransmits probes
// RetransTimer apart, and RetransTimer after the last (RFC 4862 section 5.4.2); then MAX_NEIGHBOR_ADVERTISEMENT
// unsolicited advertisements RetransTimer apart (RFC 4861 section 7.2.6, RFC 9131). RFC 4862 has no attempt after a
// refusal, so none are limited, and no defence: its interval is RFC 5227's.
[[nodiscard]] ClaimTimes duplicate_detection_times(std::uint32_t transmits = 1,
                                                   Duration retrans_time = std::chrono::seconds{1}) noexcept;

// RFC 5227 section 2.4: what to do when somebody else uses an address of ours.
enum class DefensePolicy : std::uint8_t {
  never,   // (a) give it up at once
  once,    // (b) defend it, and give it up at the second time within DEFEND_INTERVAL
  always,  // (c) defend it, at most once within DEFEND_INTERVAL: for hosts that must keep their address
};

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// The states of a neighbour table's row (RFC 4861 section 7.3.2, and those that Linux adds).
#pragma once

#include <cstdint>
#include <string_view>

namespace onlink::inline v0 {

enum class NudState : std::uint8_t { none, incomplete, reachable, stale, delay, probe, failed, noarp, permanent };

[[nodiscard]] constexpr std::string_view to_string(NudState state) noexcept {
  switch (state) {
    case NudState::none:
      return "none";
    case NudState::incomplete:
      return "incomplete";
    case NudState::reachable:
      return "reachable";
    case NudState::stale:
      return "stale";
    case NudState::delay:
      return "delay";
    case NudState::probe:
      return "probe";
    case NudState::failed:
      return "failed";
    case NudState::noarp:
      return "noarp";
    case NudState::permanent:
      return "permanent";
  }
  return "unknown";
}

}  // namespace onlink::inline v0

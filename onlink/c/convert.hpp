// SPDX-License-Identifier: Apache-2.0
// The values of the C interface and those of the library, into each other.
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/nud_state.hpp"
#include "onlink/c/neighbor.h"
#include "onlink/engine/event.hpp"
#include "onlink/engine/neighbor_cache.hpp"

namespace onlink::inline v0::c {

[[nodiscard]] onlink_ip to_c(const IpAddress& address) noexcept;
[[nodiscard]] onlink_nud_state to_c(NudState state) noexcept;
[[nodiscard]] onlink_neighbor_entry to_c(const NeighborEntry& entry) noexcept;
[[nodiscard]] onlink_next_hop_kind to_c(NextHopKind kind) noexcept;
// None for the kinds that C programs are not told of.
[[nodiscard]] std::optional<onlink_event> to_c(const Event& event) noexcept;

[[nodiscard]] IpAddress to_cpp(const onlink_ip& ip) noexcept;
[[nodiscard]] MacAddress to_cpp(const std::uint8_t* mac) noexcept;
[[nodiscard]] NudState to_cpp(onlink_nud_state state) noexcept;  // a value that is none: NudState::none

}  // namespace onlink::inline v0::c

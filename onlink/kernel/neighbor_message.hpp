// SPDX-License-Identifier: Apache-2.0
// A neighbour's row as the kernel's message has it; for this folder only.
#pragma once

#include <linux/neighbour.h>
#include <unistd.h>

#include <cstdint>
#include <optional>

#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/netlink_message.hpp"

namespace onlink::inline v0::kernel {

// Extended flags (NDA_FLAGS_EXT); the second is younger than the headers of Debian 12.
inline constexpr std::uint32_t managed_flag = NTF_EXT_MANAGED;
inline constexpr std::uint32_t externally_validated_flag = 1U << 2;

// The NUD_* bit of a state, and back. A row has one state; none is 0.
[[nodiscard]] std::uint16_t nud_bit(NudState state) noexcept;
[[nodiscard]] NudState nud_state(std::uint16_t bit) noexcept;

// From RTM_NEWNEIGH and its like; nothing for a row that is not a neighbour's (a bridge's forwarding entry).
[[nodiscard]] std::optional<NeighborEntry> parse_neighbor(const nlmsghdr& message);

}  // namespace onlink::inline v0::kernel

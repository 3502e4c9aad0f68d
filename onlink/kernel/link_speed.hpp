// SPDX-License-Identifier: Apache-2.0
// How fast a link is, for the choice of a polite pace. Asked of the driver through sockets, not sysfs: a /sys mounted
// in another network namespace would describe another machine's interfaces.
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

// Mbit/s as the driver states it (veth says 10,000); nothing when it does not know.
[[nodiscard]] std::optional<std::uint32_t> link_speed(const Link& link) noexcept;

// IEEE 802.11: the radio is shared by all stations, whatever rate the driver states.
[[nodiscard]] bool is_wireless(const Link& link) noexcept;

}  // namespace onlink::inline v0::kernel

// SPDX-License-Identifier: Apache-2.0
// From which of our addresses a neighbour is asked for. ARP: by arp_announce, from the packet that waits for the answer
// (Linux: arp_solicit); NDP: from the packet's source where it is a checked address of this interface, else from a
// link-local address (ndisc_solicit, RFC 4861 section 7.2.2). And the best source for a destination (RFC 6724 section
// 5, of one interface).
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/engine/host_view.hpp"

namespace onlink::inline v0 {

// Of an IP packet of that family; none when it is too short to have one.
[[nodiscard]] std::optional<IpAddress> source_of(Family family, Bytes packet) noexcept;

// `packet_source`: of the newest packet that waits, if any does. 0.0.0.0 when the host has no IPv4 address at all.
[[nodiscard]] Ipv4Address arp_source(const HostView& host, std::uint8_t arp_announce, Ipv4Address target,
                                     std::optional<Ipv4Address> packet_source) noexcept;

// None: there is no address to ask from, and nothing is sent.
[[nodiscard]] std::optional<Ipv6Address> ndp_source(const HostView& host, const Ipv6Address& target,
                                                    const std::optional<Ipv6Address>& packet_source) noexcept;

[[nodiscard]] std::optional<IpAddress> best_source(const HostView& host, const IpAddress& destination) noexcept;

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// What the receive and send rules of ARP and NDP must know about the host that the cache belongs to: its addresses on
// this link and elsewhere, and where its routes lead. Plain data; the cache's owner keeps it up to date.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

enum class HostAddressScope : std::uint8_t { global, link, host };

enum class HostAddressState : std::uint8_t {
  tentative,   // being checked: not a source, not answered for (RFC 4862 section 5.4)
  optimistic,  // being checked and in use (RFC 4429)
  preferred,
  deprecated,
  duplicate,  // the check failed: not ours
};

// An address with its network's length. The order in HostView::addresses is the kernel's: the primary of each network
// before its secondaries.
struct HostAddress {
  Prefix prefix{};
  HostAddressScope scope = HostAddressScope::global;
  HostAddressState state = HostAddressState::preferred;
  bool secondary = false;
  bool anycast = false;
  bool on_link_prefix =
      true;  // IPv6: the network counts as on-link (Linux adds its route; RFC 5942 section 4 would not)

  bool operator==(const HostAddress&) const = default;
};

// Longest prefix wins, then the lower metric, then the earlier one.
struct HostRoute {
  Prefix destination{};
  std::optional<IpAddress> gateway{};  // none: the destination itself is the next hop
  bool other_interface = false;        // leaves by another interface than this one
  std::uint32_t metric = 0;

  bool operator==(const HostRoute&) const = default;
};

struct HostView {
  MacAddress mac{};
  VlanStack vlans{};                         // of this network on the link; others' frames are not heard
  bool pad = true;                           // ARP frames to 60 octets
  std::vector<HostAddress> addresses{};      // on this interface
  std::vector<AddressRange> local_ranges{};  // whole ranges that are ours too: virtual hosts, `ip route add local`
  std::vector<HostAddress> elsewhere{};      // ours, on other interfaces (lo too)
  std::vector<HostRoute> routes{};           // besides those that `addresses` make on-link
  std::vector<IpAddress> proxied{};          // answered for on behalf of others (`ip neigh add proxy`)

  bool operator==(const HostView&) const = default;
};

// --- what the rules ask it ---

// What an address is to this host, wherever it is configured (Linux: inet_addr_type).
enum class AddressKind : std::uint8_t { unicast, local, broadcast, multicast, unspecified };
[[nodiscard]] AddressKind kind_of(const HostView& host, const IpAddress& address) noexcept;
// The same question for AddressKind::broadcast alone, mostly answered by two bits: every packet that is sent asks it.
[[nodiscard]] bool is_broadcast(const HostView& host, const IpAddress& address) noexcept;

// An address of this interface in whatever state, or none. Ranges have no such entry.
[[nodiscard]] const HostAddress* find_address(const HostView& host, const IpAddress& address) noexcept;
[[nodiscard]] bool in_local_range(const HostView& host, const IpAddress& address) noexcept;
// Ours on this interface and fit to be answered for: configured (checked, or optimistic) or of a range.
[[nodiscard]] bool answers_for(const HostView& host, const IpAddress& address) noexcept;
// In the network of an address of this interface (Linux: inet_addr_onlink, ipv6_chk_prefix).
[[nodiscard]] bool in_own_network(const HostView& host, const IpAddress& address) noexcept;
[[nodiscard]] bool is_proxied(const HostView& host, const IpAddress& address) noexcept;

// A unicast route, by longest prefix. Local, broadcast and multicast addresses are no matter of it.
struct RouteFound {
  std::optional<IpAddress> gateway{};
  bool other_interface = false;
  std::uint8_t length = 0;
  bool operator==(const RouteFound&) const = default;
};
[[nodiscard]] std::optional<RouteFound> find_route(const HostView& host, const IpAddress& destination) noexcept;

// Whether a frame is of this network of the link and meant for this station: its tags are the host's (a priority tag is
// none), it is Ethernet II (Linux takes no ARP or IPv6 out of LLC/SNAP), and it is addressed to our MAC or to a group.
[[nodiscard]] bool hears(const HostView& host, const EthernetHeader& ethernet) noexcept;

}  // namespace onlink::inline v0

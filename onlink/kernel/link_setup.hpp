// SPDX-License-Identifier: Apache-2.0
// Changes to links, addresses and routes, as labs and tests need them. All need CAP_NET_ADMIN in the namespace of the
// Netlink. Errors name the interface and the operation: permission, no_interface, system.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

// One end of a veth pair, or a bridge.
struct NewLink {
  std::string name{};
  std::optional<MacAddress> mac{};    // else the kernel takes a random one
  std::optional<int> namespace_fd{};  // born in that network namespace (an open /proc/PID/ns/net)
  int master = 0;                     // index of a bridge in the same namespace; 0: none
  bool up = true;
};
[[nodiscard]] std::expected<void, Error> create_veth(Netlink& netlink, const NewLink& near, const NewLink& far);
// A bridge that forwards at once: no STP, no forward delay, no multicast snooping, no VLAN filtering.
[[nodiscard]] std::expected<void, Error> create_bridge(Netlink& netlink, const NewLink& bridge);

// What is set is changed; the rest stays.
struct LinkChange {
  std::optional<bool> up{};
  std::optional<bool> arp{};          // false: IFF_NOARP
  std::optional<std::string> name{};  // the kernel refuses to rename a link that is up (before 6.2)
  std::optional<MacAddress> mac{};
  std::optional<std::uint32_t> mtu{};
  std::optional<int> master{};                 // 0 frees it
  std::optional<int> namespace_fd{};           // moves it there, with its name
  std::optional<bool> automatic_link_local{};  // false: no fe80:: address of the kernel's making
};
[[nodiscard]] std::expected<void, Error> change_link(Netlink& netlink, int index, const LinkChange& change);
[[nodiscard]] std::expected<void, Error> delete_link(Netlink& netlink, int index);

struct NewAddress {
  Prefix prefix{};                      // address with its network's length
  bool without_detection = false;       // IPv6: usable at once, no DAD (IFA_F_NODAD)
  bool optimistic = false;              // IPv6: in use while DAD goes on (RFC 4429), where the interface allows it
  std::optional<AddressScope> scope{};  // else link for link-local ones, global for the others
};
// IPv4 gets the network's broadcast address, as `ip address add ... brd +` does, where the prefix has one (/30 and
// shorter).
[[nodiscard]] std::expected<void, Error> add_address(Netlink& netlink, int index, const NewAddress& address);
[[nodiscard]] std::expected<void, Error> remove_address(Netlink& netlink, int index, const Prefix& address);

enum class RouteTable : std::uint8_t {
  main,
  local,  // looked up before any other
};

struct NewRoute {
  Prefix destination{};  // length 0 for a default route
  std::optional<IpAddress> gateway{};
  int interface = 0;  // 0: the kernel finds it by the gateway
  // The whole prefix is ours, as after `ip route add local NET dev lo` (which puts it in the local table).
  bool local = false;
  std::uint32_t metric = 0;
  RouteTable table = RouteTable::main;
};
[[nodiscard]] std::expected<void, Error> add_route(Netlink& netlink, const NewRoute& route);
[[nodiscard]] std::expected<void, Error> remove_route(Netlink& netlink, const NewRoute& route);

}  // namespace onlink::inline v0::kernel

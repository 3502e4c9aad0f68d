// SPDX-License-Identifier: Apache-2.0
// The ARP cache through the old door, ioctl SIOCSARP and SIOCDARP (arp(7)): what arp(8) knows. It differs from
// rtnetlink (neighbor_edit.hpp): the kernel finds the interface of an entry by its routes, and of a published one by
// the hardware address; it checks hardware types; and its refusals are other error numbers, whose texts are arp's.
//
// Errors: permission (needs CAP_NET_ADMIN), no_interface, system, each with sys_errno:
//   ENETUNREACH  no route leads to the address, and no interface was named
//   EINVAL       an own or broadcast address, a wrong hardware type, a netmask without `published`
//   ENXIO        delete: there is no entry; of a published one ENOENT too
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0::kernel {

// As many octets as the kernel's sockaddr holds; behind the address's own lie zeros.
using ArpHardwareOctets = std::array<std::uint8_t, 14>;

struct ArpHardwareAddress {
  std::uint16_t type = 0;  // ARPHRD_*: 1 is Ethernet
  ArpHardwareOctets octets{};

  bool operator==(const ArpHardwareAddress&) const = default;
};

struct ArpTableEdit {
  Ipv4Address address{};
  ArpHardwareAddress hardware{};         // of a published entry the kernel takes the interface from it, and forgets it
  bool permanent = true;                 // else it ages
  bool published = false;                // we answer for it (proxy ARP); the entries of the other kind are others
  bool dont_publish = false;             // a relic: refused
  bool trailers = false;                 // a relic without meaning
  std::optional<Ipv4Address> netmask{};  // of a published one; 0.0.0.0 is proxy ARP as a whole, all else is refused
  std::string interface{};               // empty: the kernel chooses
};

[[nodiscard]] std::expected<void, Error> set_arp_entry(const ArpTableEdit& edit);
[[nodiscard]] std::expected<void, Error> delete_arp_entry(const ArpTableEdit& edit);

// An interface's own (SIOCGIFHWADDR). Needs no privilege.
[[nodiscard]] std::expected<ArpHardwareAddress, Error> arp_hardware_address(const std::string& interface);

}  // namespace onlink::inline v0::kernel

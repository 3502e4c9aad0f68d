// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/mac_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "onlink/base/ip_address.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0 {
namespace {

// Addresses that start with the top `bits` of `pattern`. A number in the low `number_bits` is told behind the name.
struct Known {
  std::uint64_t pattern;
  unsigned bits;
  unsigned number_bits;
  MacKind kind;
  std::string_view name;
};

// The first row that fits wins: longer prefixes stand before the shorter ones that hold them.
constexpr Known known[] = {
    // Groups of IEEE 802.1, which bridges do not forward (802.1Q table 8-1), and those of its neighbours
    {0x0180c2000000, 48, 0, MacKind::group, "spanning tree (STP)"},
    {0x0180c2000001, 48, 0, MacKind::group, "MAC control (pause)"},
    {0x0180c2000002, 48, 0, MacKind::group, "slow protocols (LACP)"},
    {0x0180c2000003, 48, 0, MacKind::group, "802.1X, LLDP (nearest non-TPMR bridge)"},
    {0x0180c2000008, 48, 0, MacKind::group, "provider bridge spanning tree"},
    {0x0180c200000d, 48, 0, MacKind::group, "provider bridge MVRP"},
    {0x0180c200000e, 48, 0, MacKind::group, "LLDP (nearest bridge)"},
    {0x0180c2000014, 48, 0, MacKind::group, "IS-IS level 1"},
    {0x0180c2000015, 48, 0, MacKind::group, "IS-IS level 2"},
    {0x0180c2000020, 48, 0, MacKind::group, "MMRP"},
    {0x0180c2000021, 48, 0, MacKind::group, "MVRP"},
    {0x0180c2000030, 44, 0, MacKind::group, "connectivity fault management (CFM)"},
    {0x0180c2000000, 44, 0, MacKind::group, "IEEE 802.1 reserved, not forwarded by bridges"},
    {0x0180c2000000, 24, 0, MacKind::group, "IEEE 802 standard group"},
    {0x011b19000000, 48, 0, MacKind::group, "PTP (IEEE 1588)"},
    {0x01000ccccccc, 48, 0, MacKind::group, "Cisco CDP, VTP, UDLD"},
    {0x01000ccccccd, 48, 0, MacKind::group, "Cisco PVST+"},
    {0x010ecf000000, 24, 0, MacKind::group, "PROFINET"},
    {0x030000000001, 48, 0, MacKind::group, "NetBIOS (NetBEUI)"},
    {0xcf0000000000, 48, 0, MacKind::group, "Ethernet loopback test"},
    {0x01005e800000, 28, 0, MacKind::group, "MPLS multicast (RFC 5332)"},
    {0x03bf00000000, 16, 0, MacKind::group, "Microsoft NLB cluster"},
    // Addresses that routers share; the last octets are the group's number
    {0x00005e000100, 40, 8, MacKind::virtual_router, "VRRP/CARP"},
    {0x00005e000200, 40, 8, MacKind::virtual_router, "VRRP IPv6"},
    {0x00000c07ac00, 40, 8, MacKind::virtual_router, "HSRP"},
    {0x00000c9ff000, 36, 12, MacKind::virtual_router, "HSRPv2"},
    {0x000573a00000, 36, 12, MacKind::virtual_router, "HSRPv2 IPv6"},
    {0x02bf00000000, 16, 0, MacKind::virtual_host, "Microsoft NLB cluster"},
    // What hypervisors and container runtimes hand out
    {0x000569000000, 24, 0, MacKind::virtual_host, "VMware"},
    {0x000c29000000, 24, 0, MacKind::virtual_host, "VMware"},
    {0x001c14000000, 24, 0, MacKind::virtual_host, "VMware"},
    {0x005056000000, 24, 0, MacKind::virtual_host, "VMware"},
    {0x080027000000, 24, 0, MacKind::virtual_host, "VirtualBox"},
    {0x0a0027000000, 24, 0, MacKind::virtual_host, "VirtualBox host-only"},
    {0x525400000000, 24, 0, MacKind::virtual_host, "QEMU/KVM"},
    {0x00163e000000, 24, 0, MacKind::virtual_host, "Xen, LXC"},
    {0x10666a000000, 24, 0, MacKind::virtual_host, "Incus"},
    {0x00155d000000, 24, 0, MacKind::virtual_host, "Hyper-V"},
    {0x0003ff000000, 24, 0, MacKind::virtual_host, "Microsoft Virtual PC"},
    {0x001c42000000, 24, 0, MacKind::virtual_host, "Parallels"},
    {0x001851000000, 24, 0, MacKind::virtual_host, "Virtuozzo, OpenVZ"},
    {0x506b8d000000, 24, 0, MacKind::virtual_host, "Nutanix"},
    {0xbc2411000000, 24, 0, MacKind::virtual_host, "Proxmox"},
    {0x001a4a000000, 24, 0, MacKind::virtual_host, "oVirt"},
    {0x589cfc000000, 24, 0, MacKind::virtual_host, "bhyve"},
    {0xb0c420000000, 24, 0, MacKind::virtual_host, "Bochs"},
    {0x024200000000, 16, 0, MacKind::virtual_host, "Docker"},
    {0x42010a000000, 24, 0, MacKind::virtual_host, "Google Compute Engine"},
};

// Groups of IP multicast that people meet, by the octets that their MAC keeps.
struct KnownGroup {
  std::uint32_t low;
  std::string_view name;
};
constexpr KnownGroup ipv4_groups[] = {
    {0x000001, "all hosts"}, {0x000002, "all routers"}, {0x000005, "OSPF"}, {0x000006, "OSPF"},   {0x000009, "RIPv2"},
    {0x00000a, "EIGRP"},     {0x00000d, "PIM"},         {0x000012, "VRRP"}, {0x000016, "IGMPv3"}, {0x000066, "HSRPv2"},
    {0x0000fb, "mDNS"},      {0x0000fc, "LLMNR"},       {0x000181, "PTP"},  {0x7ffffa, "SSDP"},
};
constexpr KnownGroup ipv6_groups[] = {
    {0x00000001, "all nodes"}, {0x00000002, "all routers"}, {0x00000005, "OSPFv3"}, {0x00000006, "OSPFv3"},
    {0x00000009, "RIPng"},     {0x0000000d, "PIM"},         {0x00000012, "VRRP"},   {0x00000016, "MLDv2"},
    {0x0000006b, "PTP"},       {0x000000fb, "mDNS"},        {0x00010002, "DHCPv6"}, {0x00010003, "LLMNR"},
};

template <std::size_t N>
std::string_view name_of(const KnownGroup (&groups)[N], std::uint64_t low) noexcept {
  const auto* found = std::ranges::find(groups, low, &KnownGroup::low);
  return found == std::end(groups) ? std::string_view{} : found->name;
}

std::string with_name(std::string text, std::string_view name) {
  return name.empty() ? text : fmt::format("{} ({})", text, name);
}

// 01:00:5e keeps 23 of the group's 28 bits (RFC 1112 section 6.4): 32 groups share each address.
std::string ipv4_group(std::uint64_t value) {
  const auto low = static_cast<std::uint32_t>(value & 0x7fffff);
  const std::string_view name = name_of(ipv4_groups, low);
  const std::uint32_t usual = low == 0x7ffffa ? 0xef800000U : 0xe0000000U;  // SSDP lives in 239/8
  return with_name(fmt::format("IPv4 multicast, {} or 31 others", to_string(Ipv4Address{usual | low})), name);
}

// 33:33 keeps the low 32 bits (RFC 2464 section 7).
std::string ipv6_group(const MacAddress& mac) {
  const auto& o = mac.octets;
  if (o[2] == 0xff) {
    return fmt::format("IPv6 multicast, solicited-node of addresses ending in {:02x}:{:02x}{:02x}", o[3], o[4], o[5]);
  }
  const Ipv6Address link_scope{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, o[2], o[3], o[4], o[5]}};
  const std::string_view name = name_of(ipv6_groups, mac.value() & 0xffffffff);
  return with_name(fmt::format("IPv6 multicast, {} or alike", to_string(link_scope)), name);
}

std::string detail_of(const Known& row, std::uint64_t value) {
  if (row.number_bits == 0) return std::string(row.name);
  return fmt::format("{} {}", row.name, value & ((std::uint64_t{1} << row.number_bits) - 1));
}

std::optional<MacClass> find_known(const MacAddress& mac) {
  const std::uint64_t value = mac.value();
  for (const Known& row : known) {
    if ((value ^ row.pattern) >> (48 - row.bits) == 0) return MacClass{row.kind, detail_of(row, value)};
  }
  // GLBP: 10 bits of group, 8 of forwarder
  if (value >> 24 == 0x0007b4 && (value & 0xfc0000) == 0) {
    return MacClass{MacKind::virtual_router, fmt::format("GLBP {} forwarder {}", value >> 8 & 0x3ff, value & 0xff)};
  }
  return std::nullopt;
}

// A random draw has three zeros, or four equal octets, among five once in two million times.
bool looks_chosen(const MacAddress& mac) noexcept {
  const auto tail = std::span(mac.octets).subspan<1>();
  const auto equal_to = [&](std::uint8_t octet) { return std::ranges::count(tail, octet); };
  return equal_to(0) >= 3 || equal_to(tail[0]) >= 4 || equal_to(tail[1]) >= 4;
}

MacClass classify_local(const MacAddress& mac) {
  // A few blocks were handed out before the bit had its meaning (DEC's aa:00:04, 3Com's 02:60:8c).
  if (!vendor_name(mac).empty()) return {MacKind::universal, "block older than the local bit"};
  return {looks_chosen(mac) ? MacKind::local : MacKind::random, {}};
}

}  // namespace

MacClass classify(const MacAddress& mac) {
  if (mac.is_zero()) return {MacKind::zero, {}};
  if (mac.is_broadcast()) return {MacKind::broadcast, {}};
  const std::uint64_t value = mac.value();
  if (value >> 23 == 0x01005e000000 >> 23) return {MacKind::group, ipv4_group(value)};
  if (value >> 32 == 0x3333) return {MacKind::group, ipv6_group(mac)};
  if (auto found = find_known(mac)) return *std::move(found);
  if (mac.is_group()) return {MacKind::group, {}};
  return mac.is_locally_administered() ? classify_local(mac) : MacClass{MacKind::universal, {}};
}

std::string_view to_string(MacKind kind) noexcept {
  switch (kind) {
    case MacKind::universal:
      return "universal";
    case MacKind::zero:
      return "zero";
    case MacKind::broadcast:
      return "broadcast";
    case MacKind::group:
      return "group";
    case MacKind::virtual_router:
      return "virtual-router";
    case MacKind::virtual_host:
      return "virtual-host";
    case MacKind::random:
      return "random";
    case MacKind::local:
      return "local";
  }
  return {};
}

std::string mac_note(const MacAddress& mac) {
  const MacClass found = classify(mac);
  switch (found.kind) {
    case MacKind::universal:
      return {};
    case MacKind::zero:
      return "zero MAC";
    case MacKind::broadcast:
      return "broadcast MAC";
    case MacKind::group:
      return "group MAC";
    case MacKind::virtual_router:
      return fmt::format("virtual router ({})", found.detail);
    case MacKind::virtual_host:
      return fmt::format("virtual machine ({})", found.detail);
    case MacKind::random:
      return "random MAC";
    case MacKind::local:
      return "local MAC";
  }
  return {};
}

std::string_view slap_quadrant(const MacAddress& mac) noexcept {
  if (!mac.is_locally_administered()) return {};
  constexpr std::string_view quadrants[] = {"AAI", "reserved", "ELI", "SAI"};
  return quadrants[mac.octets[0] >> 2 & 3];
}

std::optional<MacAddress> mac_of_eui64(const std::array<std::uint8_t, 8>& identifier) noexcept {
  const auto& i = identifier;
  const MacAddress mac{{static_cast<std::uint8_t>(i[0] ^ 0x02), i[1], i[2], i[5], i[6], i[7]}};
  if (i[3] != 0xff || i[4] != 0xfe || mac.is_group()) return std::nullopt;
  return mac;
}

}  // namespace onlink::inline v0

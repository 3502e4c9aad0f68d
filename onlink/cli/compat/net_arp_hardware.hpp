// SPDX-License-Identifier: Apache-2.0
// The hardware types and address families that net-tools' arp knows by name, and hardware addresses as it reads them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0::cli::compat {

struct NetArpHardware {
  std::string_view name{};
  std::uint16_t type = 0;  // ARPHRD_*
  bool resolves = false;   // has ARP
};
inline constexpr std::uint16_t ethernet_hardware = 1;

[[nodiscard]] const NetArpHardware* find_net_arp_hardware(std::string_view name) noexcept;
[[nodiscard]] std::string_view net_arp_hardware_name(std::uint16_t type) noexcept;
// Of -A: all but "inet" are known, and refused.
[[nodiscard]] bool is_net_arp_family(std::string_view name) noexcept;

struct NetArpAddress {
  std::array<std::uint8_t, 14> octets{};
  std::size_t given = 0;  // octets that the text has; the original takes any number
  bool surplus = false;   // there is more text behind the sixth, which is passed over
};

// An Ethernet address in the original's manner: one or two digits an octet, with or without a colon between them.
// Nothing: "invalid hardware address". The octets that are not given keep what stood there: the host's own socket
// address, that is two zeros and its IPv4 address; so "02:00" for 192.0.2.60 is 02:00:c0:00:02:3c.
[[nodiscard]] std::optional<NetArpAddress> read_net_arp_address(std::string_view text, std::uint16_t type,
                                                                Ipv4Address host);

}  // namespace onlink::inline v0::cli::compat

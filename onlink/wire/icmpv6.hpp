// SPDX-License-Identifier: Apache-2.0
// ICMPv6 (RFC 4443) echo and the five Neighbor Discovery messages (RFC 4861), decoded with every receive check of those
// RFCs that needs only the packet. The checks that need state (Redirect: from the current next hop) are the caller's.
#pragma once

#include <cstdint>
#include <expected>
#include <variant>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/wire/ipv6.hpp"
#include "onlink/wire/ndp.hpp"

namespace onlink::inline v0 {

enum class Icmpv6Type : std::uint8_t {
  echo_request = 128,
  echo_reply = 129,
  router_solicitation = 133,
  router_advertisement = 134,
  neighbor_solicitation = 135,
  neighbor_advertisement = 136,
  redirect = 137,
};

struct RouterSolicitation {
  std::uint32_t reserved = 0;
  NdpOptions options{};
  bool operator==(const RouterSolicitation&) const = default;
};
struct RouterAdvertisement {
  std::uint8_t hop_limit = 0;  // 0: unspecified, here and in the two times
  bool managed = false;
  bool other = false;
  bool home_agent = false;
  RouterPreference preference = RouterPreference::medium;
  std::uint8_t reserved_flags = 0;    // the low three bits, kept
  std::uint16_t router_lifetime = 0;  // seconds; 0: not a default router
  std::uint32_t reachable_time = 0;   // milliseconds
  std::uint32_t retrans_timer = 0;    // milliseconds
  NdpOptions options{};
  bool operator==(const RouterAdvertisement&) const = default;
};
struct NeighborSolicitation {
  std::uint32_t reserved = 0;
  Ipv6Address target{};
  NdpOptions options{};
  bool operator==(const NeighborSolicitation&) const = default;
};
struct NeighborAdvertisement {
  bool router = false;
  bool solicited = false;
  bool override_flag = false;
  std::uint32_t reserved = 0;  // the low 29 bits, kept
  Ipv6Address target{};
  NdpOptions options{};
  bool operator==(const NeighborAdvertisement&) const = default;
};
struct Redirect {
  std::uint32_t reserved = 0;
  Ipv6Address target{};
  Ipv6Address destination{};
  NdpOptions options{};
  bool operator==(const Redirect&) const = default;
};
struct Icmpv6Echo {
  bool reply = false;
  std::uint8_t code = 0;
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
  Bytes data{};
  bool operator==(const Icmpv6Echo& other) const noexcept;
};
struct Icmpv6Other {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  Bytes body{};  // behind the checksum
  bool operator==(const Icmpv6Other& other) const noexcept;
};

using Icmpv6Message = std::variant<RouterSolicitation, RouterAdvertisement, NeighborSolicitation, NeighborAdvertisement,
                                   Redirect, Icmpv6Echo, Icmpv6Other>;

// REQUIRES: packet.upper_protocol == IpProtocol::icmpv6. Refuses, with the reason: truncated, bad_checksum, and for the
// five NDP messages all of RFC 4861 sections 6.1.1, 6.1.2, 7.1.1, 7.1.2, 8.1 and RFC 6980 (no fragments).
[[nodiscard]] std::expected<Icmpv6Message, DecodeError> decode_icmpv6(const Ipv6Packet& packet) noexcept;

// Writes type, code, checksum and body; the options of an NDP message are its NdpOptions' bytes.
void encode(const Icmpv6Message& message, const Ipv6Address& source, const Ipv6Address& destination,
            Writer& out) noexcept;

}  // namespace onlink::inline v0

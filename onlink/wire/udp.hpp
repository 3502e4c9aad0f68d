// SPDX-License-Identifier: Apache-2.0
// UDP (RFC 768) over IPv4 and IPv6, with the checksum of either pseudo-header.
#pragma once

#include <cstdint>
#include <expected>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/wire/ipv4.hpp"
#include "onlink/wire/ipv6.hpp"

namespace onlink::inline v0 {

inline constexpr std::size_t udp_header_size = 8;

struct UdpMessage {
  std::uint16_t source_port = 0;  // 0: nobody waits for an answer
  std::uint16_t destination_port = 0;
  bool checksummed = true;  // IPv4 only: false when the sender made no checksum, which it says with 0
  Bytes data{};             // by the length field

  bool operator==(const UdpMessage& other) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return udp_header_size + data.size(); }
};

// REQUIRES: the packet's protocol is UDP. Octets behind the length field's end are ignored, as Linux does. Refuses:
// fragmented; truncated (the length lies past the end too); bad_length (below 8); bad_checksum (over IPv6 its absence
// too, RFC 8200 section 8.1).
[[nodiscard]] std::expected<UdpMessage, DecodeError> decode_udp(const Ipv4Packet& packet) noexcept;
[[nodiscard]] std::expected<UdpMessage, DecodeError> decode_udp(const Ipv6Packet& packet) noexcept;

// Writes header and data. REQUIRES: size() <= 65,535. Over IPv6 there is a checksum whatever `checksummed` says.
void encode(const UdpMessage& message, Ipv4Address source, Ipv4Address destination, Writer& out) noexcept;
void encode(const UdpMessage& message, const Ipv6Address& source, const Ipv6Address& destination, Writer& out) noexcept;

}  // namespace onlink::inline v0

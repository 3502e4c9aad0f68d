// SPDX-License-Identifier: Apache-2.0
// IPv6 header (RFC 8200 section 3) and the walk over its extension headers to the upper layer.
#pragma once

#include <cstdint>
#include <expected>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/wire/ipv4.hpp"

namespace onlink::inline v0 {

struct Ipv6Header {
  std::uint8_t traffic_class = 0;
  std::uint32_t flow_label = 0;  // 20 bits
  IpProtocol next_header = IpProtocol::icmpv6;
  std::uint8_t hop_limit = 255;
  Ipv6Address source;
  Ipv6Address destination;

  bool operator==(const Ipv6Header&) const = default;
};

inline constexpr std::size_t ipv6_header_size = 40;

struct Ipv6Packet {
  Ipv6Header header;
  Bytes payload;  // by the payload length field, so without link padding

  // Behind the extension headers (hop-by-hop, routing, destination options, fragment); what decode_ipv6 found there.
  IpProtocol upper_protocol = IpProtocol::no_next_header;
  Bytes upper;              // the upper-layer message; empty for a fragment other than the first
  bool fragmented = false;  // a fragment header was met that does not hold the whole packet

  bool operator==(const Ipv6Packet& other) const noexcept;
};

// Refuses: truncated, bad_version, bad_length (payload length past the end; an extension header past the payload).
[[nodiscard]] std::expected<Ipv6Packet, DecodeError> decode_ipv6(Bytes packet) noexcept;
void encode(const Ipv6Header& header, std::size_t payload_size, Writer& out) noexcept;

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// IPv6 header (RFC 8200 section 3) and the walk over its extension headers to the upper layer.
#pragma once

#include <cstdint>
#include <expected>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/wire/ip_protocol.hpp"

namespace onlink::inline v0 {

struct Ipv6Header {
  std::uint8_t traffic_class = 0;
  std::uint32_t flow_label = 0;  // 20 bits
  IpProtocol next_header = IpProtocol::icmpv6;
  std::uint8_t hop_limit = 255;
  Ipv6Address source{};
  Ipv6Address destination{};

  bool operator==(const Ipv6Header&) const = default;
};

inline constexpr std::size_t ipv6_header_size = 40;

struct Ipv6Packet {
  Ipv6Header header{};
  Bytes payload{};  // by the payload length field, so without link padding

  // What decode_ipv6 found behind the extension headers: hop-by-hop, routing, destination options, fragment,
  // authentication.
  IpProtocol upper_protocol = IpProtocol::no_next_header;
  Bytes upper{};                 // the upper-layer message; empty for a fragment other than the first
  bool fragment_header = false;  // one was met, perhaps on a whole packet (an atomic fragment, RFC 6946)
  bool fragmented = false;       // this is a part of a packet
  // header.destination, or the last stop if a routing header has segments left: what checksums cover (RFC 8200
  // section 8.1).
  Ipv6Address final_destination{};

  bool operator==(const Ipv6Packet& other) const noexcept;  // header and payload; the rest follows from them
};

// Refuses: truncated (the payload length lies past the end too), bad_version, bad_length (an extension header past the
// payload).
[[nodiscard]] std::expected<Ipv6Packet, DecodeError> decode_ipv6(Bytes packet) noexcept;
void encode(const Ipv6Header& header, std::size_t payload_size, Writer& out) noexcept;

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// IPv4 header (RFC 791).
#pragma once

#include <cstdint>
#include <expected>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0 {

// IANA protocol numbers, shared by IPv4's protocol field and IPv6's next header; open.
enum class IpProtocol : std::uint8_t {
  hop_by_hop = 0,
  icmp = 1,
  tcp = 6,
  udp = 17,
  routing = 43,
  fragment = 44,
  icmpv6 = 58,
  no_next_header = 59,
  destination_options = 60,
};

struct Ipv4Header {
  std::uint8_t type_of_service = 0;
  std::uint16_t identification = 0;
  bool dont_fragment = false;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;  // in units of 8 octets
  std::uint8_t time_to_live = 64;
  IpProtocol protocol = IpProtocol::icmp;
  Ipv4Address source;
  Ipv4Address destination;
  Bytes options;  // 0..40 octets, a multiple of 4; points into the decoded bytes

  bool operator==(const Ipv4Header& other) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return 20 + options.size(); }
};

struct Ipv4Packet {
  Ipv4Header header;
  Bytes payload;  // by the total length field, so without link padding

  bool operator==(const Ipv4Packet& other) const noexcept;
};

// Refuses: truncated, bad_version, bad_length (IHL < 5, total length < header), bad_checksum.
[[nodiscard]] std::expected<Ipv4Packet, DecodeError> decode_ipv4(Bytes packet) noexcept;
// Writes the header with its checksum, for `payload_size` octets to follow. REQUIRES: options padded to 4 octets.
void encode(const Ipv4Header& header, std::size_t payload_size, Writer& out) noexcept;

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// IPv4 header (RFC 791).
#pragma once

#include <cstdint>
#include <expected>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/wire/ip_protocol.hpp"

namespace onlink::inline v0 {

inline constexpr std::size_t ipv4_header_size = 20;  // without options

struct Ipv4Header {
  std::uint8_t type_of_service = 0;
  std::uint16_t identification = 0;
  bool reserved_flag = false;  // must be zero; kept
  bool dont_fragment = false;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;  // in units of 8 octets
  std::uint8_t time_to_live = 64;
  IpProtocol protocol = IpProtocol::icmp;
  Ipv4Address source{};
  Ipv4Address destination{};
  Bytes options{};  // 0..40 octets, a multiple of 4; points into the decoded bytes

  bool operator==(const Ipv4Header& other) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return ipv4_header_size + options.size(); }
};

struct Ipv4Packet {
  Ipv4Header header{};
  Bytes payload{};  // by the total length field, so without link padding

  bool operator==(const Ipv4Packet& other) const noexcept;
};

// Refuses: truncated (the total length lies past the end too), bad_version, bad_length (IHL < 5, total length <
// header), bad_checksum.
[[nodiscard]] std::expected<Ipv4Packet, DecodeError> decode_ipv4(Bytes packet) noexcept;
// Writes the header with its checksum, for `payload_size` octets to follow. REQUIRES: options padded to 4 octets.
void encode(const Ipv4Header& header, std::size_t payload_size, Writer& out) noexcept;

}  // namespace onlink::inline v0

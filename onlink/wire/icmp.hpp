// SPDX-License-Identifier: Apache-2.0
// ICMP for IPv4 (RFC 792): echo, destination unreachable, and every other type as it came.
#pragma once

#include <cstdint>
#include <expected>
#include <variant>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/wire/ipv4.hpp"

namespace onlink::inline v0 {

inline constexpr std::size_t icmp_header_size = 8;  // of the messages that have one of their own

enum class IcmpType : std::uint8_t {
  echo_reply = 0,
  destination_unreachable = 3,
  redirect = 5,
  echo_request = 8,
  time_exceeded = 11,
};

// Of IcmpUnreachable; open: any 8-bit value may be held.
enum class UnreachableCode : std::uint8_t {
  network = 0,
  host = 1,
  protocol = 2,
  port = 3,
  fragmentation_needed = 4,  // next_hop_mtu says the size (RFC 1191)
  source_route_failed = 5,
  network_prohibited = 9,
  host_prohibited = 10,
  administratively_prohibited = 13,  // RFC 1812 section 5.2.7.1
};

struct IcmpEcho {
  bool reply = false;
  std::uint8_t code = 0;
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
  Bytes data{};
  bool operator==(const IcmpEcho& other) const noexcept;
};
struct IcmpUnreachable {
  UnreachableCode code = UnreachableCode::port;
  std::uint16_t unused = 0;  // kept
  std::uint16_t next_hop_mtu = 0;
  Bytes original{};  // the header of the packet that did not arrive, and the octets behind it
  bool operator==(const IcmpUnreachable& other) const noexcept;
};
struct IcmpOther {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  Bytes body{};  // behind the checksum
  bool operator==(const IcmpOther& other) const noexcept;
};

using IcmpMessage = std::variant<IcmpEcho, IcmpUnreachable, IcmpOther>;

// REQUIRES: packet.header.protocol == IpProtocol::icmp. Refuses: fragmented (a part of a packet cannot be checked),
// truncated, bad_checksum.
[[nodiscard]] std::expected<IcmpMessage, DecodeError> decode_icmp(const Ipv4Packet& packet) noexcept;

// Writes type, code, checksum and body.
void encode(const IcmpMessage& message, Writer& out) noexcept;

}  // namespace onlink::inline v0

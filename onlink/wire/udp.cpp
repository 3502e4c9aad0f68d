// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/udp.hpp"

#include <cassert>
#include <limits>

#include "onlink/wire/checksum.hpp"

namespace onlink::inline v0 {
namespace {

struct Read {
  UdpMessage message;
  Bytes covered;  // by the length field
};

std::expected<Read, DecodeError> read(Bytes bytes) noexcept {
  Reader in{bytes};
  UdpMessage message{.source_port = in.u16(), .destination_port = in.u16()};
  const std::size_t length = in.u16();
  message.checksummed = in.u16() != 0;
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  if (length < udp_header_size) return std::unexpected(DecodeError::bad_length);
  if (length > bytes.size()) return std::unexpected(DecodeError::truncated);
  message.data = in.bytes(length - udp_header_size);
  return Read{message, bytes.first(length)};
}

// Returns where the checksum stands, empty when there was no room.
MutableBytes write(const UdpMessage& message, Writer& out) noexcept {
  assert(message.size() <= std::numeric_limits<std::uint16_t>::max());
  out.u16(message.source_port);
  out.u16(message.destination_port);
  out.u16(static_cast<std::uint16_t>(message.size()));
  const MutableBytes checksum = out.reserve(2);
  out.bytes(message.data);
  if (!out.ok()) return {};
  store_be<std::uint16_t>(0, checksum.first<2>());
  return checksum;
}

// 0 would say that there is none; its other form has the same sum (RFC 768).
void store_checksum(std::uint16_t sum, MutableBytes at) noexcept {
  store_be<std::uint16_t>(sum != 0 ? sum : 0xffff, at.first<2>());
}

}  // namespace

bool UdpMessage::operator==(const UdpMessage& other) const noexcept {
  return source_port == other.source_port && destination_port == other.destination_port &&
         checksummed == other.checksummed && same_bytes(data, other.data);
}

std::expected<UdpMessage, DecodeError> decode_udp(const Ipv4Packet& packet) noexcept {
  const Ipv4Header& header = packet.header;
  if (header.more_fragments || header.fragment_offset != 0) return std::unexpected(DecodeError::fragmented);
  const auto decoded = read(packet.payload);
  if (!decoded) return std::unexpected(decoded.error());
  const bool intact = !decoded->message.checksummed ||
                      ipv4_checksum(header.source, header.destination, IpProtocol::udp, decoded->covered) == 0;
  if (!intact) return std::unexpected(DecodeError::bad_checksum);
  return decoded->message;
}

std::expected<UdpMessage, DecodeError> decode_udp(const Ipv6Packet& packet) noexcept {
  if (packet.fragmented) return std::unexpected(DecodeError::fragmented);
  const auto decoded = read(packet.upper);
  if (!decoded) return std::unexpected(decoded.error());
  const bool intact = decoded->message.checksummed && ipv6_checksum(packet.header.source, packet.final_destination,
                                                                    IpProtocol::udp, decoded->covered) == 0;
  if (!intact) return std::unexpected(DecodeError::bad_checksum);
  return decoded->message;
}

void encode(const UdpMessage& message, Ipv4Address source, Ipv4Address destination, Writer& out) noexcept {
  const std::size_t start = out.size();
  const MutableBytes checksum = write(message, out);
  if (checksum.empty() || !message.checksummed) return;
  store_checksum(ipv4_checksum(source, destination, IpProtocol::udp, out.written().subspan(start)), checksum);
}

void encode(const UdpMessage& message, const Ipv6Address& source, const Ipv6Address& destination,
            Writer& out) noexcept {
  const std::size_t start = out.size();
  const MutableBytes checksum = write(message, out);
  if (checksum.empty()) return;
  store_checksum(ipv6_checksum(source, destination, IpProtocol::udp, out.written().subspan(start)), checksum);
}

}  // namespace onlink::inline v0

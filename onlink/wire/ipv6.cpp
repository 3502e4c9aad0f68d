// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/ipv6.hpp"

#include <cassert>
#include <optional>
#include <utility>

namespace onlink::inline v0 {
namespace {

constexpr bool is_extension(IpProtocol protocol) noexcept {
  return protocol == IpProtocol::hop_by_hop || protocol == IpProtocol::routing || protocol == IpProtocol::fragment ||
         protocol == IpProtocol::destination_options || protocol == IpProtocol::authentication;
}

// Octets of the extension header at the front of `rest`, by its length field. REQUIRES: two octets.
std::size_t extension_size(IpProtocol protocol, Bytes rest) noexcept {
  if (protocol == IpProtocol::fragment) return 8;
  const auto length = std::to_integer<std::size_t>(rest[1]);
  return protocol == IpProtocol::authentication ? 4 * (length + 2) : 8 * (length + 1);
}

// The last address of a routing header that has segments left: the list's end in types 0 (RFC 2460) and 2 (RFC 6275),
// its start in type 4 (RFC 8754), whose list is written backwards.
void follow_routing(Bytes header, Ipv6Address& destination) noexcept {
  Reader in{header};
  in.skip(2);
  const std::uint8_t type = in.u8();
  const std::uint8_t segments_left = in.u8();
  in.skip(4);
  const std::size_t count = in.remaining() / 16;
  if (segments_left == 0 || count == 0) return;
  if (type == 0 || type == 2) {
    in.skip(16 * (count - 1));
  } else if (type != 4) {
    return;
  }
  destination.octets = in.octets<16>();
}

// Whether the walk may go on: a later fragment begins in the middle of something.
bool note_fragment(Bytes header, Ipv6Packet& packet) noexcept {
  const std::uint16_t field = load_be<std::uint16_t>(header.subspan(2).first<2>());
  const bool first = (field & 0xfff8) == 0;
  packet.fragment_header = true;
  packet.fragmented = packet.fragmented || (field & 0xfff9) != 0;
  return first;
}

// False when an extension header runs past the payload.
bool walk_extensions(Ipv6Packet& packet) noexcept {
  packet.upper_protocol = packet.header.next_header;
  packet.upper = packet.payload;
  while (is_extension(packet.upper_protocol)) {
    if (packet.upper.size() < 8) return false;
    const std::size_t size = extension_size(packet.upper_protocol, packet.upper);
    if (size > packet.upper.size()) return false;
    const Bytes header = packet.upper.first(size);
    const IpProtocol kind = packet.upper_protocol;
    packet.upper_protocol = IpProtocol{std::to_integer<std::uint8_t>(header[0])};
    packet.upper = packet.upper.subspan(size);
    if (kind == IpProtocol::routing) follow_routing(header, packet.final_destination);
    if (kind == IpProtocol::fragment && !note_fragment(header, packet)) {
      packet.upper = {};
      return true;
    }
  }
  return true;
}

// Fills the packet where it will be returned: moved there in the end it would cost more than all of the reading.
std::optional<DecodeError> read_packet(Bytes bytes, Ipv6Packet& packet) noexcept {
  if (bytes.size() < ipv6_header_size) return DecodeError::truncated;
  Reader in{bytes};
  const std::uint32_t first = in.u32();
  if (first >> 28 != 6) return DecodeError::bad_version;
  packet.header.traffic_class = static_cast<std::uint8_t>(first >> 20);
  packet.header.flow_label = first & 0xfffff;
  const std::uint16_t payload_length = in.u16();
  packet.header.next_header = IpProtocol{in.u8()};
  packet.header.hop_limit = in.u8();
  packet.header.source.octets = in.octets<16>();
  packet.header.destination.octets = in.octets<16>();
  packet.final_destination = packet.header.destination;
  packet.payload = in.bytes(payload_length);
  if (!in.ok()) return DecodeError::truncated;
  if (!walk_extensions(packet)) return DecodeError::bad_length;
  return std::nullopt;
}

}  // namespace

bool Ipv6Packet::operator==(const Ipv6Packet& other) const noexcept {
  return header == other.header && same_bytes(payload, other.payload);
}

std::expected<Ipv6Packet, DecodeError> decode_ipv6(Bytes bytes) noexcept {
  std::expected<Ipv6Packet, DecodeError> packet;
  if (const auto error = read_packet(bytes, *packet)) packet = std::unexpected(*error);
  return packet;
}

void encode(const Ipv6Header& header, std::size_t payload_size, Writer& out) noexcept {
  assert(payload_size <= 0xffff);
  assert(header.flow_label <= 0xfffff);
  out.u32(6U << 28 | std::uint32_t{header.traffic_class} << 20 | (header.flow_label & 0xfffff));
  out.u16(static_cast<std::uint16_t>(payload_size));
  out.u8(std::to_underlying(header.next_header));
  out.u8(header.hop_limit);
  out.octets(header.source.octets);
  out.octets(header.destination.octets);
}

}  // namespace onlink::inline v0

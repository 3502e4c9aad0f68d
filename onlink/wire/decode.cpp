// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {
namespace {

Payload decode_any_arp(Bytes bytes) noexcept {
  if (const auto packet = decode_arp(bytes)) return *packet;
  const auto message = decode_arp_message(bytes);
  if (!message) return Unrecognized{message.error()};
  return *message;
}

Payload decode_ipv4_payload(Bytes bytes) noexcept {
  const auto packet = decode_ipv4(bytes);
  if (!packet) return Unrecognized{packet.error()};
  return Ipv4Datagram{*packet};
}

Payload decode_ipv6_payload(Bytes bytes) noexcept {
  const auto packet = decode_ipv6(bytes);
  if (!packet) return Unrecognized{packet.error()};
  if (packet->upper_protocol != IpProtocol::icmpv6) return Ipv6Datagram{*packet, std::nullopt};
  const auto message = decode_icmpv6(*packet);
  if (!message) return Ipv6Datagram{*packet, message.error()};
  return Icmpv6Datagram{*packet, *message};
}

// SNAP's type is an EtherType only under the OUI 00-00-00 (RFC 1042).
bool carries_ether_type(const EthernetHeader& header) noexcept {
  switch (header.encapsulation) {
    case Encapsulation::ethernet2:
      return true;
    case Encapsulation::llc:
      return false;
    case Encapsulation::snap:
      return header.llc.oui == std::array<std::uint8_t, 3>{};
  }
  return false;
}

Payload decode_payload(const EthernetFrame& frame) noexcept {
  if (!carries_ether_type(frame.header)) return Unrecognized{};
  if (frame.header.type == EtherType::arp || frame.header.type == EtherType::rarp) return decode_any_arp(frame.payload);
  if (frame.header.type == EtherType::ipv4) return decode_ipv4_payload(frame.payload);
  if (frame.header.type == EtherType::ipv6) return decode_ipv6_payload(frame.payload);
  return Unrecognized{};
}

}  // namespace

std::expected<Packet, DecodeError> decode(Bytes bytes) noexcept {
  const auto frame = decode_ethernet(bytes);
  if (!frame) return std::unexpected(frame.error());
  return Packet{.ethernet = frame->header, .payload = decode_payload(*frame), .frame = bytes};
}

}  // namespace onlink::inline v0

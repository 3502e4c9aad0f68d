// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {
namespace {

// Each writes its alternative where it will be returned: a Payload is too large to be handed up by value.
void decode_any_arp(Bytes bytes, Payload& payload) noexcept {
  if (const auto packet = decode_arp(bytes)) {
    payload.emplace<ArpPacket>(*packet);
  } else if (const auto message = decode_arp_message(bytes)) {
    payload.emplace<ArpMessage>(*message);
  } else {
    payload.emplace<Unrecognized>(message.error());
  }
}

void decode_ipv4_payload(Bytes bytes, Payload& payload) noexcept {
  if (const auto packet = decode_ipv4(bytes)) {
    payload.emplace<Ipv4Datagram>(*packet);
  } else {
    payload.emplace<Unrecognized>(packet.error());
  }
}

void decode_ipv6_payload(Bytes bytes, Payload& payload) noexcept {
  const auto packet = decode_ipv6(bytes);
  if (!packet) {
    payload.emplace<Unrecognized>(packet.error());
  } else if (packet->upper_protocol != IpProtocol::icmpv6) {
    payload.emplace<Ipv6Datagram>(*packet, std::nullopt);
  } else if (const auto message = decode_icmpv6(*packet)) {
    payload.emplace<Icmpv6Datagram>(*packet, *message);
  } else {
    payload.emplace<Ipv6Datagram>(*packet, message.error());
  }
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

void decode_payload(const EthernetFrame& frame, Payload& payload) noexcept {
  if (!carries_ether_type(frame.header)) return;
  const EtherType type = frame.header.type;
  if (type == EtherType::arp || type == EtherType::rarp) {
    decode_any_arp(frame.payload, payload);
  } else if (type == EtherType::ipv4) {
    decode_ipv4_payload(frame.payload, payload);
  } else if (type == EtherType::ipv6) {
    decode_ipv6_payload(frame.payload, payload);
  }
}

}  // namespace

std::expected<Packet, DecodeError> decode(Bytes bytes) noexcept {
  std::expected<Packet, DecodeError> packet;
  if (const auto frame = decode_ethernet(bytes)) {
    packet->ethernet = frame->header;
    packet->frame = bytes;
    decode_payload(*frame, packet->payload);
  } else {
    packet = std::unexpected(frame.error());
  }
  return packet;
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/claim_receive.hpp"

#include <variant>

#include "onlink/engine/dad.hpp"

namespace onlink::inline v0 {
namespace {

std::optional<ClaimHeard> heard_arp(const ArpPacket& arp) noexcept {
  if (arp.operation != ArpOperation::request && arp.operation != ArpOperation::reply) return std::nullopt;
  ClaimHeard heard{.mac = arp.sender_hardware_addr, .probe = arp.is_probe(), .asker = arp.sender_protocol_addr};
  if (!arp.sender_protocol_addr.is_unspecified()) heard.used = arp.sender_protocol_addr;
  const bool asks = arp.operation == ArpOperation::request && !arp.is_announcement();
  if (asks) heard.wanted = arp.target_protocol_addr;
  return heard;
}

ClaimHeard heard_solicitation(const Packet& packet, const Ipv6Address& source,
                              const NeighborSolicitation& message) noexcept {
  ClaimHeard heard{.mac = packet.ethernet.source, .wanted = message.target, .asker = source};
  if (source.is_unspecified()) {
    heard.probe = true;
    heard.nonce = nonce_of(message.options);
    return heard;
  }
  heard.used = source;
  if (const auto option = message.options.first<SourceLinkLayerAddress>()) heard.mac = option->address;
  return heard;
}

ClaimHeard heard_advertisement(const Packet& packet, const NeighborAdvertisement& message) noexcept {
  ClaimHeard heard{.mac = packet.ethernet.source, .used = message.target};
  if (const auto option = message.options.first<TargetLinkLayerAddress>()) heard.mac = option->address;
  return heard;
}

}  // namespace

std::optional<ClaimHeard> claim_heard(const Packet& packet, const VlanStack& vlans) noexcept {
  if (packet.ethernet.encapsulation != Encapsulation::ethernet2) return std::nullopt;
  if (!packet.ethernet.vlans.same_network(vlans)) return std::nullopt;
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) {
    return packet.ethernet.type == EtherType::arp ? heard_arp(*arp) : std::nullopt;
  }
  const auto* datagram = std::get_if<Icmpv6Datagram>(&packet.payload);
  if (datagram == nullptr) return std::nullopt;
  if (const auto* asked = std::get_if<NeighborSolicitation>(&datagram->message)) {
    return heard_solicitation(packet, datagram->ip.header.source, *asked);
  }
  if (const auto* told = std::get_if<NeighborAdvertisement>(&datagram->message)) {
    return heard_advertisement(packet, *told);
  }
  return std::nullopt;
}

}  // namespace onlink::inline v0

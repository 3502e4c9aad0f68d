// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_evidence.hpp"

#include <variant>

namespace onlink::inline v0 {
namespace {

using Seen = std::optional<Sighting>;

Seen from_arp(const ArpPacket& arp) noexcept {
  const bool is_reply = arp.operation == ArpOperation::reply;
  if (!is_reply && arp.operation != ArpOperation::request) return std::nullopt;
  return Sighting{.address = arp.sender_protocol_addr,
                  .mac = arp.sender_hardware_addr,
                  .evidence = is_reply ? Evidence::arp_reply : Evidence::arp_request,
                  .target_hardware_addr = arp.target_hardware_addr};
}

Seen from_advertisement(const NeighborAdvertisement& advertisement, const MacAddress& frame_source) noexcept {
  const auto shown = advertisement.options.first<TargetLinkLayerAddress>();
  return Sighting{.address = advertisement.target,
                  .mac = shown ? shown->address : frame_source,  // an answer to a unicast question may leave it out
                  .evidence = Evidence::neighbor_advertisement,
                  .router = advertisement.router};
}

// Solicitations say who sends them only by the option: a proxy or a bridge may have put the frame on the link.
Seen from_solicitation(const Ipv6Address& source, const NdpOptions& options, Evidence evidence) noexcept {
  const auto shown = options.first<SourceLinkLayerAddress>();
  if (!shown) return std::nullopt;
  return Sighting{.address = source, .mac = shown->address, .evidence = evidence};
}

Seen from_icmpv6(const Icmpv6Datagram& datagram, const MacAddress& frame_source) noexcept {
  const Ipv6Address& source = datagram.ip.header.source;
  if (const auto* advertisement = std::get_if<NeighborAdvertisement>(&datagram.message)) {
    return from_advertisement(*advertisement, frame_source);
  }
  if (const auto* solicitation = std::get_if<NeighborSolicitation>(&datagram.message)) {
    return from_solicitation(source, solicitation->options, Evidence::neighbor_solicitation);
  }
  if (const auto* solicitation = std::get_if<RouterSolicitation>(&datagram.message)) {
    return from_solicitation(source, solicitation->options, Evidence::router_solicitation);
  }
  if (const auto* router = std::get_if<RouterAdvertisement>(&datagram.message)) {
    const auto shown = router->options.first<SourceLinkLayerAddress>();
    return Sighting{.address = source,
                    .mac = shown ? shown->address : frame_source,
                    .evidence = Evidence::router_advertisement,
                    .router = true};
  }
  const auto* echo = std::get_if<Icmpv6Echo>(&datagram.message);
  if (echo == nullptr || !echo->reply) return std::nullopt;
  return Sighting{.address = source,
                  .mac = frame_source,
                  .evidence = Evidence::echo_reply,
                  .echo = EchoLabel{echo->identifier, echo->sequence}};
}

Seen from_payload(const Packet& packet) noexcept {
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) {
    return packet.ethernet.type == EtherType::arp ? from_arp(*arp) : std::nullopt;
  }
  const auto* datagram = std::get_if<Icmpv6Datagram>(&packet.payload);
  return datagram == nullptr ? std::nullopt : from_icmpv6(*datagram, packet.ethernet.source);
}

}  // namespace

std::optional<Sighting> sighting(const Packet& packet) noexcept {
  if (packet.ethernet.encapsulation != Encapsulation::ethernet2) return std::nullopt;
  Seen seen = from_payload(packet);
  if (seen && (!seen->mac.is_unicast() || seen->address.is_unspecified() || seen->address.is_multicast())) seen.reset();
  return seen;
}

}  // namespace onlink::inline v0

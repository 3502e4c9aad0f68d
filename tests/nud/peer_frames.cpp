// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/peer_frames.hpp"

#include "onlink/wire/decode.hpp"

namespace onlink::differential {
namespace {

std::vector<std::byte> framed(const EthernetHeader& header, Bytes payload) {
  std::vector<std::byte> frame(ethernet_header_size + payload.size());
  Writer out{frame};
  encode(header, payload.size(), out);
  out.bytes(payload);
  return frame;
}

std::vector<std::byte> arp_reply(const AnswerStep& answer, const ArpPacket& request) {
  std::array<std::byte, arp_packet_size> body{};
  encode(ArpPacket{.operation = ArpOperation::reply,
                   .sender_hardware_addr = answer.mac,
                   .sender_protocol_addr = request.target_protocol_addr,
                   .target_hardware_addr = request.sender_hardware_addr,
                   .target_protocol_addr = request.sender_protocol_addr},
         body);
  return framed({.destination = request.sender_hardware_addr, .source = answer.mac, .type = EtherType::arp}, body);
}

std::vector<std::byte> advertisement(const AnswerStep& answer, const Packet& packet, const Ipv6Header& asked) {
  std::array<std::byte, 8> option{};
  Writer option_out{option};
  encode(NdpOption{TargetLinkLayerAddress{answer.mac}}, option_out);
  const Ipv6Address target = answer.address.ipv6();
  std::array<std::byte, ipv6_header_size + 32> body{};
  Writer out{body};
  encode(Ipv6Header{.source = target, .destination = asked.source}, 32, out);
  encode(Icmpv6Message{NeighborAdvertisement{.router = answer.router,
                                             .solicited = true,
                                             .override_flag = true,
                                             .target = target,
                                             .options = NdpOptions::decode(option).value_or(NdpOptions{})}},
         target, asked.source, out);
  return framed({.destination = packet.ethernet.source, .source = answer.mac, .type = EtherType::ipv6}, body);
}

}  // namespace

std::optional<std::vector<std::byte>> answer_to(const AnswerStep& answer, Bytes frame) {
  const auto packet = decode(frame);
  if (!packet) return std::nullopt;
  const MacAddress& to = packet->ethernet.destination;
  if (!to.is_group() && to != answer.mac) return std::nullopt;
  if (const auto* arp = std::get_if<ArpPacket>(&packet->payload)) {
    const bool asks = arp->operation == ArpOperation::request && packet->ethernet.type == EtherType::arp &&
                      !arp->sender_protocol_addr.is_unspecified() && !arp->is_announcement();
    if (asks && answer.address == IpAddress{arp->target_protocol_addr}) return arp_reply(answer, *arp);
  }
  if (const auto* datagram = std::get_if<Icmpv6Datagram>(&packet->payload)) {
    const auto* solicitation = std::get_if<NeighborSolicitation>(&datagram->message);
    if (solicitation != nullptr && answer.address == IpAddress{solicitation->target} &&
        datagram->ip.header.source != Ipv6Address{}) {
      return advertisement(answer, *packet, datagram->ip.header);
    }
  }
  return std::nullopt;
}

}  // namespace onlink::differential

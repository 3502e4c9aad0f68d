// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/claim_frame.hpp"

#include "onlink/engine/neighbor_frame.hpp"

namespace onlink::inline v0 {
namespace {

void add_advertisement(const HostView& host, const Advertisement& advertisement, const MacAddress& destination,
                       FrameBatch& out) {
  const AdvertisementPacket packet{advertisement, advertisement.target, host.mac};
  add_packet(host, {.destination = destination, .source = host.mac}, Family::ipv6, packet.bytes(), out);
}

}  // namespace

void ClaimFrames::probe(const IpAddress& address, const std::optional<ProbeNonce>& nonce, FrameBatch& out) const {
  if (address.is_ipv6()) return add_probe(host_, address.ipv6(), nonce, out);
  const ArpPacket arp{
      .operation = ArpOperation::request, .sender_hardware_addr = host_.mac, .target_protocol_addr = address.ipv4()};
  add_arp(host_, arp, broadcast_mac, out);
}

void ClaimFrames::announcement(const IpAddress& address, FrameBatch& out) const {
  if (address.is_ipv6()) {
    const Advertisement advertisement{
        .target = address.ipv6(), .destination = all_nodes_address, .override_flag = true, .link_layer_address = true};
    return add_advertisement(host_, advertisement, multicast_mac(all_nodes_address), out);
  }
  const ArpPacket arp{.operation = ArpOperation::request,
                      .sender_hardware_addr = host_.mac,
                      .sender_protocol_addr = address.ipv4(),
                      .target_protocol_addr = address.ipv4()};
  add_arp(host_, arp, broadcast_mac, out);
}

void ClaimFrames::answer(const IpAddress& address, const ClaimHeard& question, bool optimistic, FrameBatch& out) const {
  if (address.is_ipv6()) {
    const Ipv6Address to = question.probe ? all_nodes_address : question.asker.ipv6();
    const Advertisement advertisement{.target = address.ipv6(),
                                      .destination = to,
                                      .solicited = !question.probe,
                                      .override_flag = !optimistic,
                                      .link_layer_address = true};
    return add_advertisement(host_, advertisement, question.probe ? multicast_mac(to) : question.mac, out);
  }
  const ArpPacket reply{.operation = ArpOperation::reply,
                        .sender_hardware_addr = host_.mac,
                        .sender_protocol_addr = address.ipv4(),
                        .target_hardware_addr = question.mac,
                        .target_protocol_addr = question.asker.ipv4()};
  add_arp(host_, reply, address.is_link_local() ? broadcast_mac : question.mac, out);
}

}  // namespace onlink::inline v0

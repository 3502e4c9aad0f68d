// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/request_frame.hpp"

#include <algorithm>
#include <cassert>

#include "onlink/wire/arp.hpp"
#include "onlink/wire/icmpv6.hpp"
#include "onlink/wire/ipv6.hpp"

namespace onlink::inline v0 {

namespace {

// Offsets of what differs from frame to frame, from the start of the network header.
constexpr std::size_t arp_target_at = 24;
constexpr std::size_t ip_destination_at = 24;
constexpr std::size_t icmp_checksum_at = ipv6_header_size + 2;
constexpr std::size_t target_at = ipv6_header_size + 8;
constexpr std::size_t nonce_at = ipv6_header_size + 24 + 2;

constexpr std::size_t solicitation_size = 24;  // without options
constexpr std::size_t echo_size = 8;           // without data

Bytes as_bytes_of(const auto& octets) noexcept { return std::as_bytes(std::span{octets}); }

EthernetHeader header_of(const LinkIdentity& identity, EtherType type, const MacAddress& destination) noexcept {
  return {.destination = destination, .source = identity.mac, .vlans = identity.vlans, .type = type};
}

}  // namespace

RequestBuilder::RequestBuilder(const LinkIdentity& identity) noexcept
    : identity_(identity), network_at_(ethernet_header_size + 4 * identity.vlans.size()) {
  request_ = arp_template(identity.ipv4.value_or(Ipv4Address{}));
  probe_ = arp_template(Ipv4Address{});

  std::array<std::byte, 8> option{};
  Writer link_layer_address{option};
  encode(NdpOption{SourceLinkLayerAddress{identity.mac}}, link_layer_address);
  solicitation_ =
      identity.shows_ipv6() ? solicitation_template(*identity.ipv6, option) : solicitation_template(Ipv6Address{}, {});

  const ProbeNonce zero{};
  Writer nonce{option};
  encode(NdpOption{NonceOption{as_bytes_of(zero)}}, nonce);
  solicitation_probe_ = solicitation_template(Ipv6Address{}, option);
}

RequestBuilder::Template RequestBuilder::arp_template(Ipv4Address sender) const noexcept {
  Template form;
  Writer out{form.bytes};
  encode(header_of(identity_, EtherType::arp, broadcast_mac), arp_packet_size, out);
  const ArpPacket arp{.operation = ArpOperation::request,
                      .sender_hardware_addr = identity_.mac,
                      .sender_protocol_addr = sender,
                      .target_hardware_addr = {},
                      .target_protocol_addr = {}};
  encode(arp, out.reserve(arp_packet_size).first<arp_packet_size>());
  form.size = identity_.pad ? std::max(out.size(), min_frame_size) : out.size();
  return form;
}

RequestBuilder::Template RequestBuilder::solicitation_template(const Ipv6Address& source, Bytes option) const noexcept {
  Template form;
  Writer out{form.bytes};
  const std::size_t size = solicitation_size + option.size();
  encode(header_of(identity_, EtherType::ipv6, MacAddress{}), ipv6_header_size + size, out);
  encode(Ipv6Header{.source = source, .destination = {}}, size, out);
  const MutableBytes message = out.reserve(size);
  message[0] = static_cast<std::byte>(Icmpv6Type::neighbor_solicitation);
  std::ranges::copy(option, message.subspan(solicitation_size).begin());
  form.size = out.size();
  form.sum.add(as_bytes_of(source.octets)).add(static_cast<std::uint32_t>(size)).add(std::uint32_t{58}).add(message);
  return form;
}

MutableBytes RequestBuilder::copy(const Template& form, const MacAddress& destination, FrameBatch& out) const {
  const MutableBytes frame = out.add(form.size);
  std::copy_n(form.bytes.begin(), form.size, frame.begin());
  std::ranges::copy(as_bytes_of(destination.octets), frame.begin());
  return frame;
}

void RequestBuilder::patch_arp(const Template& form, Ipv4Address target, const MacAddress& destination,
                               FrameBatch& out) const {
  store_be(target.value, copy(form, destination, out).subspan(network_at_ + arp_target_at).first<4>());
}

void RequestBuilder::arp_request(Ipv4Address target, FrameBatch& out, const MacAddress& destination) const {
  patch_arp(request_, target, destination, out);
}

void RequestBuilder::arp_probe(Ipv4Address target, FrameBatch& out, const MacAddress& destination) const {
  patch_arp(probe_, target, destination, out);
}

MutableBytes RequestBuilder::patch_solicitation(const Template& form, const Solicited& to, InternetChecksum sum,
                                                FrameBatch& out) const {
  const MutableBytes packet = copy(form, to.destination, out).subspan(network_at_);
  std::ranges::copy(as_bytes_of(to.ip_destination.octets), packet.subspan(ip_destination_at).begin());
  std::ranges::copy(as_bytes_of(to.target.octets), packet.subspan(target_at).begin());
  sum.add(as_bytes_of(to.ip_destination.octets)).add(as_bytes_of(to.target.octets));
  store_be(sum.value(), packet.subspan(icmp_checksum_at).first<2>());
  return packet;
}

void RequestBuilder::neighbor_solicitation(const Ipv6Address& target, FrameBatch& out) const {
  const Ipv6Address group = solicited_node_address(target);
  patch_solicitation(solicitation_, {target, group, multicast_mac(group)}, solicitation_.sum, out);
}

void RequestBuilder::neighbor_solicitation(const Ipv6Address& target, FrameBatch& out,
                                           const MacAddress& destination) const {
  const Ipv6Address to = identity_.shows_ipv6() ? target : solicited_node_address(target);
  patch_solicitation(solicitation_, {target, to, destination}, solicitation_.sum, out);
}

void RequestBuilder::neighbor_probe(const Ipv6Address& target, const ProbeNonce& nonce, FrameBatch& out) const {
  neighbor_probe(target, nonce, out, multicast_mac(solicited_node_address(target)));
}

void RequestBuilder::neighbor_probe(const Ipv6Address& target, const ProbeNonce& nonce, FrameBatch& out,
                                    const MacAddress& destination) const {
  InternetChecksum sum = solicitation_probe_.sum;
  sum.add(as_bytes_of(nonce));
  const Solicited to{target, solicited_node_address(target), destination};
  const MutableBytes packet = patch_solicitation(solicitation_probe_, to, sum, out);
  std::ranges::copy(as_bytes_of(nonce), packet.subspan(nonce_at).begin());
}

void RequestBuilder::echo_request(const EchoRequest& request, FrameBatch& out) const {
  assert(identity_.ipv6);
  const Ipv6Address source = identity_.ipv6.value_or(Ipv6Address{});
  Writer writer{out.add(network_at_ + ipv6_header_size + echo_size)};
  encode(header_of(identity_, EtherType::ipv6, request.destination_mac), ipv6_header_size + echo_size, writer);
  encode(Ipv6Header{.source = source, .destination = request.destination}, echo_size, writer);
  const Icmpv6Echo echo{.identifier = request.identifier, .sequence = request.sequence, .data = {}};
  encode(Icmpv6Message{echo}, source, request.destination, writer);
}

}  // namespace onlink::inline v0

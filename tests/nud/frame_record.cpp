// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "onlink/wire/decode.hpp"
#include "tests/nud/trace.hpp"

namespace onlink::differential {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

void add_flag(TraceRecord& record, std::string_view flag) {
  if (!record.flags.empty()) record.flags += ' ';
  record.flags += flag;
}

std::string hex_text(Bytes bytes) {
  std::string text;
  for (const std::byte b : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  return text;
}

void describe_arp(const Packet& packet, const ArpPacket& arp, TraceRecord& record) {
  record.src = to_string(arp.sender_protocol_addr);
  record.mac = to_string(arp.sender_hardware_addr);
  record.key = to_string(arp.target_protocol_addr);
  if (packet.ethernet.type == EtherType::rarp) {
    record.kind = "rarp";
  } else if (arp.sender_protocol_addr == arp.target_protocol_addr) {
    record.kind = "arp-announce";
  } else if (arp.operation == ArpOperation::reply) {
    record.kind = "arp-reply";
  } else {
    record.kind = packet.ethernet.destination.is_group() ? "arp-bcast" : "arp-ucast";
  }
  if (!arp.target_hardware_addr.is_zero()) add_flag(record, "tha=" + to_string(arp.target_hardware_addr));
}

template <class Option>
void describe_link_layer(const NdpOptions& options, TraceRecord& record) {
  if (const auto option = options.first<Option>()) record.mac = to_string(option->address);
}

void describe_message(const Icmpv6Datagram& datagram, TraceRecord& record) {
  const Ipv6Header& ip = datagram.ip.header;
  const auto solicitation = [&](const NeighborSolicitation& message) {
    record.key = to_string(message.target);
    record.kind = ip.source == Ipv6Address{}                 ? "ns-dad"
                  : IpAddress{ip.destination}.is_multicast() ? "ns-mcast"
                                                             : "ns-ucast";
    describe_link_layer<SourceLinkLayerAddress>(message.options, record);
    if (const auto nonce = message.options.first<NonceOption>()) add_flag(record, "nonce=" + hex_text(nonce->nonce));
  };
  const auto advertisement = [&](const NeighborAdvertisement& message) {
    record.kind = "na";
    record.src = to_string(message.target);
    if (message.router) add_flag(record, "R");
    if (message.solicited) add_flag(record, "S");
    if (message.override_flag) add_flag(record, "O");
    if (message.target != ip.source) add_flag(record, "from=" + to_string(ip.source));
    describe_link_layer<TargetLinkLayerAddress>(message.options, record);
  };
  const auto other = [&](const Icmpv6Other& message) { record.kind = message.type == 143 ? "mld" : "icmpv6"; };
  std::visit(Overloaded{solicitation, advertisement, other, [&](const RouterSolicitation&) { record.kind = "rs"; },
                        [&](const RouterAdvertisement&) { record.kind = "ra"; },
                        [&](const Redirect&) { record.kind = "redirect"; },
                        [&](const Icmpv6Echo&) { record.kind = "icmpv6"; }},
             datagram.message);
}

constexpr std::size_t udp_header_size = 8;

// `upper` is what the IP packet carries.
void describe_upper(IpProtocol protocol, Bytes upper, TraceRecord& record) {
  if (protocol == IpProtocol::tcp) {
    record.kind = "data";
    add_flag(record, "tcp");
  } else if (protocol == IpProtocol::udp && upper.size() >= udp_header_size) {
    const auto port = load_be<std::uint16_t>(upper.subspan<2, 2>());
    record.kind = port == 5353 ? "mdns" : "data";
    std::string text{"data="};
    for (const std::byte b : upper.subspan(udp_header_size)) {
      if (b == std::byte{0}) break;
      text += std::to_integer<char>(b);
    }
    add_flag(record, text);
  } else {
    record.kind = protocol == IpProtocol::icmp ? "icmp" : "other";
  }
}

}  // namespace

TraceRecord describe_frame(Bytes frame) {
  TraceRecord record;
  record.kind = "other";
  const auto packet = decode(frame);
  if (!packet) return record;
  record.dst_mac = to_string(packet->ethernet.destination);
  const auto ipv6 = [&](const Ipv6Packet& ip) {
    record.src = to_string(ip.header.source);
    record.key = to_string(ip.header.destination);
  };
  std::visit(Overloaded{[&](const ArpPacket& arp) { describe_arp(*packet, arp, record); },
                        [&](const Ipv4Datagram& datagram) {
                          record.src = to_string(datagram.ip.header.source);
                          record.key = to_string(datagram.ip.header.destination);
                          describe_upper(datagram.ip.header.protocol, datagram.ip.payload, record);
                        },
                        [&](const Ipv6Datagram& datagram) {
                          ipv6(datagram.ip);
                          describe_upper(datagram.ip.upper_protocol, datagram.ip.upper, record);
                        },
                        [&](const Icmpv6Datagram& datagram) {
                          ipv6(datagram.ip);
                          describe_message(datagram, record);
                        },
                        [&](const auto&) { add_flag(record, to_string(packet->ethernet.type)); }},
             packet->payload);
  return record;
}

bool is_chatter(const TraceRecord& record) {
  constexpr std::string_view kinds[]{"mld", "rs", "mdns", "other"};
  if (record.ev == TraceEvent::tx) return std::ranges::find(kinds, record.kind) != std::end(kinds);
  if (record.ev != TraceEvent::state && record.ev != TraceEvent::del) return false;
  // Linux keeps NOARP entries of groups and broadcast addresses, for their link-layer header alone (nud.md
  // section 1.5).
  return record.key.starts_with("ff") || record.key.starts_with("22") || record.key.starts_with("23") ||
         record.mac == "ff:ff:ff:ff:ff:ff";
}

}  // namespace onlink::differential

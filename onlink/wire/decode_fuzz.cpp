// SPDX-License-Identifier: Apache-2.0
// A whole frame: decode() agrees with the decoder of the protocol that it names, every span lies in the frame, padding
// changes nothing, and a copy decodes to an equal packet.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/codec_laws.hpp"
#include "tests/support/wire_codecs.hpp"

namespace {

using namespace onlink;
using test::require;

bool inside(Bytes part, Bytes whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

struct Checker {
  Bytes frame;
  Bytes payload;

  void operator()(const Unrecognized&) const {}
  void operator()(const ArpPacket& packet) const { require(decode_arp(payload) == packet, "ARP"); }
  void operator()(const ArpMessage& message) const {
    require(decode_arp_message(payload) == message, "variable ARP");
    require(inside(message.sender_hardware_addr, frame) && inside(message.target_protocol_addr, frame), "ARP spans");
  }
  void operator()(const Ipv4Datagram& datagram) const {
    require(decode_ipv4(payload) == datagram.ip, "IPv4");
    require(inside(datagram.ip.payload, frame) && inside(datagram.ip.header.options, frame), "IPv4 spans");
  }
  void operator()(const Ipv6Datagram& datagram) const { check_ipv6(datagram.ip); }
  void operator()(const Icmpv6Datagram& datagram) const {
    check_ipv6(datagram.ip);
    require(decode_icmpv6(datagram.ip) == datagram.message, "ICMPv6");
  }
  void check_ipv6(const Ipv6Packet& ip) const {
    require(decode_ipv6(payload) == ip, "IPv6");
    require(inside(ip.payload, frame) && inside(ip.upper, ip.payload), "IPv6 spans");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes frame = std::as_bytes(std::span{data, size});
  const auto packet = decode(frame);
  const auto ethernet = decode_ethernet(frame);
  require(packet.has_value() == ethernet.has_value(), "a frame is refused for its Ethernet header only");
  if (!packet) return 0;
  require(packet->ethernet == ethernet->header && same_bytes(packet->frame, frame), "the header and the whole frame");
  std::visit(Checker{frame, ethernet->payload}, packet->payload);

  std::vector<std::byte> padded(frame.begin(), frame.end());
  require(decode(padded)->payload == packet->payload, "a copy decodes to the same");
  if (std::holds_alternative<Unrecognized>(packet->payload)) return 0;
  padded.resize(padded.size() + 18, std::byte{0xa5});
  require(decode(padded)->payload == packet->payload, "padding is ignored");
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// The codecs of wire/, described for codec_laws.hpp.
#pragma once

#include <expected>
#include <optional>
#include <type_traits>
#include <vector>

#include "onlink/wire/decode.hpp"
#include "onlink/wire/icmp.hpp"
#include "onlink/wire/udp.hpp"

namespace onlink::inline v0::test {

struct EthernetCodec {
  using Value = EthernetFrame;
  static std::expected<Value, DecodeError> decode(Bytes bytes) { return decode_ethernet(bytes); }
  static void encode(const Value& frame, Writer& out) {
    onlink::encode(frame.header, frame.payload.size(), out);
    out.bytes(frame.payload);
    out.bytes(frame.trailing);
  }
  static std::size_t covered(const Value&, Bytes input) { return input.size(); }
  static std::optional<std::size_t> checksum_at(const Value&) { return std::nullopt; }
};

struct ArpMessageCodec {
  using Value = ArpMessage;
  static std::expected<Value, DecodeError> decode(Bytes bytes) { return decode_arp_message(bytes); }
  static void encode(const Value& message, Writer& out) { onlink::encode(message, out); }
  static std::size_t covered(const Value& message, Bytes) { return message.size(); }
  static std::optional<std::size_t> checksum_at(const Value&) { return std::nullopt; }
};

struct ArpPacketCodec {
  using Value = ArpPacket;
  static std::expected<Value, DecodeError> decode(Bytes bytes) { return decode_arp(bytes); }
  static void encode(const Value& packet, Writer& out) {
    const MutableBytes place = out.reserve(arp_packet_size);
    if (out.ok()) onlink::encode(packet, place.first<arp_packet_size>());
  }
  static std::size_t covered(const Value&, Bytes) { return arp_packet_size; }
  static std::optional<std::size_t> checksum_at(const Value&) { return std::nullopt; }
};

struct Ipv4Codec {
  using Value = Ipv4Packet;
  static std::expected<Value, DecodeError> decode(Bytes bytes) { return decode_ipv4(bytes); }
  static void encode(const Value& packet, Writer& out) {
    onlink::encode(packet.header, packet.payload.size(), out);
    out.bytes(packet.payload);
  }
  static std::size_t covered(const Value& packet, Bytes) { return packet.header.size() + packet.payload.size(); }
  static std::optional<std::size_t> checksum_at(const Value&) { return 10; }
};

struct Ipv6Codec {
  using Value = Ipv6Packet;
  static std::expected<Value, DecodeError> decode(Bytes bytes) { return decode_ipv6(bytes); }
  static void encode(const Value& packet, Writer& out) {
    onlink::encode(packet.header, packet.payload.size(), out);
    out.bytes(packet.payload);
  }
  static std::size_t covered(const Value& packet, Bytes) { return ipv6_header_size + packet.payload.size(); }
  static std::optional<std::size_t> checksum_at(const Value&) { return std::nullopt; }
};

// An IPv6 packet and the ICMPv6 message in it, behind whatever extension headers.
struct Icmpv6Codec {
  using Value = Icmpv6Datagram;
  static std::expected<Value, DecodeError> decode(Bytes bytes) {
    const auto packet = decode_ipv6(bytes);
    if (!packet) return std::unexpected(packet.error());
    if (packet->upper_protocol != IpProtocol::icmpv6) return std::unexpected(DecodeError::unsupported);
    const auto message = decode_icmpv6(*packet);
    if (!message) return std::unexpected(message.error());
    return Value{*packet, *message};
  }
  static void encode(const Value& datagram, Writer& out) {
    const Ipv6Packet& ip = datagram.ip;
    onlink::encode(ip.header, ip.payload.size(), out);
    out.bytes(ip.payload.first(extensions_size(ip)));
    onlink::encode(datagram.message, ip.header.source, ip.final_destination, out);
  }
  static std::size_t covered(const Value& datagram, Bytes) { return ipv6_header_size + datagram.ip.payload.size(); }
  static std::optional<std::size_t> checksum_at(const Value& datagram) {
    return ipv6_header_size + extensions_size(datagram.ip) + 2;
  }
  static std::size_t extensions_size(const Ipv6Packet& ip) { return ip.payload.size() - ip.upper.size(); }
};

// The payload of an IPv4 packet.
struct IcmpCodec {
  using Value = IcmpMessage;
  static std::expected<Value, DecodeError> decode(Bytes bytes) { return decode_icmp({.header = {}, .payload = bytes}); }
  static void encode(const Value& message, Writer& out) { onlink::encode(message, out); }
  static std::size_t covered(const Value&, Bytes input) { return input.size(); }
  static std::optional<std::size_t> checksum_at(const Value&) { return 2; }
};

// UDP between two fixed addresses; what lies behind the end by its length field is not covered.
template <class Address, class Packet>
struct UdpCodec {
  using Value = UdpMessage;
  static constexpr Address source = [] {
    if constexpr (std::is_same_v<Address, Ipv4Address>) return Ipv4Address::of(192, 0, 2, 1);
    if constexpr (std::is_same_v<Address, Ipv6Address>) return link_local_address({{2, 0, 0, 0, 0, 1}});
  }();
  static constexpr Address destination = [] {
    if constexpr (std::is_same_v<Address, Ipv4Address>) return Ipv4Address::of(192, 0, 2, 2);
    if constexpr (std::is_same_v<Address, Ipv6Address>) return link_local_address({{2, 0, 0, 0, 0, 2}});
  }();
  static std::expected<Value, DecodeError> decode(Bytes bytes) {
    Packet packet;
    packet.header.source = source;
    packet.header.destination = destination;
    if constexpr (std::is_same_v<Packet, Ipv4Packet>) packet.payload = bytes;
    if constexpr (std::is_same_v<Packet, Ipv6Packet>) {
      packet.upper = bytes;
      packet.final_destination = destination;
    }
    return decode_udp(packet);
  }
  static void encode(const Value& message, Writer& out) { onlink::encode(message, source, destination, out); }
  static std::size_t covered(const Value& message, Bytes) { return message.size(); }
  static std::optional<std::size_t> checksum_at(const Value&) { return std::nullopt; }
};
using UdpIpv4Codec = UdpCodec<Ipv4Address, Ipv4Packet>;
using UdpIpv6Codec = UdpCodec<Ipv6Address, Ipv6Packet>;

// The options of a message, each taken apart and put together again.
struct NdpOptionsCodec {
  using Value = std::vector<NdpOption>;
  static std::expected<Value, DecodeError> decode(Bytes bytes) {
    const auto options = NdpOptions::decode(bytes);
    if (!options) return std::unexpected(options.error());
    return Value(options->begin(), options->end());
  }
  static void encode(const Value& options, Writer& out) {
    for (const NdpOption& option : options) onlink::encode(option, out);
  }
  static std::size_t covered(const Value&, Bytes input) { return input.size(); }
  static std::optional<std::size_t> checksum_at(const Value&) { return std::nullopt; }
};

struct NdpOptionCodec : NdpOptionsCodec {
  static std::expected<Value, DecodeError> decode(Bytes bytes) {
    auto options = NdpOptionsCodec::decode(bytes);
    if (options && options->size() != 1) return std::unexpected(DecodeError::malformed);
    return options;
  }
};

}  // namespace onlink::inline v0::test

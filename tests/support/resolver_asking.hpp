// SPDX-License-Identifier: Apache-2.0
// A resolver under a hand-driven clock, and the frames that it is made to hear. Shared by the resolver's unit tests.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "onlink/engine/resolve.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0::test {

using namespace std::chrono_literals;

inline constexpr MacAddress own_mac{{0x02, 0, 0, 0, 0, 0x0a}};
inline constexpr MacAddress mac_b{{0x02, 0, 0, 0, 0, 0x0b}};
inline constexpr MacAddress mac_c{{0x02, 0, 0, 0, 0, 0x0c}};
inline constexpr Ipv4Address own_ipv4 = Ipv4Address::of(10, 0, 0, 1);
inline constexpr Ipv4Address target = Ipv4Address::of(10, 0, 0, 2);
inline constexpr Ipv6Address own_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr Ipv6Address target_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};
inline const Instant start{100s};

inline ResolverConfig config_for(std::vector<IpAddress> targets) {
  ResolverConfig config;
  config.identity = {.mac = own_mac, .ipv4 = own_ipv4, .ipv6 = own_ipv6};
  config.targets = std::move(targets);
  config.count = 1;
  return config;
}

struct ArpSent {
  ArpOperation operation = ArpOperation::reply;
  MacAddress sender_mac = mac_b;
  Ipv4Address sender = target;
  MacAddress target_mac = own_mac;
  Ipv4Address target_address = own_ipv4;
  MacAddress destination = own_mac;
  VlanStack vlans{};
  std::optional<MacAddress> frame_source{};
  EtherType type = EtherType::arp;
  Encapsulation encapsulation = Encapsulation::ethernet2;
};

inline std::vector<std::byte> frame_of(const ArpSent& sent) {
  std::vector<std::byte> bytes(128);
  Writer out{bytes};
  const EthernetHeader ethernet{.destination = sent.destination,
                                .source = sent.frame_source.value_or(sent.sender_mac),
                                .vlans = sent.vlans,
                                .encapsulation = sent.encapsulation,
                                .type = sent.type,
                                .llc = {.dsap = 0xaa, .ssap = 0xaa, .control = 0x03}};
  encode(ethernet, arp_packet_size, out);
  encode(ArpPacket{.operation = sent.operation,
                   .sender_hardware_addr = sent.sender_mac,
                   .sender_protocol_addr = sent.sender,
                   .target_hardware_addr = sent.target_mac,
                   .target_protocol_addr = sent.target_address},
         out.reserve(arp_packet_size).first<arp_packet_size>());
  bytes.resize(out.size());
  return bytes;
}

inline std::vector<std::byte> frame_of(const Icmpv6Message& message, const Ipv6Address& source,
                                       const Ipv6Address& destination, const MacAddress& frame_source = mac_b) {
  std::vector<std::byte> body(128);
  Writer body_out{body};
  encode(message, source, destination, body_out);
  std::vector<std::byte> bytes(256);
  Writer out{bytes};
  const MacAddress to = destination.is_multicast() ? multicast_mac(destination) : own_mac;
  encode(EthernetHeader{.destination = to, .source = frame_source, .type = EtherType::ipv6},
         ipv6_header_size + body_out.size(), out);
  encode(Ipv6Header{.source = source, .destination = destination}, body_out.size(), out);
  out.bytes(body_out.written());
  bytes.resize(out.size());
  return bytes;
}

template <class Option>
std::vector<std::byte> option_bytes(const Option& option) {
  std::vector<std::byte> bytes(8);
  Writer out{bytes};
  encode(NdpOption{option}, out);
  return bytes;
}

// A resolver under a hand-driven clock.
class Asking {
 public:
  explicit Asking(const ResolverConfig& config) : resolver_(config, start) { until(start); }

  // Meets all deadlines up to and including that time.
  void until(Instant time) {
    for (auto next = resolver_.next_deadline(); next && *next <= time; next = resolver_.next_deadline()) {
      resolver_.on_deadline(*next, output_);
    }
  }
  void hear(Instant time, const std::vector<std::byte>& frame) {
    until(time);
    const auto packet = decode(frame);
    ASSERT_TRUE(packet);
    resolver_.on_packet(time, *packet, output_);
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const { return resolver_.next_deadline(); }
  [[nodiscard]] std::size_t frames() const { return output_.frames.size(); }
  [[nodiscard]] Packet sent(std::size_t index) const { return decode(output_.frames[index]).value(); }
  template <class Kind>
  [[nodiscard]] std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const Event& event : output_.events) {
      if (const Kind* one = std::get_if<Kind>(&event)) found.push_back(*one);
    }
    return found;
  }
  [[nodiscard]] std::vector<AnswerKind> kinds() const {
    std::vector<AnswerKind> kinds;
    for (const Answered& answered : all<Answered>()) kinds.push_back(answered.kind);
    return kinds;
  }
  const Resolver& resolver() const { return resolver_; }

 private:
  Resolver resolver_;
  Output output_;
};

using Kinds = std::vector<AnswerKind>;

}  // namespace onlink::inline v0::test

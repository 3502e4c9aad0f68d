// SPDX-License-Identifier: Apache-2.0
// A neighbour cache under a hand-driven clock, with the frames that it is made to hear and those that it sent. Shared
// by the cache's unit tests.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "onlink/engine/neighbor_cache.hpp"
#include "tests/support/resolver_asking.hpp"

namespace onlink::inline v0::test {

inline IpAddress ip(std::string_view text) { return parse_ip(text).value(); }
inline Ipv4Address v4(std::string_view text) { return parse_ipv4(text).value(); }
inline Ipv6Address v6(std::string_view text) { return parse_ipv6(text).value(); }
inline Prefix network(std::string_view text) { return parse_prefix(text).value(); }

inline const Ipv6Address our_link_local = link_local_address(own_mac);
inline const Ipv6Address our_global = v6("2001:db8::1");

// 10.0.0.1/24, 2001:db8::1/64 and a link-local address on 02:00:00:00:00:0a; Linux's defaults, or our own rules.
inline NeighborCacheConfig cache_config(NeighborRules rules = NeighborRules::linux_compatible()) {
  NeighborCacheConfig config;
  config.host = {.mac = own_mac,
                 .pad = false,
                 .addresses = {{.prefix = network("10.0.0.1/24")},
                               {.prefix = {our_link_local, 64}, .scope = HostAddressScope::link},
                               {.prefix = network("2001:db8::1/64")}}};
  config.rules = rules;
  config.reachable_time_ipv4 = 30s;
  config.reachable_time_ipv6 = 30s;
  return config;
}

// An IP packet from one of our addresses: a header, and one octet to tell it by.
inline std::vector<std::byte> ip_packet(const IpAddress& source, const IpAddress& destination, std::uint8_t tag = 0) {
  std::vector<std::byte> bytes(64);
  Writer out{bytes};
  if (destination.is_ipv4()) {
    encode(Ipv4Header{.source = source.ipv4(), .destination = destination.ipv4()}, 1, out);
  } else {
    encode(
        Ipv6Header{
            .next_header = IpProtocol::no_next_header, .source = source.ipv6(), .destination = destination.ipv6()},
        1, out);
  }
  out.u8(tag);
  bytes.resize(out.size());
  return bytes;
}

// A Neighbor Advertisement as it arrives.
struct NaSent {
  Ipv6Address target = v6("2001:db8::2");
  bool solicited = true;
  bool override_flag = true;
  std::optional<MacAddress> mac = mac_b;
  bool router = false;
  std::optional<Ipv6Address> source{};       // none: the target
  std::optional<Ipv6Address> destination{};  // none: ours, or ff02::1 when not solicited
};

inline std::vector<std::byte> frame_of(const NaSent& sent) {
  const auto option = option_bytes(TargetLinkLayerAddress{sent.mac.value_or(MacAddress{})});
  NeighborAdvertisement message{
      .router = sent.router, .solicited = sent.solicited, .override_flag = sent.override_flag, .target = sent.target};
  if (sent.mac) message.options = NdpOptions::decode(option).value();
  return frame_of(message, sent.source.value_or(sent.target),
                  sent.destination.value_or(sent.solicited ? our_global : all_nodes_address));
}

// A Neighbor Solicitation as it arrives.
struct NsSent {
  Ipv6Address target = our_global;
  Ipv6Address source = v6("2001:db8::2");
  std::optional<MacAddress> mac = mac_b;
  std::optional<Ipv6Address> destination{};  // none: the target's solicited-node group
  std::optional<ProbeNonce> nonce{};
};

inline std::vector<std::byte> frame_of(const NsSent& sent) {
  std::vector<std::byte> options;
  const auto append = [&](const std::vector<std::byte>& option) {
    options.insert(options.end(), option.begin(), option.end());
  };
  if (sent.mac) append(option_bytes(SourceLinkLayerAddress{*sent.mac}));
  if (sent.nonce) append(option_bytes(NonceOption{std::as_bytes(std::span{*sent.nonce})}));
  const NeighborSolicitation message{.target = sent.target, .options = NdpOptions::decode(options).value()};
  return frame_of(message, sent.source, sent.destination.value_or(solicited_node_address(sent.target)));
}

class Caching {
 public:
  explicit Caching(NeighborCacheConfig config = cache_config()) : cache(std::move(config)) { cache.start(now, output); }

  // Lets time pass, meeting all deadlines up to and including then.
  void pass(Duration duration) {
    const Instant until = now + duration;
    for (auto next = cache.next_deadline(); next && *next <= until; next = cache.next_deadline()) {
      now = std::max(now, *next);
      cache.on_deadline(now, output);
    }
    now = until;
  }
  void hear(const std::vector<std::byte>& frame) {
    const auto packet = decode(frame);
    ASSERT_TRUE(packet);
    cache.on_packet(now, *packet, output);
  }
  template <class Sent>
    requires requires(const Sent& sent) { frame_of(sent); }
  void hear(const Sent& sent) {
    hear(frame_of(sent));
  }
  SendResult send(const IpAddress& to, std::uint8_t tag = 0) {
    const IpAddress source = to.is_ipv4() ? IpAddress{own_ipv4} : IpAddress{our_global};
    const auto packet = ip_packet(source, to, tag);
    return cache.send(now, {.next_hop = to, .packet = packet, .cookie = tag}, output);
  }
  void clear() { output.clear(); }
  // What was sent since the last clear().
  [[nodiscard]] std::size_t sent() const { return output.frames.size(); }
  [[nodiscard]] Packet frame(std::size_t index) const { return decode(output.frames[index]).value(); }
  [[nodiscard]] ArpPacket arp(std::size_t index) const { return std::get<ArpPacket>(frame(index).payload); }
  template <class Message>
  [[nodiscard]] Message message(std::size_t index) const {
    return std::get<Message>(std::get<Icmpv6Datagram>(frame(index).payload).message);
  }
  [[nodiscard]] Ipv6Header ipv6(std::size_t index) const {
    return std::get<Icmpv6Datagram>(frame(index).payload).ip.header;
  }
  template <class Kind>
  [[nodiscard]] std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const Event& event : output.events) {
      if (const Kind* one = std::get_if<Kind>(&event)) found.push_back(*one);
    }
    return found;
  }
  // NONE when there is no entry.
  [[nodiscard]] NudState state(const IpAddress& address) const {
    const auto entry = cache.find(address);
    return entry ? entry->state : NudState::none;
  }
  [[nodiscard]] std::optional<MacAddress> mac(const IpAddress& address) const {
    const auto entry = cache.find(address);
    return entry ? entry->mac : std::nullopt;
  }
  // An entry in that state since two seconds, or none for NONE.
  void prepare(const IpAddress& address, NudState state, const MacAddress& mac = mac_b);

  NeighborCache cache;
  Instant now = start;
  Output output;
};

inline void Caching::prepare(const IpAddress& address, NudState state, const MacAddress& mac) {
  const auto admin = [&](NudState wanted) {
    cache.admin(now, {.verb = AdminVerb::replace, .address = address, .mac = mac, .state = wanted}, output);
  };
  switch (state) {
    case NudState::none:
      break;
    case NudState::incomplete:
      send(address);
      break;
    case NudState::failed:
      send(address);
      pass(5s);
      break;
    case NudState::delay:
      admin(NudState::stale);
      pass(2s);
      send(address);
      break;
    case NudState::probe:
      admin(NudState::stale);
      pass(2s);
      send(address);
      pass(5500ms);
      break;
    case NudState::reachable:
    case NudState::stale:
    case NudState::noarp:
    case NudState::permanent:
      admin(state);
      pass(2s);
  }
  ASSERT_EQ(this->state(address), state);
  clear();
}

}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// A claimer of one IPv6 address and the time, for tests: frames and events are kept as they come.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "onlink/engine/claim.hpp"
#include "onlink/engine/dad.hpp"
#include "onlink/engine/neighbor_frame.hpp"

namespace onlink::inline v0::test {

inline constexpr MacAddress ours{{2, 0, 0, 0, 0, 0x0a}};
inline constexpr MacAddress theirs{{2, 0, 0, 0, 0, 0x0b}};
inline const Ipv6Address address = parse_ipv6("2001:db8::9").value();
inline const Ipv6Address another = parse_ipv6("fe80::b").value();

struct Solicited {
  Instant at;
  EthernetHeader ethernet;
  Ipv6Header ip;
  Ipv6Address target;
  std::optional<ProbeNonce> nonce;
};
struct Advertised {
  Instant at;
  EthernetHeader ethernet;
  Ipv6Header ip;
  bool router, solicited, override_flag;
  std::optional<TargetLinkLayerAddress> option;
};

class Ipv6ClaimBench {
 public:
  explicit Ipv6ClaimBench(const ClaimerConfig& config = {}) : claimer_(with_mac(config)) {}

  Claimer& claimer() { return claimer_; }
  void claim() {
    claimer_.claim(now_, address, output_);
    collect();
  }
  void run_for(Duration time) {
    const Instant end = now_ + time;
    while (claimer_.next_deadline() && *claimer_.next_deadline() <= end) {
      now_ = std::max(now_, *claimer_.next_deadline());
      claimer_.on_deadline(now_, output_);
      collect();
    }
    now_ = end;
  }
  void run_to(ClaimState state) {
    while (claimer_.state(address) != state) {
      ASSERT_TRUE(claimer_.next_deadline());
      run_for(*claimer_.next_deadline() - now_);
    }
  }
  void link(bool up) {
    claimer_.on_link(now_, up, output_);
    collect();
  }

  // What others send.
  void hear_advertisement(const MacAddress& mac, const Ipv6Address& target,
                          std::optional<MacAddress> frame_source = {}) {
    const AdvertisementPacket packet{
        {.target = target, .destination = all_nodes_address, .override_flag = true, .link_layer_address = true},
        target,
        mac};
    add_packet({.mac = mac}, {.destination = multicast_mac(all_nodes_address), .source = frame_source.value_or(mac)},
               Family::ipv6, packet.bytes(), heard_);
    hear();
  }
  void hear_probe(const MacAddress& mac, const std::optional<ProbeNonce>& nonce) {
    add_probe({.mac = mac}, address, nonce, heard_);
    hear();
  }
  void hear_solicitation(const MacAddress& mac, const Ipv6Address& source, const Ipv6Address& target) {
    add_solicitation({.mac = mac}, {.source = source, .target = target}, heard_);
    hear();
  }

  template <class Kind>
  std::vector<Kind> events() const {
    std::vector<Kind> found;
    for (const Event& event : events_) {
      if (const auto* one = std::get_if<Kind>(&event)) found.push_back(*one);
    }
    return found;
  }
  const std::vector<Solicited>& probes() const { return solicited_; }
  const std::vector<Advertised>& advertised() const { return advertised_; }
  Instant now() const { return now_; }

 private:
  static ClaimerConfig with_mac(ClaimerConfig config) {
    config.mac = ours;
    return config;
  }
  void hear() {
    const auto packet = decode(heard_[0]);
    ASSERT_TRUE(packet);
    claimer_.on_packet(now_, *packet, output_);
    heard_.clear();
    collect();
  }
  void collect() {
    for (std::size_t i = 0; i < output_.frames.size(); ++i) keep(output_.frames[i]);
    events_.insert(events_.end(), output_.events.begin(), output_.events.end());
    output_.clear();
  }
  void keep(Bytes frame) {
    const auto packet = decode(frame);
    ASSERT_TRUE(packet);
    const auto* datagram = std::get_if<Icmpv6Datagram>(&packet->payload);
    ASSERT_NE(datagram, nullptr) << "not even valid Neighbor Discovery";
    if (const auto* asked = std::get_if<NeighborSolicitation>(&datagram->message)) {
      EXPECT_FALSE(asked->options.first<SourceLinkLayerAddress>()) << "RFC 4861 section 7.1.1";
      solicited_.push_back({now_, packet->ethernet, datagram->ip.header, asked->target, nonce_of(asked->options)});
    } else {
      const auto& told = std::get<NeighborAdvertisement>(datagram->message);
      EXPECT_EQ(told.target, address);
      advertised_.push_back({now_, packet->ethernet, datagram->ip.header, told.router, told.solicited,
                             told.override_flag, told.options.first<TargetLinkLayerAddress>()});
    }
  }

  Claimer claimer_;
  Instant now_{};
  Output output_;
  FrameBatch heard_;
  std::vector<Solicited> solicited_;
  std::vector<Advertised> advertised_;
  std::vector<Event> events_;
};

}  // namespace onlink::inline v0::test

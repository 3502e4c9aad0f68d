// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_evidence.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace onlink::inline v0 {
namespace {

constexpr MacAddress mac_a{{0x02, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress mac_b{{0x02, 0, 0, 0, 0, 0x0b}};
constexpr Ipv4Address ip_a = Ipv4Address::of(10, 0, 0, 10);
constexpr Ipv4Address ip_b = Ipv4Address::of(10, 0, 0, 11);

Packet arp(ArpOperation operation, Ipv4Address sender, const MacAddress& sender_mac = mac_a) {
  return {.ethernet = {.destination = broadcast_mac, .source = mac_b, .type = EtherType::arp},
          .payload = ArpPacket{operation, sender_mac, sender, {}, ip_b},
          .frame = {}};
}

Packet icmpv6(const char* source, Icmpv6Message message) {
  Icmpv6Datagram datagram{.ip = {}, .message = std::move(message)};
  datagram.ip.header.source = parse_ipv6(source).value();
  return {.ethernet = {.source = mac_b, .type = EtherType::ipv6}, .payload = datagram, .frame = {}};
}

NdpOptions option(const NdpOption& from, std::array<std::byte, 8>& bytes) {
  Writer writer{bytes};
  encode(from, writer);
  return NdpOptions::decode(bytes).value();
}

TEST(Sighting, TakesTheSenderOfArpRequestsAndReplies) {
  for (const ArpOperation operation : {ArpOperation::request, ArpOperation::reply}) {
    const auto seen = sighting(arp(operation, ip_a));
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->address, IpAddress{ip_a});
    EXPECT_EQ(seen->mac, mac_a) << "not the frame's source";
  }
  EXPECT_EQ(sighting(arp(ArpOperation::reply, ip_a))->evidence, Evidence::arp_reply);
  EXPECT_EQ(sighting(arp(ArpOperation::request, ip_a))->evidence, Evidence::arp_request);
}

TEST(Sighting, SeesNothingInWhatShowsNoOwner) {
  EXPECT_FALSE(sighting(arp(ArpOperation::request, {}))) << "a probe";
  EXPECT_FALSE(sighting(arp(ArpOperation::inverse_reply, ip_a)));
  EXPECT_FALSE(sighting(arp(ArpOperation::reply, Ipv4Address::of(224, 0, 0, 1))));
  EXPECT_FALSE(sighting(arp(ArpOperation::reply, ip_a, broadcast_mac)));
  EXPECT_FALSE(sighting(arp(ArpOperation::reply, ip_a, MacAddress{})));
  Packet rarp = arp(ArpOperation::reply, ip_a);
  rarp.ethernet.type = EtherType::rarp;
  EXPECT_FALSE(sighting(rarp));
  Packet snap = arp(ArpOperation::reply, ip_a);
  snap.ethernet.encapsulation = Encapsulation::snap;
  EXPECT_FALSE(sighting(snap));
  EXPECT_FALSE(sighting({.ethernet = {}, .payload = Unrecognized{}, .frame = {}}));
}

TEST(Sighting, TakesTheTargetOfAnAdvertisement) {
  std::array<std::byte, 8> bytes{};
  NeighborAdvertisement advertisement{.router = true, .target = parse_ipv6("fe80::5").value(), .options = {}};
  advertisement.options = option(TargetLinkLayerAddress{mac_a}, bytes);
  const auto seen = sighting(icmpv6("fe80::9", advertisement));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->address, parse_ip("fe80::5").value());
  EXPECT_EQ(seen->mac, mac_a);
  EXPECT_TRUE(seen->router);
  advertisement.options = {};
  EXPECT_EQ(sighting(icmpv6("fe80::9", advertisement))->mac, mac_b) << "the frame's source, without the option";
}

TEST(Sighting, TakesTheSenderOfASolicitationThatShowsItsMac) {
  std::array<std::byte, 8> bytes{};
  NeighborSolicitation solicitation{.target = parse_ipv6("fe80::5").value(), .options = {}};
  EXPECT_FALSE(sighting(icmpv6("fe80::9", solicitation)));
  solicitation.options = option(SourceLinkLayerAddress{mac_a}, bytes);
  const auto seen = sighting(icmpv6("fe80::9", solicitation));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->address, parse_ip("fe80::9").value());
  EXPECT_EQ(seen->evidence, Evidence::neighbor_solicitation);
}

TEST(Sighting, KnowsARouterByItsAdvertisement) {
  const auto seen = sighting(icmpv6("fe80::9", RouterAdvertisement{}));
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->router);
  EXPECT_EQ(seen->mac, mac_b);
}

TEST(Sighting, TakesEchoRepliesWithTheirLabel) {
  const auto seen = sighting(icmpv6("fe80::9", Icmpv6Echo{.reply = true, .identifier = 7, .sequence = 3, .data = {}}));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->echo->identifier, 7);
  EXPECT_EQ(seen->echo->sequence, 3);
  EXPECT_FALSE(sighting(icmpv6("fe80::9", Icmpv6Echo{.reply = false, .data = {}})));
}

}  // namespace
}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// What the resolver takes for an answer, in both families and in probe mode, and what it does not.
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "onlink/engine/resolve.hpp"
#include "tests/support/resolver_asking.hpp"

namespace onlink {
namespace {

using namespace test;

struct NoAnswer {
  const char* name;
  ArpSent sent;
};

TEST(Resolver, WhatIsNoAnswerIsNotTaken) {
  VlanStack tagged;
  tagged.push({EtherType::vlan, 5});
  const NoAnswer rows[] = {
      {"other address", {.sender = Ipv4Address::of(10, 0, 0, 3)}},
      {"tagged, untagged asked", {.vlans = tagged}},
      {"our own, looped back", {.sender_mac = own_mac}},
      {"our own, by another's frame", {.sender_mac = own_mac, .frame_source = mac_c}},
      {"from our MAC", {.frame_source = own_mac}},
      {"group MAC", {.sender_mac = broadcast_mac, .frame_source = mac_b}},
      {"zero MAC", {.sender_mac = {}, .frame_source = mac_b}},
      {"in LLC/SNAP", {.encapsulation = Encapsulation::snap}},
      {"RARP", {.type = EtherType::rarp}},
      {"operation NAK", {.operation = ArpOperation::nak}},
      {"another's probe", {.operation = ArpOperation::request, .sender = {}, .target_address = target}},
      {"another asks for it", {.operation = ArpOperation::request, .sender = own_ipv4, .target_address = target}},
  };
  for (const NoAnswer& row : rows) {
    Asking run{config_for({target})};
    run.hear(start + 1ms, frame_of(row.sent));
    EXPECT_TRUE(run.all<Answered>().empty()) << row.name;
    run.until(start + 1s);
    EXPECT_EQ(run.all<Silent>().size(), 1U) << row.name;
  }
}

TEST(Resolver, TagsOfTheAnswerMustBeThoseOfTheQuestion) {
  ResolverConfig config = config_for({target});
  config.identity.vlans.push({EtherType::service_vlan, 200});
  config.identity.vlans.push({EtherType::vlan, 100});
  VlanStack swapped;
  swapped.push({EtherType::vlan, 100});
  swapped.push({EtherType::service_vlan, 200});
  VlanStack inner;
  inner.push({EtherType::vlan, 100});
  VlanStack with_priority;
  with_priority.push({EtherType::service_vlan, 0xe000 | 200});
  with_priority.push({EtherType::vlan, 100});
  Asking run{config};
  for (const VlanStack& stack : {VlanStack{}, swapped, inner}) run.hear(start + 1ms, frame_of(ArpSent{.vlans = stack}));
  EXPECT_TRUE(run.all<Answered>().empty());
  run.hear(start + 2ms, frame_of(ArpSent{.vlans = with_priority}));
  EXPECT_EQ(run.kinds(), Kinds{AnswerKind::first});
}

TEST(Resolver, ARequestFromTheTargetProvesUseButIsNoReply) {
  ResolverConfig config = config_for({target});
  config.until_reply = true;
  config.count = 2;
  Asking run{config};
  const ArpSent request{.operation = ArpOperation::request, .target_address = Ipv4Address::of(10, 0, 0, 9)};
  run.hear(start + 1ms, frame_of(request));
  run.hear(start + 2ms, frame_of(request));
  ASSERT_EQ(run.kinds(), Kinds{AnswerKind::first}) << "told once";
  EXPECT_EQ(run.all<Answered>()[0].evidence, Evidence::arp_request);
  EXPECT_EQ(run.all<Answered>()[0].round_trip, std::nullopt);
  run.hear(start + 1001ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.frames(), 2U) << "it went on asking";
  EXPECT_EQ(run.kinds().size(), 2U);
  run.until(start + 3s);
  EXPECT_TRUE(run.all<Silent>().empty());
}

TEST(Resolver, WhatIsHeardBeforeTheFirstRequestIsTheFirstAnswer) {
  const Ipv4Address second = Ipv4Address::of(10, 0, 0, 3);
  ResolverConfig config = config_for({target, second});
  config.spacing = 10ms;
  Asking run{config};
  run.hear(start + 1ms, frame_of(ArpSent{.sender = second}));
  ASSERT_EQ(run.kinds(), Kinds{AnswerKind::first});
  EXPECT_EQ(run.all<Answered>()[0].round_trip, std::nullopt);
  run.hear(start + 11ms, frame_of(ArpSent{.sender = second}));
  EXPECT_EQ(run.frames(), 2U) << "it was asked all the same";
  ASSERT_EQ(run.all<Answered>().size(), 2U);
  EXPECT_EQ(run.all<Answered>()[1].round_trip, 1ms);
}

TEST(Resolver, AnAnnouncementWithAnotherMacIsAConflict) {
  Asking run{config_for({target})};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.hear(start + 2ms, frame_of(ArpSent{.operation = ArpOperation::request,
                                         .sender_mac = mac_c,
                                         .target_mac = {},
                                         .target_address = target,
                                         .destination = broadcast_mac}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::first, AnswerKind::conflict}));
}

TEST(Resolver, WhoAnswersSlowerThanWeAskRepeatsNothing) {
  ResolverConfig config = config_for({target});
  config.count = 4;
  config.interval = 50ms;
  Asking run{config};
  for (const auto at : {120ms, 170ms, 220ms, 270ms}) run.hear(start + at, frame_of(ArpSent{}));
  EXPECT_EQ(run.kinds(), Kinds(4, AnswerKind::first));
  for (const Answered& answered : run.all<Answered>()) EXPECT_EQ(answered.round_trip, std::nullopt);
}

TEST(Resolver, WhoAnswersQuickerThanWeAskAndTwiceRepeatsHimself) {
  ResolverConfig config = config_for({target});
  config.count = 2;
  config.interval = 50ms;
  Asking run{config};
  for (const auto at : {1ms, 2ms, 51ms, 52ms}) run.hear(start + at, frame_of(ArpSent{}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::first, AnswerKind::repeat, AnswerKind::first, AnswerKind::repeat}));
}

TEST(Resolver, AReplyThatIsBroadcastButNamesUsIsAReply) {
  Asking run{config_for({target})};
  run.hear(start + 1ms, frame_of(ArpSent{.destination = broadcast_mac}));
  ASSERT_EQ(run.all<Answered>().size(), 1U);
  EXPECT_EQ(run.all<Answered>()[0].round_trip, 1ms);
}

TEST(Resolver, ProbeAsksWithoutASenderAndTakesAnyUseAsAnAnswer) {
  ResolverConfig config = config_for({target});
  config.probe = true;
  config.until_reply = true;
  config.count = 3;
  Asking run{config};
  EXPECT_TRUE(std::get<ArpPacket>(run.sent(0).payload).is_probe());
  run.hear(start + 1ms, frame_of(ArpSent{.operation = ArpOperation::request, .destination = broadcast_mac}));
  EXPECT_EQ(run.kinds(), Kinds{AnswerKind::first});
  run.until(start + 10s);
  EXPECT_EQ(run.frames(), 1U);
  EXPECT_TRUE(run.all<Silent>().empty());
}

TEST(Resolver, ProbeReportsWhoElseProbesAsAConflict) {
  ResolverConfig config = config_for({target});
  config.probe = true;
  config.count = 2;
  Asking run{config};
  const ArpSent foreign{.operation = ArpOperation::request,
                        .sender_mac = mac_c,
                        .sender = {},
                        .target_mac = {},
                        .target_address = target,
                        .destination = broadcast_mac};
  run.hear(start + 1ms, frame_of(foreign));
  run.hear(start + 2ms, frame_of(foreign));
  ASSERT_EQ(run.kinds(), Kinds{AnswerKind::conflict});
  EXPECT_EQ(run.all<Answered>()[0].evidence, Evidence::arp_probe);
  run.hear(start + 1001ms, frame_of(ArpSent{.target_address = {}}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::conflict, AnswerKind::first})) << "who only wants it is no owner";
}

TEST(Resolver, WhoProbedAndThenAnnouncesIsAnOwner) {
  ResolverConfig config = config_for({target});
  config.probe = true;
  Asking run{config};
  ArpSent sent{.operation = ArpOperation::request,
               .sender = {},
               .target_mac = {},
               .target_address = target,
               .destination = broadcast_mac};
  run.hear(start + 1ms, frame_of(sent));
  sent.sender = target;
  run.hear(start + 2ms, frame_of(sent));
  run.hear(start + 3ms, frame_of(sent));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::conflict, AnswerKind::first}));
}

NeighborAdvertisement advertisement(const std::vector<std::byte>& options = {}) {
  return {.router = true,
          .solicited = true,
          .override_flag = true,
          .target = target_ipv6,
          .options = NdpOptions::decode(options).value()};
}

TEST(Resolver, TakesAnAdvertisementAndItsLinkLayerAddress) {
  Asking run{config_for({target_ipv6})};
  const auto option = option_bytes(TargetLinkLayerAddress{mac_c});
  run.hear(start + 2ms, frame_of(advertisement(option), target_ipv6, own_ipv6));
  const auto answers = run.all<Answered>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].mac, mac_c);
  EXPECT_EQ(answers[0].frame_source, mac_b);
  EXPECT_EQ(answers[0].evidence, Evidence::neighbor_advertisement);
  EXPECT_TRUE(answers[0].router);
  EXPECT_EQ(answers[0].round_trip, 2ms);
}

TEST(Resolver, AHostThatNamesItsMacInOneAdvertisementOnlyIsNoConflict) {
  const auto option = option_bytes(TargetLinkLayerAddress{mac_c});
  for (const bool named_first : {true, false}) {
    Asking run{config_for({target_ipv6})};
    const auto named = frame_of(advertisement(option), target_ipv6, own_ipv6);
    const auto bare = frame_of(advertisement(), target_ipv6, own_ipv6);
    run.hear(start + 1ms, named_first ? named : bare);
    run.hear(start + 2ms, named_first ? bare : named);
    EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::first, AnswerKind::repeat})) << named_first;
  }
}

TEST(Resolver, AnUnsolicitedAdvertisementHasNoRoundTrip) {
  for (const Ipv6Address& to : {all_nodes_address, own_ipv6}) {
    Asking run{config_for({target_ipv6})};
    NeighborAdvertisement message = advertisement();
    message.solicited = false;
    run.hear(start + 2ms, frame_of(message, target_ipv6, to));
    ASSERT_EQ(run.all<Answered>().size(), 1U) << to_string(to);
    EXPECT_EQ(run.all<Answered>()[0].round_trip, std::nullopt) << to_string(to);
  }
}

TEST(Resolver, ASolicitationFromTheTargetProvesUse) {
  Asking run{config_for({target_ipv6})};
  const auto option = option_bytes(SourceLinkLayerAddress{mac_b});
  const NeighborSolicitation message{.target = own_ipv6, .options = NdpOptions::decode(option).value()};
  run.hear(start + 2ms, frame_of(message, target_ipv6, solicited_node_address(own_ipv6)));
  ASSERT_EQ(run.all<Answered>().size(), 1U);
  EXPECT_EQ(run.all<Answered>()[0].evidence, Evidence::neighbor_solicitation);
}

// A looped-back probe: what we sent, from another MAC address (RFC 7527).
TEST(Resolver, ProbeForIpv6KnowsItsOwnProbeByTheNonce) {
  ResolverConfig config = config_for({target_ipv6});
  config.probe = true;
  Asking run{config};
  const Packet sent = run.sent(0);
  const auto& datagram = std::get<Icmpv6Datagram>(sent.payload);
  EXPECT_TRUE(datagram.ip.header.source.is_unspecified());
  run.hear(start + 1ms, frame_of(datagram.message, Ipv6Address{}, solicited_node_address(target_ipv6), mac_c));
  EXPECT_TRUE(run.all<Answered>().empty());

  const NeighborSolicitation foreign{.target = target_ipv6};
  run.hear(start + 2ms, frame_of(foreign, Ipv6Address{}, solicited_node_address(target_ipv6), mac_c));
  ASSERT_EQ(run.kinds(), Kinds{AnswerKind::conflict});
  EXPECT_EQ(run.all<Answered>()[0].evidence, Evidence::neighbor_probe);
}

TEST(Resolver, ProbeForIpv6TakesTheAdvertisementToAllNodesAsItsReply) {
  ResolverConfig config = config_for({target_ipv6});
  config.probe = true;
  Asking run{config};
  NeighborAdvertisement message = advertisement();
  message.solicited = false;
  run.hear(start + 2ms, frame_of(message, target_ipv6, all_nodes_address));
  ASSERT_EQ(run.all<Answered>().size(), 1U);
  EXPECT_EQ(run.all<Answered>()[0].round_trip, 2ms);
}

TEST(Resolver, UnicastAsksOneStationInBothFamilies) {
  ResolverConfig config = config_for({target, target_ipv6});
  config.unicast = mac_b;
  for (const bool probe : {false, true}) {
    config.probe = probe;
    Asking run{config};
    run.until(start + 10ms);
    ASSERT_EQ(run.frames(), 2U);
    EXPECT_EQ(run.sent(0).ethernet.destination, mac_b);
    EXPECT_EQ(run.sent(1).ethernet.destination, mac_b);
    EXPECT_TRUE(std::holds_alternative<Icmpv6Datagram>(run.sent(1).payload)) << "it passes the receive checks";
  }
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/resolve.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "onlink/wire/decode.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress own_mac{{0x02, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress mac_b{{0x02, 0, 0, 0, 0, 0x0b}};
constexpr MacAddress mac_c{{0x02, 0, 0, 0, 0, 0x0c}};
constexpr Ipv4Address own_ipv4 = Ipv4Address::of(10, 0, 0, 1);
constexpr Ipv4Address target = Ipv4Address::of(10, 0, 0, 2);
constexpr Ipv6Address own_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Ipv6Address target_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};
const Instant start{100s};

ResolverConfig config_for(std::vector<IpAddress> targets) {
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
};

std::vector<std::byte> frame_of(const ArpSent& sent) {
  std::vector<std::byte> bytes(128);
  Writer out{bytes};
  const EthernetHeader ethernet{.destination = sent.destination,
                                .source = sent.frame_source.value_or(sent.sender_mac),
                                .vlans = sent.vlans,
                                .type = sent.type};
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

std::vector<std::byte> frame_of(const Icmpv6Message& message, const Ipv6Address& source, const Ipv6Address& destination,
                                const MacAddress& frame_source = mac_b) {
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

TEST(Resolver, AsksAtOnceAndReportsWhoAnswersWithTheRoundTrip) {
  Asking run{config_for({target})};
  ASSERT_EQ(run.frames(), 1U);
  EXPECT_EQ(std::get<ArpPacket>(run.sent(0).payload).target_protocol_addr, target);
  run.hear(start + 3ms, frame_of(ArpSent{}));
  const auto answers = run.all<Answered>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].mac, mac_b);
  EXPECT_EQ(answers[0].address, IpAddress{target});
  EXPECT_EQ(answers[0].kind, AnswerKind::first);
  EXPECT_EQ(answers[0].round_trip, 3ms);
}

TEST(Resolver, ListensTheConflictWindowAfterAnAnswerAndNoLonger) {
  Asking run{config_for({target})};
  run.hear(start + 3ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.next_deadline(), start + 103ms);
  run.until(start + 103ms);
  EXPECT_EQ(run.next_deadline(), std::nullopt);
  EXPECT_TRUE(run.all<Silent>().empty());
}

TEST(Resolver, ASecondOwnerOpensTheConflictWindowAgain) {
  Asking run{config_for({target})};
  run.hear(start + 3ms, frame_of(ArpSent{}));
  run.hear(start + 100ms, frame_of(ArpSent{.sender_mac = mac_c}));
  EXPECT_EQ(run.next_deadline(), start + 200ms);
}

TEST(Resolver, TheConflictWindowNeverOutlastsTheWait) {
  Asking run{config_for({target})};
  run.hear(start + 950ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.next_deadline(), start + 1s);
}

TEST(Resolver, IsDoneAtOnceWhenTheFirstReplyIsAllThatIsWanted) {
  ResolverConfig config = config_for({target});
  config.until_reply = true;
  config.conflict_window = {};
  config.count = 0;
  Asking run{config};
  run.hear(start + 1003ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.next_deadline(), std::nullopt);
  EXPECT_EQ(run.frames(), 2U);
}

TEST(Resolver, SaysSilentAfterTheLastWaitAndHowOftenItAsked) {
  ResolverConfig config = config_for({target});
  config.count = 3;
  config.interval = 500ms;
  Asking run{config};
  run.until(start + 1999ms);
  EXPECT_TRUE(run.all<Silent>().empty());
  run.until(start + 2s);
  ASSERT_EQ(run.all<Silent>().size(), 1U);
  EXPECT_EQ(run.all<Silent>()[0].tries, 3U);
  EXPECT_EQ(run.all<Asked>().size(), 3U);
  EXPECT_EQ(run.next_deadline(), std::nullopt);
}

TEST(Resolver, NoTargetsIsDoneBeforeItBegins) {
  Asking run{config_for({})};
  EXPECT_EQ(run.next_deadline(), std::nullopt);
  EXPECT_EQ(run.frames(), 0U);
}

TEST(Resolver, ATargetNamedTwiceIsAskedOnce) {
  Asking run{config_for({target, target})};
  run.until(start + 10ms);
  EXPECT_EQ(run.frames(), 1U);
}

TEST(Resolver, TheSameMacAgainIsARepeatAndAnotherAConflict) {
  Asking run{config_for({target})};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.hear(start + 2ms, frame_of(ArpSent{}));
  run.hear(start + 3ms, frame_of(ArpSent{.sender_mac = mac_c}));
  run.hear(start + 4ms, frame_of(ArpSent{.sender_mac = mac_c}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::first, AnswerKind::repeat, AnswerKind::conflict, AnswerKind::repeat}));
}

TEST(Resolver, EachRoundHasItsFirstAnswerAndItsConflict) {
  ResolverConfig config = config_for({target});
  config.count = 2;
  Asking run{config};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.hear(start + 2ms, frame_of(ArpSent{.sender_mac = mac_c}));
  run.hear(start + 1001ms, frame_of(ArpSent{.sender_mac = mac_c}));
  run.hear(start + 1002ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::first, AnswerKind::conflict, AnswerKind::conflict, AnswerKind::first}));
  EXPECT_EQ(run.all<Answered>()[2].round_trip, 1ms);
}

TEST(Resolver, WaitsForEveryKnownOwnerOfTheLastRound) {
  ResolverConfig config = config_for({target});
  config.count = 2;
  Asking run{config};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.hear(start + 2ms, frame_of(ArpSent{.sender_mac = mac_c}));
  run.hear(start + 1001ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.next_deadline(), start + 2s);
  run.hear(start + 1300ms, frame_of(ArpSent{.sender_mac = mac_c}));
  EXPECT_EQ(run.next_deadline(), start + 1400ms);
}

TEST(Resolver, AnAnswerAfterTheWaitIsLate) {
  ResolverConfig config = config_for({target});
  config.late_window = 5s;
  Asking run{config};
  run.hear(start + 1500ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.all<Silent>().size(), 1U);
  EXPECT_EQ(run.kinds(), Kinds{AnswerKind::late});
  EXPECT_EQ(run.all<Answered>()[0].round_trip, 1500ms);
  EXPECT_EQ(run.next_deadline(), start + 6s);
  run.until(start + 6s);
  EXPECT_EQ(run.next_deadline(), std::nullopt);
}

// The kernel stamped it before the deadline, the driver read it after.
TEST(Resolver, AnAnswerReadAfterTheTargetWasGivenUpIsLate) {
  Asking run{config_for({target})};
  run.until(start + 1s);
  run.hear(start + 999ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.all<Silent>().size(), 1U);
  EXPECT_EQ(run.kinds(), Kinds{AnswerKind::late});
}

TEST(Resolver, ASecondOwnerIsAConflictHoweverLate) {
  ResolverConfig config = config_for({target});
  config.late_window = 5s;
  Asking run{config};
  run.hear(start + 1500ms, frame_of(ArpSent{}));
  run.hear(start + 1600ms, frame_of(ArpSent{.sender_mac = mac_c}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::late, AnswerKind::conflict}));
}

TEST(Resolver, GivesNoRoundTripWhenTheReplyMayBelongToAnEarlierRequest) {
  ResolverConfig config = config_for({target});
  config.count = 3;
  config.interval = 100ms;
  Asking run{config};
  run.hear(start + 101ms, frame_of(ArpSent{}));
  run.hear(start + 201ms, frame_of(ArpSent{}));
  ASSERT_EQ(run.all<Answered>().size(), 2U);
  EXPECT_EQ(run.all<Answered>()[0].round_trip, std::nullopt);
  EXPECT_EQ(run.all<Answered>()[1].round_trip, 1ms);
}

TEST(Resolver, AnEarlierRequestThatWasGivenUpDoesNotBlurTheRoundTrip) {
  ResolverConfig config = config_for({target});
  config.count = 3;
  Asking run{config};
  run.hear(start + 1002ms, frame_of(ArpSent{}));
  ASSERT_EQ(run.all<Answered>().size(), 1U);
  EXPECT_EQ(run.all<Answered>()[0].round_trip, 2ms);
}

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
  Asking run{config_for({target_ipv6})};
  NeighborAdvertisement message = advertisement();
  message.solicited = false;
  run.hear(start + 2ms, frame_of(message, target_ipv6, all_nodes_address));
  ASSERT_EQ(run.all<Answered>().size(), 1U);
  EXPECT_EQ(run.all<Answered>()[0].round_trip, std::nullopt);
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

TEST(Resolver, ManyTargetsAreAskedOneAfterAnotherAtTheSpacing) {
  std::vector<IpAddress> targets;
  for (std::uint32_t i = 0; i < 5000; ++i) targets.push_back(Ipv4Address{target.value + i});
  ResolverConfig config = config_for(targets);
  config.count = 2;
  Asking run{config};
  run.until(start + 999ms);
  EXPECT_EQ(run.frames(), 1000U);
  run.until(start + 60s);
  const auto asked = run.all<Asked>();
  ASSERT_EQ(asked.size(), 10'000U);
  for (std::size_t i = 1; i < asked.size(); ++i) ASSERT_GE(asked[i].time - asked[i - 1].time, 1ms) << i;
  EXPECT_EQ(run.all<Silent>().size(), 5000U);
  EXPECT_EQ(run.next_deadline(), std::nullopt);
}

TEST(Resolver, ADriverThatIsLateCatchesUpAFewRequestsOnly) {
  std::vector<IpAddress> targets;
  for (std::uint32_t i = 0; i < 100; ++i) targets.push_back(Ipv4Address{target.value + i});
  Resolver resolver{config_for(targets), start};
  Output output;
  resolver.on_deadline(start, output);
  resolver.on_deadline(start + 4ms, output);
  EXPECT_EQ(output.frames.size(), 5U);
  resolver.on_deadline(start + 1s, output);
  EXPECT_LE(output.frames.size(), 5U + 9U);
}

TEST(Resolver, AFloodOfOwnersIsBoundedAndCounted) {
  Asking run{config_for({target})};
  for (std::uint8_t i = 0; i < 200; ++i) {
    run.hear(start + 1ms, frame_of(ArpSent{.sender_mac = {{0x02, 1, 0, 0, 0, i}}}));
  }
  EXPECT_EQ(run.all<Answered>().size(), Resolver::max_owners);
  EXPECT_EQ(run.resolver().untold_answers(), 200 - Resolver::max_owners);
}

TEST(Resolver, ForEverMeansForEver) {
  ResolverConfig config = config_for({target});
  config.count = 0;
  Asking run{config};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.until(start + 100s);
  EXPECT_EQ(run.frames(), 101U);
  EXPECT_TRUE(run.all<Silent>().empty());
}

TEST(Resolver, AnIntervalOfZeroDoesNotStarveTheRest) {
  ResolverConfig config = config_for({target});
  config.count = 0;
  config.interval = {};
  config.spacing = {};
  Asking run{config};
  run.until(start + 10ms);
  EXPECT_EQ(run.frames(), 11U);
}

}  // namespace
}  // namespace onlink

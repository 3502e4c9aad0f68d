// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/host_listener.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace onlink::inline v0 {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant{1h};
constexpr MacAddress asker{{2, 0, 0, 0, 0, 1}};
constexpr MacAddress owner{{2, 0, 0, 0, 0, 2}};
constexpr MacAddress other{{2, 0, 0, 0, 0, 3}};
constexpr Ipv4Address asker_ip = Ipv4Address::of(192, 0, 2, 1);
constexpr Ipv4Address host = Ipv4Address::of(192, 0, 2, 2);

Packet arp(ArpOperation operation, const MacAddress& sender, Ipv4Address from, Ipv4Address to) {
  return {.ethernet = {.destination = broadcast_mac, .source = sender, .type = EtherType::arp},
          .payload = ArpPacket{operation, sender, from, {}, to},
          .frame = {}};
}
Packet request() { return arp(ArpOperation::request, asker, asker_ip, host); }
Packet reply(const MacAddress& mac = owner) { return arp(ArpOperation::reply, mac, host, asker_ip); }

struct Heard {
  Instant time;
  Packet packet;
};

class HostListenerTest : public testing::Test {
 protected:
  std::vector<Answered> hear(HostListener& listener, const std::vector<Heard>& script) {
    Output output;
    for (const Heard& heard : script) listener.on_packet(heard.time, heard.packet, output);
    std::vector<Answered> answers;
    for (const Event& event : output.events) answers.push_back(std::get<Answered>(event));
    return answers;
  }
  const ScanHost* find(const HostListener& listener, const IpAddress& address) {
    const HostTable::Id id = listener.hosts().find(address);
    return id == HostTable::none ? nullptr : &listener.hosts()[id];
  }
};

TEST_F(HostListenerTest, AnswerToAQuestionHasItsRoundTrip) {
  HostListener listener{{}};
  const auto answers = hear(listener, {{start, request()}, {start + 3ms, reply()}, {start + 4ms, reply()}});
  ASSERT_EQ(answers.size(), 3U);  // the asker is on the link as well
  EXPECT_EQ(answers[1].round_trip, 3ms);
  EXPECT_EQ(answers[1].kind, AnswerKind::first);
  EXPECT_EQ(answers[2].round_trip, std::nullopt);
  EXPECT_EQ(answers[2].kind, AnswerKind::repeat);
  ASSERT_NE(find(listener, host), nullptr);
  EXPECT_EQ(find(listener, host)->round_trip(), 3ms);
  EXPECT_EQ(find(listener, asker_ip)->evidence, Evidence::arp_request);
  EXPECT_EQ(listener.progress().answered, 2U);
  EXPECT_EQ(listener.progress().requests, 1U);
}

TEST_F(HostListenerTest, AnswerWithoutAQuestionHasNone) {
  HostListener listener{{}};
  EXPECT_EQ(hear(listener, {{start, reply()}}).at(0).round_trip, std::nullopt);
}

TEST_F(HostListenerTest, LastQuestionCountsAndRepeatsAreCounted) {
  HostListener listener{{}};
  const auto answers = hear(listener, {{start, request()}, {start + 1s, request()}, {start + 1s + 2ms, reply()}});
  EXPECT_EQ(answers.back().round_trip, 2ms);
  EXPECT_EQ(listener.progress().repeated, 1U);
  EXPECT_EQ(listener.progress().asked, 1U);
}

TEST_F(HostListenerTest, SecondMacIsAConflict) {
  HostListener listener{{}};
  const auto answers = hear(listener, {{start, reply()}, {start, reply(other)}, {start, reply(other)}});
  EXPECT_EQ(answers[1].kind, AnswerKind::conflict);
  EXPECT_EQ(answers[2].kind, AnswerKind::repeat);
  EXPECT_EQ(listener.progress().conflicts, 1U);
}

TEST_F(HostListenerTest, AnswerReplacesWhatWasOnlyOverheard) {
  HostListener listener{{}};
  hear(listener, {{start, arp(ArpOperation::request, owner, host, asker_ip)}});
  EXPECT_EQ(find(listener, host)->evidence, Evidence::arp_request);
  hear(listener, {{start, reply()}});
  EXPECT_EQ(find(listener, host)->evidence, Evidence::arp_reply);
}

TEST_F(HostListenerTest, OnlyTheTargetsAreListed) {
  HostListener listener{{.targets = {{host, host}}}};
  hear(listener, {{start, request()}, {start, reply()}});
  EXPECT_EQ(find(listener, asker_ip), nullptr);
  EXPECT_NE(find(listener, host), nullptr);
  EXPECT_EQ(listener.progress().targets, 1U);
}

TEST_F(HostListenerTest, TargetsMayOverlapAndStandInAnyOrder) {
  const auto at = [](int last) { return IpAddress{Ipv4Address::of(192, 0, 2, static_cast<std::uint8_t>(last))}; };
  const HostListener listener{{.targets = {{at(50), at(60)}, {at(10), at(30)}, {at(12), at(14)}, {at(20), at(40)}},
                               .excluded = {{at(13), at(13)}, {at(55), at(255)}}}};
  for (const int last : {10, 12, 15, 30, 40, 50, 54}) EXPECT_TRUE(listener.listens_for(at(last))) << last;
  for (const int last : {9, 13, 41, 49, 55, 61}) EXPECT_FALSE(listener.listens_for(at(last))) << last;
  EXPECT_FALSE(listener.listens_for(*parse_ip("::a")));
}

TEST_F(HostListenerTest, OneFamilyOnly) {
  const HostListener listener{{.family = Family::ipv6}};
  EXPECT_FALSE(listener.listens_for(host));
  EXPECT_TRUE(listener.listens_for(*parse_ip("fe80::1")));
}

TEST_F(HostListenerTest, AnotherNetworksTagsAreNotOurs) {
  Packet tagged = reply();
  tagged.ethernet.vlans.push({.tci = 100});
  HostListener untagged{{}};
  hear(untagged, {{start, tagged}});
  EXPECT_EQ(untagged.hosts().size(), 0U);
  HostListener on_100{{.vlans = tagged.ethernet.vlans}};
  hear(on_100, {{start, tagged}, {start, reply(other)}});
  EXPECT_EQ(on_100.hosts().size(), 1U);
  EXPECT_EQ(on_100.progress().conflicts, 0U);
}

TEST_F(HostListenerTest, MemoryIsBounded) {
  HostListener listener{{.max_hosts = 1, .max_questions = 1}};
  const Ipv4Address further = Ipv4Address::of(192, 0, 2, 3);
  hear(listener, {{start, arp(ArpOperation::request, asker, asker_ip, host)},
                  {start, arp(ArpOperation::request, asker, asker_ip, further)},
                  {start, arp(ArpOperation::reply, owner, further, asker_ip)}});
  EXPECT_EQ(listener.hosts().size(), 1U);
  EXPECT_EQ(listener.progress().unrecorded, 1U);
  EXPECT_EQ(listener.progress().requests, 2U);
  EXPECT_EQ(listener.progress().asked, 1U);
}

TEST_F(HostListenerTest, AnnouncementsAndProbesAskForNobody) {
  HostListener listener{{}};
  hear(listener, {{start, arp(ArpOperation::request, owner, host, host)}, {start + 1ms, reply()}});
  EXPECT_EQ(listener.progress().requests, 0U);
  EXPECT_EQ(find(listener, host)->round_trip(), std::nullopt);
}

TEST_F(HostListenerTest, Ipv6AdvertisementAnswersTheSolicitation) {
  const Ipv6Address six = *parse_ipv6("2001:db8::2");
  const auto packet = [](const MacAddress& mac, Icmpv6Message message) {
    Icmpv6Datagram datagram;
    datagram.message = message;
    return Packet{.ethernet = {.source = mac, .type = EtherType::ipv6}, .payload = datagram, .frame = {}};
  };
  HostListener listener{{}};
  const auto answers =
      hear(listener, {{start, packet(asker, NeighborSolicitation{.target = six})},
                      {start + 5ms, packet(owner, NeighborAdvertisement{.router = true, .target = six})}});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].round_trip, 5ms);
  EXPECT_TRUE(find(listener, six)->router);
}

}  // namespace
}  // namespace onlink::inline v0

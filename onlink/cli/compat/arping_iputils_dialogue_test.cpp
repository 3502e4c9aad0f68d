// SPDX-License-Identifier: Apache-2.0
// What iputils' arping sends, takes for an answer and says, as measured on version 20221126.
#include "onlink/cli/compat/arping_iputils_dialogue.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace onlink::inline v0::cli::compat {
namespace {

using namespace std::chrono_literals;

constexpr Ipv4Address ours = Ipv4Address::of(192, 0, 2, 1), target = Ipv4Address::of(192, 0, 2, 2);
constexpr MacAddress our_mac{{2, 0, 0, 0, 0, 1}}, owner{{2, 0, 0, 0, 0, 2}}, other{{2, 0, 0, 0, 0, 0xaf}};

struct Answer {
  EthernetHeader ethernet{.destination = our_mac, .source = owner, .type = EtherType::arp};
  ArpPacket arp{.operation = ArpOperation::reply,
                .sender_hardware_addr = owner,
                .sender_protocol_addr = target,
                .target_hardware_addr = our_mac,
                .target_protocol_addr = ours};
};

ArpingPlan asking() { return {.target = target, .source = ours, .mac = our_mac, .interface = "eth0", .interval = 1s}; }

class Dialogue {
 public:
  explicit Dialogue(const ArpingPlan& plan) : dialogue_(plan, now_, out_, err_) { step(); }

  void hear(const Answer& answer, Duration after = 1ms) {
    now_ += after;
    Packet packet{.ethernet = answer.ethernet, .payload = answer.arp};
    dialogue_.on_packet(now_, packet, output_);
  }
  void pass(Duration time) {
    const Instant until = now_ + time;
    for (auto due = dialogue_.next_deadline(); due && *due <= until; due = dialogue_.next_deadline()) {
      now_ = *due;
      step();
    }
    now_ = until;
  }
  [[nodiscard]] bool over() const { return !dialogue_.next_deadline(); }
  std::string summary(bool link_was_lost = false) {
    out_.clear();
    dialogue_.finish(link_was_lost);
    return out_.text();
  }
  [[nodiscard]] Packet sent(std::size_t index) const { return *decode(output_.frames[index]); }
  [[nodiscard]] std::size_t count() const { return output_.frames.size(); }
  [[nodiscard]] std::string text() const { return out_.text(); }
  [[nodiscard]] std::string errors() const { return err_.text(); }
  ArpingDialogue& engine() { return dialogue_; }

 private:
  void step() { dialogue_.on_deadline(now_, output_); }

  Instant now_{10s};
  StringWriter out_, err_;
  Output output_;
  ArpingDialogue dialogue_;
};

TEST(ArpingIputils, AsksEverybodyThenOnlyWhoAnswered) {
  Dialogue dialogue(asking());
  dialogue.hear({});
  dialogue.pass(1s);
  ASSERT_EQ(dialogue.count(), 2U);
  EXPECT_TRUE(dialogue.sent(0).ethernet.destination.is_broadcast());
  EXPECT_EQ(dialogue.sent(1).ethernet.destination, owner);
  EXPECT_EQ(std::get<ArpPacket>(dialogue.sent(1).payload).target_hardware_addr, owner);
  EXPECT_EQ(dialogue.text(),
            "ARPING 192.0.2.2 from 192.0.2.1 eth0\n"
            "Unicast reply from 192.0.2.2 [02:00:00:00:00:02]  1.000ms\n");
  EXPECT_EQ(dialogue.summary(), "Sent 2 probes (1 broadcast(s))\nReceived 1 response(s)\n");
}

TEST(ArpingIputils, KeepsAskingEverybodyIfToldSo) {
  ArpingPlan plan = asking();
  plan.broadcast_only = true;
  Dialogue dialogue(plan);
  dialogue.hear({});
  dialogue.pass(1s);
  EXPECT_TRUE(dialogue.sent(1).ethernet.destination.is_broadcast());
}

TEST(ArpingIputils, ItsStatusComparesProbesAndReplies) {
  ArpingPlan plan = asking();
  plan.count = 1;
  Dialogue equal(plan), none(plan), more(plan);
  equal.hear({});
  more.hear({});
  more.hear({});
  EXPECT_EQ(equal.engine().status(), ArpingStatus::good);
  EXPECT_EQ(none.engine().status(), ArpingStatus::bad);
  EXPECT_EQ(more.engine().status(), ArpingStatus::bad);
  more.summary();
  EXPECT_EQ(more.errors(), "arping: warning: 2 replies to 1 probes: 192.0.2.2 answers, whatever the status says\n");
}

TEST(ArpingIputils, WithALimitOneReplyIsEnoughForItsStatus) {
  ArpingPlan plan = asking();
  plan.limit = 2s;
  Dialogue dialogue(plan);
  dialogue.hear({});
  dialogue.pass(3s);
  EXPECT_TRUE(dialogue.over());
  EXPECT_EQ(dialogue.count(), 3U) << "the last at the very end";
  EXPECT_EQ(dialogue.engine().status(), ArpingStatus::good);
}

TEST(ArpingIputils, WithALimitTheCountIsOfRepliesToo) {
  ArpingPlan plan = asking();
  plan.limit = 5s;
  plan.count = 2;
  Dialogue dialogue(plan);
  dialogue.hear({});
  EXPECT_FALSE(dialogue.over());
  dialogue.hear({});
  EXPECT_TRUE(dialogue.over());
}

TEST(ArpingIputils, TheCountEndsItOneIntervalAfterTheLastProbe) {
  ArpingPlan plan = asking();
  plan.count = 2;
  Dialogue dialogue(plan);
  dialogue.pass(1999ms);
  EXPECT_FALSE(dialogue.over());
  dialogue.pass(1ms);
  EXPECT_TRUE(dialogue.over());
  EXPECT_EQ(dialogue.count(), 2U);
}

TEST(ArpingIputils, WithoutAnIntervalItAsksOnceAndWaitsForEver) {
  ArpingPlan plan = asking();
  plan.interval = 0s;
  plan.count = 2;
  Dialogue dialogue(plan);
  dialogue.pass(24h);
  EXPECT_FALSE(dialogue.over());
  EXPECT_EQ(dialogue.count(), 1U);
}

TEST(ArpingIputils, TellsHowARepliesCame) {
  Dialogue dialogue(asking());
  Answer answer;
  answer.ethernet.destination = broadcast_mac;
  answer.arp.operation = ArpOperation::request;
  answer.arp.sender_hardware_addr = other;
  dialogue.hear(answer, 1234567ns);
  EXPECT_TRUE(dialogue.text().ends_with("Broadcast request from 192.0.2.2 [02:00:00:00:00:AF]  1.234ms\n"));
  EXPECT_EQ(dialogue.summary(),
            "Sent 1 probes (1 broadcast(s))\nReceived 1 response(s) (1 request(s), 1 broadcast(s))\n");
}

TEST(ArpingIputils, PassesOverWhatIsNoReplyToUs) {
  const std::vector<Answer> no_replies = [] {
    std::vector<Answer> list(9);
    list[0].arp.sender_protocol_addr = ours;
    list[1].arp.target_protocol_addr = target;
    list[2].arp.target_hardware_addr = other;
    list[3].arp.hardware_type = ArpHardwareType::ieee802;
    list[4].arp.operation = ArpOperation::reverse_reply;
    list[5].ethernet.destination = other;
    list[6].ethernet.vlans.push({.tci = 100});
    list[7].ethernet.encapsulation = Encapsulation::snap;
    list[8].ethernet.type = EtherType::rarp;
    return list;
  }();
  for (const Answer& answer : no_replies) {
    Dialogue dialogue(asking());
    dialogue.hear(answer);
    EXPECT_EQ(dialogue.engine().status(), ArpingStatus::bad) << &answer - no_replies.data();
  }
  Answer priority_tagged;
  priority_tagged.ethernet.vlans.push({.tci = 0xa000});
  Dialogue dialogue(asking());
  dialogue.hear(priority_tagged);
  EXPECT_EQ(dialogue.engine().status(), ArpingStatus::good);
}

ArpingPlan detecting() {
  ArpingPlan plan = asking();
  plan.source = {};
  plan.detect_duplicate = plan.first_reply_ends = true;
  plan.count = 1;
  return plan;
}

TEST(ArpingIputils, DetectionTakesAnyWordOfTheAddressAndSaysForWhomItWas) {
  Dialogue dialogue(detecting());
  Answer answer;
  answer.arp.target_protocol_addr = Ipv4Address::of(192, 0, 2, 7);
  answer.arp.target_hardware_addr = other;
  dialogue.hear(answer);
  EXPECT_TRUE(dialogue.over());
  EXPECT_EQ(dialogue.engine().status(), ArpingStatus::bad);
  EXPECT_TRUE(dialogue.text().ends_with("[02:00:00:00:00:02] for 192.0.2.7 [02:00:00:00:00:AF] 1.000ms\n"))
      << dialogue.text();
}

TEST(ArpingIputils, DetectionNamesTheAddressOrTheStationAloneToo) {
  Dialogue address(detecting()), station(detecting());
  Answer answer;
  answer.arp.target_protocol_addr = Ipv4Address::of(192, 0, 2, 7);
  address.hear(answer);
  EXPECT_TRUE(address.text().ends_with("] for 192.0.2.7  1.000ms\n")) << address.text();
  answer.arp.target_protocol_addr = {};
  answer.arp.target_hardware_addr = other;
  station.hear(answer);
  EXPECT_TRUE(station.text().ends_with("] for [02:00:00:00:00:AF] 1.000ms\n")) << station.text();
}

TEST(ArpingIputils, DetectionPassesOverOurOwnWord) {
  Dialogue dialogue(detecting());
  Answer answer;
  answer.arp.sender_hardware_addr = our_mac;
  dialogue.hear(answer);
  EXPECT_EQ(dialogue.engine().status(), ArpingStatus::good);
}

TEST(ArpingIputils, AnAnnouncementAsAReplyNamesUsTwice) {
  ArpingPlan plan = asking();
  plan.unsolicited = plan.as_reply = true;
  Dialogue dialogue(plan);
  const auto arp = std::get<ArpPacket>(dialogue.sent(0).payload);
  EXPECT_EQ(arp.operation, ArpOperation::reply);
  EXPECT_EQ(arp.target_hardware_addr, our_mac);
  EXPECT_EQ(dialogue.engine().status(), ArpingStatus::good) << "though nobody answers";
}

TEST(ArpingIputils, ALinkThatGoesIsToldAndTheRunGoesOn) {
  ArpingPlan plan = asking();
  plan.count = 3;
  Dialogue dialogue(plan);
  dialogue.engine().fail_receiving("Network is down");
  dialogue.pass(1s);
  dialogue.engine().fail_sending();
  EXPECT_FALSE(dialogue.over());
  EXPECT_EQ(dialogue.errors(), "arping: recvfrom: Network is down\n");
  EXPECT_EQ(dialogue.engine().status(), ArpingStatus::error | ArpingStatus::bad);
  EXPECT_EQ(dialogue.summary(), "Sent 1 probes (1 broadcast(s))\nReceived 0 response(s)\n");
}

TEST(ArpingIputils, WithoutOneProbeOnTheWireNothingIsFree) {
  Dialogue dialogue(detecting());
  dialogue.engine().fail_sending();
  EXPECT_EQ(dialogue.engine().status(), ArpingStatus::bad);
  dialogue.summary();
  EXPECT_EQ(dialogue.errors(), "arping: warning: no probe could be sent: the status says nothing about 192.0.2.2\n");
}

TEST(ArpingIputils, SilenceOnALostLinkIsNoFreedom) {
  Dialogue dialogue(detecting());
  EXPECT_EQ(dialogue.engine().status(), ArpingStatus::good);
  dialogue.summary(true);
  EXPECT_EQ(dialogue.errors(), "arping: warning: the link was lost meanwhile: silence says nothing about 192.0.2.2\n");
}

TEST(ArpingIputils, TwoOwnersAreNamed) {
  Dialogue dialogue(asking());
  dialogue.hear({});
  Answer second;
  second.arp.sender_hardware_addr = other;
  dialogue.hear(second);
  dialogue.summary();
  EXPECT_EQ(dialogue.errors(),
            "arping: warning: 192.0.2.2 has more than one owner: 02:00:00:00:00:02 and 02:00:00:00:00:af\n");
}

TEST(ArpingIputils, QuietSaysNothingButWarnings) {
  ArpingPlan plan = asking();
  plan.quiet = true;
  Dialogue dialogue(plan);
  dialogue.hear({});
  dialogue.summary();
  EXPECT_EQ(dialogue.text(), "");
  EXPECT_EQ(dialogue.errors(), "");
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
// What Thomas Habets' arping sends, takes for an answer and says, as measured on version 2.23.
#include "onlink/cli/compat/arping_habets_dialogue.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "onlink/wire/icmp.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

using namespace std::chrono_literals;

constexpr Ipv4Address ours = Ipv4Address::of(192, 0, 2, 1), target = Ipv4Address::of(192, 0, 2, 2);
constexpr MacAddress our_mac{{2, 0, 0, 0, 0, 1}}, owner{{2, 0, 0, 0, 0, 2}}, other{{2, 0, 0, 0, 0, 3}};

HabetsPlan asking() { return {.title = "192.0.2.2", .target = target, .source = ours, .mac = our_mac, .seed = 7}; }
HabetsPlan pinging() {
  HabetsPlan plan = asking();
  plan.title = "02:00:00:00:00:02";
  plan.ping_mac = true;
  plan.destination = owner;
  return plan;
}

struct Answer {
  EthernetHeader ethernet{.destination = our_mac, .source = owner, .type = EtherType::arp};
  ArpPacket arp{.operation = ArpOperation::reply,
                .sender_hardware_addr = owner,
                .sender_protocol_addr = target,
                .target_hardware_addr = our_mac,
                .target_protocol_addr = ours};
};

class Dialogue {
 public:
  explicit Dialogue(const HabetsPlan& plan) : dialogue_(plan, now_, out_, err_) { step(); }

  void hear(const Answer& answer = {}, Duration after = 1500us) {
    std::vector<std::byte> frame(answer.ethernet.size() + arp_packet_size);
    Writer out{frame};
    encode(answer.ethernet, arp_packet_size, out);
    encode(answer.arp, out.reserve(arp_packet_size).first<arp_packet_size>());
    hear_frame(frame, after);
  }
  void hear_frame(Bytes frame, Duration after) {
    now_ += after;
    dialogue_.on_packet(now_, *decode(frame), output_);
  }
  // The reply to the last echo request.
  [[nodiscard]] std::vector<std::byte> echo_reply(MacAddress from, bool with_cookie = true) const {
    const Packet request = *decode(output_.frames[output_.frames.size() - 1]);
    const Ipv4Packet& ip = std::get<Ipv4Datagram>(request.payload).ip;
    IcmpEcho echo = std::get<IcmpEcho>(*decode_icmp(ip));
    std::vector<std::byte> data(echo.data.begin(), echo.data.end());
    if (!with_cookie) data.back() ^= std::byte{1};
    echo.reply = true;
    echo.data = data;
    std::vector<std::byte> frame(200);
    Writer out{frame};
    encode(EthernetHeader{.destination = our_mac, .source = from}, ip.payload.size() + ipv4_header_size, out);
    encode(Ipv4Header{.source = target, .destination = ours}, ip.payload.size(), out);
    encode(IcmpMessage{echo}, out);
    frame.resize(out.size());
    return frame;
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
  std::string statistics() {
    out_.clear();
    dialogue_.finish();
    return out_.text();
  }
  [[nodiscard]] Bytes frame(std::size_t index) const { return output_.frames[index]; }
  [[nodiscard]] std::size_t count() const { return output_.frames.size(); }
  [[nodiscard]] std::string text() const { return out_.text(); }
  [[nodiscard]] std::string errors() const { return err_.text(); }
  HabetsDialogue& engine() { return dialogue_; }

 private:
  void step() { dialogue_.on_deadline(now_, output_); }

  Instant now_{10s};
  StringWriter out_, err_;
  Output output_;
  HabetsDialogue dialogue_;
};

ArpPacket arp_in(Bytes frame) { return std::get<ArpPacket>(decode(frame)->payload); }

TEST(ArpingHabets, AsksOnceASecondAndSaysWhatItHears) {
  HabetsPlan plan = asking();
  plan.count = 2;
  Dialogue dialogue(plan);
  dialogue.hear();
  dialogue.pass(2s);
  EXPECT_TRUE(dialogue.over());
  EXPECT_EQ(dialogue.frame(0).size(), 58U);
  EXPECT_EQ(arp_in(dialogue.frame(0)).target_hardware_addr, MacAddress{});
  EXPECT_EQ(dialogue.text(),
            "ARPING 192.0.2.2\n42 bytes from 02:00:00:00:00:02 (192.0.2.2): index=0 time=1.500 msec\nTimeout\n");
  EXPECT_EQ(dialogue.statistics(),
            "\n--- 192.0.2.2 statistics ---\n"
            "2 packets transmitted, 1 packets received,  50% unanswered (0 extra)\n"
            "rtt min/avg/max/std-dev = 1.500/1.500/1.500/0.000 ms\n");
  EXPECT_EQ(dialogue.engine().status(), 0);
}

TEST(ArpingHabets, TimesHaveTheirUnits) {
  EXPECT_EQ(habets_time(4477ns), "4.477 usec");
  EXPECT_EQ(habets_time(999999ns), "999.999 usec");
  EXPECT_EQ(habets_time(1ms), "1.000 msec");
  EXPECT_EQ(habets_time(704134us), "704.134 msec");
  EXPECT_EQ(habets_time(1521ms), "1.521 sec");
}

TEST(ArpingHabets, StatisticsCountEveryReply) {
  HabetsPlan plan = asking();
  plan.count = 1;
  Dialogue dialogue(plan);
  dialogue.hear({}, 1ms);
  dialogue.hear({}, 2ms);
  EXPECT_EQ(dialogue.statistics(),
            "\n--- 192.0.2.2 statistics ---\n"
            "1 packets transmitted, 2 packets received,   0% unanswered (1 extra)\n"
            "rtt min/avg/max/std-dev = 1.000/2.000/3.000/1.000 ms\n");
}

TEST(ArpingHabets, WithoutARequestThereIsNoShare) {
  HabetsPlan plan = asking();
  plan.count = 0;
  Dialogue dialogue(plan);
  EXPECT_TRUE(dialogue.over());
  EXPECT_EQ(
      dialogue.statistics(),
      "\n--- 192.0.2.2 statistics ---\n0 packets transmitted, 0 packets received, -nan% unanswered (0 extra)\n\n");
}

TEST(ArpingHabets, TheTimeLimitEndsItWithARequest) {
  HabetsPlan plan = asking();
  plan.limit = 1500ms;
  Dialogue dialogue(plan);
  dialogue.pass(1500ms);
  EXPECT_TRUE(dialogue.over());
  EXPECT_EQ(dialogue.count(), 3U);
  EXPECT_EQ(dialogue.text(), "ARPING 192.0.2.2\nTimeout\nTimeout\n");
}

TEST(ArpingHabets, NoWaitAtAllIsOneRequest) {
  HabetsPlan plan = asking();
  plan.wait = 0s;
  plan.count = 3;
  Dialogue dialogue(plan);
  EXPECT_TRUE(dialogue.over());
  EXPECT_EQ(dialogue.count(), 1U);
  EXPECT_EQ(dialogue.text(), "ARPING 192.0.2.2\n");
}

TEST(ArpingHabets, EnoughRepliesEndItAndThoseOfTheSameMomentCount) {
  HabetsPlan plan = asking();
  plan.enough_replies = 1;
  Dialogue dialogue(plan);
  dialogue.pass(5s);
  EXPECT_EQ(dialogue.count(), 6U);
  dialogue.hear();
  dialogue.hear({}, 20us);
  dialogue.pass(1ms);
  EXPECT_TRUE(dialogue.over());
  EXPECT_NE(dialogue.statistics().find("6 packets transmitted, 2 packets received"), std::string::npos);
}

TEST(ArpingHabets, ANumberBelowZeroIsNeverEnough) {
  HabetsPlan plan = asking();
  plan.enough_replies = -1;
  Dialogue dialogue(plan);
  dialogue.hear();
  dialogue.pass(10s);
  EXPECT_FALSE(dialogue.over());
}

TEST(ArpingHabets, PassesOverWhatIsNoReplyToUs) {
  std::vector<Answer> no_replies(6);
  no_replies[0].arp.operation = ArpOperation::request;
  no_replies[1].arp.sender_protocol_addr = ours;
  no_replies[2].arp.target_hardware_addr = other;
  no_replies[3].arp.hardware_type = ArpHardwareType::ieee802;
  no_replies[4].ethernet.vlans.push({.tci = 7});
  no_replies[5].ethernet.vlans.push({.tci = 0});
  for (const Answer& answer : no_replies) {
    Dialogue dialogue(asking());
    dialogue.hear(answer);
    EXPECT_EQ(dialogue.engine().status(), 1) << &answer - no_replies.data();
  }
  Answer for_another_address;
  for_another_address.arp.target_protocol_addr = target;
  Dialogue dialogue(asking());
  dialogue.hear(for_another_address);
  EXPECT_EQ(dialogue.engine().status(), 0) << "the original does not look at it";
}

TEST(ArpingHabets, OnAVlanOnlyItsOwnTagCountsWhateverThePriority) {
  HabetsPlan plan = asking();
  plan.vlan = 7;
  plan.priority = 3;
  Dialogue dialogue(plan);
  const Packet request = *decode(dialogue.frame(0));
  EXPECT_EQ(request.ethernet.vlans.begin()->tci, 0x6007);
  EXPECT_EQ(request.frame.size(), 62U);
  Answer answer;
  dialogue.hear(answer);
  answer.ethernet.vlans.push({.tci = 8});
  dialogue.hear(answer);
  Answer doubled;
  doubled.ethernet.vlans.push({.tci = 7});
  doubled.ethernet.vlans.push({.tci = 7});
  dialogue.hear(doubled);
  EXPECT_EQ(dialogue.engine().status(), 1);
  Answer right;
  right.ethernet.vlans.push({.tci = 0xa007});
  dialogue.hear(right);
  EXPECT_EQ(dialogue.engine().status(), 0);
  EXPECT_NE(dialogue.text().find("46 bytes from"), std::string::npos);
}

TEST(ArpingHabets, AnnouncesToEverybodyAsARequestOrAReply) {
  HabetsPlan plan = asking();
  plan.unsolicited = true;
  EXPECT_EQ(arp_in(Dialogue(plan).frame(0)).target_hardware_addr, broadcast_mac);
  plan.unsolicited = false;
  plan.as_reply = true;
  plan.destination = owner;
  Dialogue reply(plan);
  EXPECT_EQ(arp_in(reply.frame(0)).operation, ArpOperation::reply);
  EXPECT_EQ(arp_in(reply.frame(0)).target_hardware_addr, owner);
}

TEST(ArpingHabets, PingsAMacAddressAndKnowsItsReplies) {
  Dialogue dialogue(pinging());
  EXPECT_EQ(dialogue.frame(0).size(), 62U);
  dialogue.hear_frame(dialogue.echo_reply(other), 1ms);
  dialogue.hear_frame(dialogue.echo_reply(owner, false), 1ms);
  EXPECT_EQ(dialogue.engine().status(), 1) << "another station's, and one that is not ours";
  dialogue.hear_frame(dialogue.echo_reply(owner), 1ms);
  EXPECT_EQ(dialogue.text(),
            "ARPING 02:00:00:00:00:02\n62 bytes from 192.0.2.2 (02:00:00:00:00:02): icmp_seq=0 time=3.000 msec\n");
}

TEST(ArpingHabets, EverybodyMayAnswerAPingToEverybody) {
  HabetsPlan plan = pinging();
  plan.destination = broadcast_mac;
  plan.find_duplicates = true;
  Dialogue dialogue(plan);
  dialogue.hear_frame(dialogue.echo_reply(owner), 1ms);
  dialogue.hear_frame(dialogue.echo_reply(other), 1ms);
  EXPECT_NE(dialogue.statistics().find("2 packets received"), std::string::npos);
  EXPECT_EQ(dialogue.engine().status(), 0) << "these are no duplicates";
  EXPECT_EQ(dialogue.errors(), "");
}

TEST(ArpingHabets, OnlyTheAddressedOneCountsIfToldSo) {
  HabetsPlan plan = asking();
  plan.addressed_only = true;
  Dialogue everybody(plan);
  everybody.hear();
  EXPECT_EQ(everybody.engine().status(), 1);
  plan.destination = owner;
  Dialogue one(plan);
  one.hear();
  EXPECT_EQ(one.engine().status(), 0);
}

std::string after_a_reply_and_none(HabetsDisplay display, bool ping_mac = false) {
  HabetsPlan plan = ping_mac ? pinging() : asking();
  plan.display = display;
  Dialogue dialogue(plan);
  if (ping_mac) {
    dialogue.hear_frame(dialogue.echo_reply(owner), 1ms);
  } else {
    dialogue.hear();
  }
  dialogue.pass(2s);
  const std::string lines = dialogue.text();
  return lines + dialogue.statistics();
}

TEST(ArpingHabets, ShowsAsMuchAsIsWanted) {
  EXPECT_EQ(after_a_reply_and_none(HabetsDisplay::nothing), "");
  EXPECT_EQ(after_a_reply_and_none(HabetsDisplay::dots), "!.\t 67% packet loss (0 extra)\n");
  EXPECT_EQ(after_a_reply_and_none(HabetsDisplay::found), "02:00:00:00:00:02\n");
  EXPECT_EQ(after_a_reply_and_none(HabetsDisplay::asked), "192.0.2.2\n");
  EXPECT_EQ(after_a_reply_and_none(HabetsDisplay::both), "02:00:00:00:00:02 192.0.2.2\n");
  EXPECT_EQ(after_a_reply_and_none(HabetsDisplay::found, true), "192.0.2.2\n");
  EXPECT_EQ(after_a_reply_and_none(HabetsDisplay::asked, true), "02:00:00:00:00:02\n");
}

TEST(ArpingHabets, BeepsAtRepliesAndAtMissingOnes) {
  HabetsPlan plan = asking();
  plan.display = HabetsDisplay::nothing;
  plan.beep = plan.beep_on_timeout = true;
  Dialogue dialogue(plan);
  dialogue.hear();
  EXPECT_EQ(dialogue.text(), "\a");
  dialogue.pass(2s);
  EXPECT_EQ(dialogue.text(), "\a\a");
}

TEST(ArpingHabets, ShowsWhatWasSentBesideWhatCame) {
  HabetsPlan plan = asking();
  plan.show_sent = true;
  Dialogue dialogue(plan);
  dialogue.pass(1s);
  dialogue.hear();
  EXPECT_NE(dialogue.text().find("index=0/1 "), std::string::npos);
}

TEST(ArpingHabets, DuplicatesAreTheStatusAndTheWarningNamesThem) {
  HabetsPlan plan = asking();
  plan.find_duplicates = true;
  Dialogue dialogue(plan);
  EXPECT_EQ(dialogue.engine().status(), 0) << "silence has no duplicates";
  dialogue.hear();
  Answer second;
  second.ethernet.source = other;
  dialogue.hear(second);
  EXPECT_EQ(dialogue.engine().status(), 1);
  dialogue.statistics();
  EXPECT_EQ(dialogue.errors(),
            "arping: warning: 192.0.2.2 has more than one owner: 02:00:00:00:00:02 and 02:00:00:00:00:03\n");
}

TEST(ArpingHabets, AFrameThatCannotLeaveEndsItWithTheStatusOfTheTimeBefore) {
  Dialogue dialogue(asking());
  dialogue.hear();
  dialogue.pass(1s);
  dialogue.engine().fail_sending("Network is down");
  EXPECT_TRUE(dialogue.over());
  EXPECT_NE(dialogue.statistics().find("2 packets transmitted, 1 packets received,  50%"), std::string::npos);
  EXPECT_EQ(dialogue.engine().status(), 0);
  EXPECT_EQ(dialogue.errors(),
            "arping: libnet_write(): libnet_write_link(): only -1 bytes written (Network is down)\n\n"
            "arping: warning: the link went down: the status speaks of the time before\n");
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
// What ndisc6 sends, takes for an answer and says, as measured on version 1.0.5.
#include "onlink/cli/compat/ndisc6_dialogue.hpp"

#include <gtest/gtest.h>

#include <array>

#include "onlink/wire/checksum.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

using namespace std::chrono_literals;

const Ipv6Address ours = *parse_ipv6("fe80::1"), target = *parse_ipv6("fd00:9::77");
constexpr MacAddress our_mac{{2, 0, 0, 0, 0, 1}};
using Octets = std::vector<std::uint8_t>;
const Octets target_option{2, 1, 2, 0, 0, 0, 0, 0x77};

struct Advert {
  Ipv6Address source = target, destination = all_nodes_address, about = target;
  Octets options = target_option;
  std::uint8_t flags = 0x20, code = 0, hop_limit = 255;
  bool bad_checksum = false;
  VlanStack vlans{};
};

std::vector<std::byte> frame_of(const Advert& advert) {
  Octets message{136, advert.code, 0, 0, advert.flags, 0, 0, 0};
  message.insert(message.end(), advert.about.octets.begin(), advert.about.octets.end());
  message.insert(message.end(), advert.options.begin(), advert.options.end());
  const std::uint16_t sum =
      ipv6_checksum(advert.source, advert.destination, IpProtocol::icmpv6, std::as_bytes(std::span{message}));
  message[2] = static_cast<std::uint8_t>(sum >> 8 ^ (advert.bad_checksum ? 1 : 0));
  message[3] = static_cast<std::uint8_t>(sum);
  std::vector<std::byte> frame(200);
  Writer out{frame};
  encode(EthernetHeader{.destination = multicast_mac(all_nodes_address),
                        .source = {{2, 0, 0, 0, 0, 0x77}},
                        .vlans = advert.vlans,
                        .type = EtherType::ipv6},
         ipv6_header_size + message.size(), out);
  encode(Ipv6Header{.hop_limit = advert.hop_limit, .source = advert.source, .destination = advert.destination},
         message.size(), out);
  out.bytes(std::as_bytes(std::span{message}));
  frame.resize(out.size());
  return frame;
}

class Dialogue {
 public:
  explicit Dialogue(Ndisc6Plan plan = {}) {
    plan.target = target;
    plan.mac = our_mac;
    plan.source = ours;
    plan.own = {ours};
    dialogue_.emplace(std::move(plan), now_, out_, err_);
    step();
  }
  Dialogue& hear(const Advert& advert) {
    const auto frame = frame_of(advert);
    dialogue_->on_packet(now_, *decode(frame), output_);
    return *this;
  }
  Dialogue& wait(int times = 1) {
    for (; times > 0 && dialogue_->next_deadline(); --times) {
      now_ = *dialogue_->next_deadline();
      step();
    }
    return *this;
  }
  // From now on frames stay where they are.
  Dialogue& unplug() {
    plugged_ = false;
    return *this;
  }
  Ndisc6Dialogue& operator*() { return *dialogue_; }
  Ndisc6Dialogue* operator->() { return &*dialogue_; }
  [[nodiscard]] const std::string& out() const { return out_.text(); }
  [[nodiscard]] const std::string& err() const { return err_.text(); }
  [[nodiscard]] const FrameBatch& sent() const { return output_.frames; }
  [[nodiscard]] Instant now() const { return now_; }

 private:
  void step() {
    const std::size_t before = output_.frames.size();
    dialogue_->on_deadline(now_, output_);
    if (plugged_ && output_.frames.size() != before) dialogue_->note_sent();
  }

  bool plugged_ = true;
  Instant now_{};
  StringWriter out_, err_;
  Output output_;
  std::optional<Ndisc6Dialogue> dialogue_;
};

constexpr std::string_view answer = "Target link-layer address: 02:00:00:00:00:77\n from fd00:9::77\n";

TEST(Ndisc6, AsksTheSolicitedNodeGroupWithItsOwnAddress) {
  const Dialogue dialogue;
  ASSERT_EQ(dialogue.sent().size(), 1U);
  const auto packet = decode(dialogue.sent()[0]);
  EXPECT_EQ(packet->ethernet.destination, (MacAddress{{0x33, 0x33, 0xff, 0, 0, 0x77}}));
  const auto& datagram = std::get<Icmpv6Datagram>(packet->payload);
  EXPECT_EQ(datagram.ip.header.source, ours);
  EXPECT_EQ(datagram.ip.header.hop_limit, 255);
  const auto& solicitation = std::get<NeighborSolicitation>(datagram.message);
  EXPECT_EQ(solicitation.options.first<SourceLinkLayerAddress>()->address, our_mac);
}

TEST(Ndisc6, EndsWithTheFirstAnswer) {
  Dialogue dialogue;
  dialogue.hear({}).hear({});
  EXPECT_EQ(dialogue.out(), answer);
  EXPECT_EQ(dialogue->next_deadline(), std::nullopt);
  EXPECT_EQ(dialogue->status(), 0);
}

TEST(Ndisc6, AsksThreeTimesASecondApart) {
  Dialogue dialogue;
  dialogue.wait(9);
  EXPECT_EQ(dialogue.out(), "Timed out.\nTimed out.\nTimed out.\nNo response.\n");
  EXPECT_EQ(dialogue.sent().size(), 3U);
  EXPECT_EQ(dialogue.now(), Instant{3s});
  EXPECT_EQ(dialogue->status(), 2);
}

TEST(Ndisc6, WaitsForAllAnswersOfOneQuestion) {
  Dialogue dialogue({.all_answers = true});
  dialogue.wait().hear({}).hear({}).wait(9);
  EXPECT_EQ(dialogue.out(), "Timed out.\n" + std::string(answer) + std::string(answer));
  EXPECT_EQ(dialogue.sent().size(), 2U);
  EXPECT_EQ(dialogue->status(), 0);
}

TEST(Ndisc6, WithoutTriesItAsksNothing) {
  Dialogue dialogue({.tries = 0});
  EXPECT_EQ(dialogue.out(), "No response.\n");
  EXPECT_TRUE(dialogue.sent().empty());
  EXPECT_EQ(dialogue->status(), 2);
}

TEST(Ndisc6, ListensWithoutAsking) {
  Dialogue dialogue({.solicit = false});
  dialogue.hear({});
  EXPECT_TRUE(dialogue.sent().empty());
  EXPECT_EQ(dialogue.out(), answer);
}

TEST(Ndisc6, QuietlyItSaysTheAddressOrNothing) {
  Dialogue heard({.verbose = false}), silent({.verbose = false});
  EXPECT_EQ(heard.hear({}).out(), "02:00:00:00:00:77\n");
  EXPECT_EQ(silent.wait(9).out(), "");
}

TEST(Ndisc6, TakesWhatTheOriginalTakes) {
  const struct {
    std::string_view name;
    Advert advert;
    bool taken;
  } rows[] = {
      {"solicited towards a group, which RFC 4861 forbids", {.flags = 0x60}, true},
      {"to our address", {.destination = ours, .flags = 0x60}, true},
      {"to our group", {.destination = solicited_node_address(ours)}, true},
      {"to another's address", {.destination = *parse_ipv6("fe80::5")}, false},
      {"to a group of others", {.destination = *parse_ipv6("ff02::fb")}, false},
      {"behind another option", {.options = {1, 1, 2, 0, 0, 0, 0, 5, 2, 1, 2, 0, 0, 0, 0, 0x77}}, true},
      {"before a broken option", {.options = {2, 1, 2, 0, 0, 0, 0, 0x77, 5, 0, 0, 0, 0, 0, 0, 0}}, true},
      {"before half an option", {.options = {2, 1, 2, 0, 0, 0, 0, 0x77, 5}}, true},
      {"an option of no length", {.options = {2, 0, 2, 0, 0, 0, 0, 0x77}}, false},
      {"a source's address only", {.options = {1, 1, 2, 0, 0, 0, 0, 0x77}}, false},
      {"no option", {.options = {}}, false},
      {"about another", {.about = *parse_ipv6("fd00:9::78")}, false},
      {"hop limit", {.hop_limit = 64}, false},
      {"code", {.code = 1}, false},
      {"checksum", {.bad_checksum = true}, false},
  };
  for (const auto& row : rows) {
    Dialogue dialogue;
    EXPECT_EQ(dialogue.hear(row.advert).out(), row.taken ? answer : "") << row.name;
  }
}

TEST(Ndisc6, PrintsAllOfALongAddressInUpperCase) {
  Dialogue dialogue({.verbose = false});
  dialogue.hear({.options = {2, 2, 0xab, 0, 0, 0, 0, 0x77, 0, 0, 0, 0, 0, 0, 0, 1}});
  EXPECT_EQ(dialogue.out(), "AB:00:00:00:00:77:00:00:00:00:00:00:00:01\n");
}

TEST(Ndisc6, OtherNetworksAreNotHeardAndPrioritiesAre) {
  VlanStack tagged, priority;
  tagged.push({.tci = 5});
  priority.push({.tci = 0x6000});
  Dialogue dialogue;
  EXPECT_EQ(dialogue.hear({.vlans = tagged}).out(), "");
  EXPECT_EQ(dialogue.hear({.vlans = priority}).out(), answer);
}

TEST(Ndisc6, BoundToAnAddressItHearsNoOther) {
  const Ipv6Address bound = *parse_ipv6("fd00:9::1");
  Dialogue dialogue({.bound = bound});
  EXPECT_EQ(dialogue.hear({.destination = ours}).out(), "");
  EXPECT_EQ(dialogue.hear({.destination = bound}).out(), answer);
}

TEST(Ndisc6, WarnsOfAProxysAnswerAndDoesNotTakeIt) {
  Dialogue dialogue;
  dialogue.hear({.source = *parse_ipv6("fe80::5")}).hear({.source = *parse_ipv6("fe80::5")});
  EXPECT_EQ(dialogue.out(), "");
  EXPECT_EQ(dialogue.err(),
            "ndisc6: warning: fe80::5 answers for fd00:9::77 at 02:00:00:00:00:77, which does not count here: it is "
            "not the target itself\n");
}

TEST(Ndisc6, WarnsOfAnAddressThatNoStationHas) {
  Dialogue dialogue;
  dialogue.hear({.options = {2, 1, 1, 0, 0x5e, 0, 0, 1}});
  EXPECT_EQ(dialogue.out(), "Target link-layer address: 01:00:5E:00:00:01\n from fd00:9::77\n");
  EXPECT_EQ(dialogue.err(), "ndisc6: warning: 01:00:5E:00:00:01 is no station's address\n");
}

TEST(Ndisc6, AnInterfaceThatGoesDownStopsTheNextQuestion) {
  Dialogue dialogue;
  dialogue.wait()->fail("Network is unreachable");
  EXPECT_EQ(dialogue.out(), "Timed out.\nTimed out.\n");
  EXPECT_EQ(dialogue.err(), "Sending ICMPv6 packet: Network is unreachable\n");
  EXPECT_EQ(dialogue->status(), 1);
}

TEST(Ndisc6, AQuestionThatCouldNotLeaveIsNotWaitedFor) {
  Dialogue dialogue({.tries = 2});
  dialogue.unplug().wait()->fail("No buffer space available");
  EXPECT_EQ(dialogue.out(), "Timed out.\n");
  EXPECT_EQ(dialogue.err(), "Sending ICMPv6 packet: No buffer space available\n");
  EXPECT_EQ(dialogue->status(), 1);
}

TEST(Ndisc6, AfterTheLastQuestionItsLossIsOnlyWarnedOf) {
  Dialogue dialogue({.tries = 1});
  dialogue->fail("Network is unreachable");
  EXPECT_EQ(dialogue.out(), "Timed out.\nNo response.\n");
  EXPECT_EQ(dialogue.err(),
            "ndisc6: warning: the interface went down meanwhile: silence says nothing about fd00:9::77\n");
  EXPECT_EQ(dialogue->status(), 2);
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

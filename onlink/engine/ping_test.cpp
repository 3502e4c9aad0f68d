// SPDX-License-Identifier: Apache-2.0
// Pings from one virtual host to another, over a link that is this program's memory.
#include "onlink/engine/ping.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "onlink/wire/decode.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress asker_mac{{0x02, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress host_mac{{0x02, 0xbb, 0, 0, 0, 0x0b}};
const Instant start{100s};

IpAddress ip(std::string_view text) { return parse_ip(text).value(); }
AddressRange range(std::string_view text) { return parse_range(text).value(); }

const IpAddress asker4 = ip("10.0.0.1");
const IpAddress host4 = ip("10.0.0.9");
const IpAddress asker6 = ip("2001:db8::1");
const IpAddress host6 = ip("2001:db8::9");

class Pings : public testing::Test {
 protected:
  static constexpr std::uint16_t identifier = 77;

  explicit Pings(std::uint32_t count = 3)
      : here({.addresses = {range("10.0.0.9"), range("2001:db8::9")}, .mac = host_mac}),
        there({.addresses = {range("10.0.0.1"), range("2001:db8::1")}, .mac = asker_mac}),
        pinger({.targets = {{asker4, host4}, {asker6, host6}}, .count = count, .identifier = identifier}, start),
        engine(here, pinger) {}

  // Carries frames between the two until nothing is due before `end`.
  void run(Duration length, bool connected = true) {
    const Instant end = start + length;
    Output from_here, from_there;
    for (int calls = 0; calls < 10'000; ++calls) {
      while (!from_here.frames.empty() || !from_there.frames.empty()) {
        Output next_here, next_there;
        for (std::size_t i = 0; i < from_here.frames.size() && connected; ++i) {
          there.on_packet(now, decode(from_here.frames[i]).value(), next_there);
        }
        for (std::size_t i = 0; i < from_there.frames.size(); ++i) {
          Packet packet = decode(from_there.frames[i]).value();
          if (is_echo(packet)) packet.ethernet.vlans = vlans_of_answers;
          engine.on_packet(now, packet, next_here);
        }
        keep(next_here);
        from_here = std::move(next_here);
        from_there = std::move(next_there);
      }
      const auto mine = engine.next_deadline();
      const auto theirs = there.next_deadline();
      if (!pinger.next_deadline()) return;
      const Instant next = std::min(mine.value_or(end), theirs.value_or(end));
      if (next >= end) return;
      now = std::max(now, next);
      if (mine && *mine <= now) engine.on_deadline(now, from_here);
      if (theirs && *theirs <= now) there.on_deadline(now, from_there);
      keep(from_here);
    }
  }
  static bool is_echo(const Packet& packet) {
    const auto* icmpv6 = std::get_if<Icmpv6Datagram>(&packet.payload);
    return std::holds_alternative<Ipv4Datagram>(packet.payload) ||
           (icmpv6 != nullptr && std::holds_alternative<Icmpv6Echo>(icmpv6->message));
  }
  void keep(Output& output) {
    for (const Event& event : output.events) {
      if (const auto* answered = std::get_if<PingAnswered>(&event)) answers.push_back(*answered);
      if (const auto* failed = std::get_if<PingFailed>(&event)) failures.push_back(*failed);
    }
    output.events.clear();
  }

  VirtualHost here, there;
  Pinger pinger;
  PingingHost engine;
  VlanStack vlans_of_answers;
  Instant now = start;
  std::vector<PingAnswered> answers;
  std::vector<PingFailed> failures;
};

TEST_F(Pings, AreAnsweredOnceTheTargetIsResolvedAndCounted) {
  run(10s);
  EXPECT_EQ(answers.size(), 6U);
  EXPECT_TRUE(failures.empty());
  for (const PingStatistics& statistics : pinger.statistics()) {
    EXPECT_EQ(statistics.sent, 3U);
    EXPECT_EQ(statistics.received, 3U);
    EXPECT_EQ(statistics.loss(), 0);
  }
  EXPECT_EQ(answers.front().size, 64U);
  EXPECT_EQ(answers.front().mac, asker_mac);
  EXPECT_FALSE(pinger.next_deadline());
}

TEST_F(Pings, AreNotAnsweredFromAnotherVlan) {
  vlans_of_answers = parse_vlan_stack("100").value();
  run(20s);
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(failures.size(), 6U);
}

TEST_F(Pings, ToSilenceAreUnreachableAfterThreeRequests) {
  run(20s, false);
  ASSERT_FALSE(failures.empty());
  EXPECT_EQ(failures.front().reason, PingFailure::unreachable);
  EXPECT_EQ(failures.front().time, start + 3s);
  EXPECT_EQ(failures.size(), 6U) << "each is told once";
  for (const PingStatistics& statistics : pinger.statistics()) EXPECT_EQ(statistics.loss(), 1);
}

TEST_F(Pings, StatisticsAreThoseOfPing) {
  PingStatistics statistics{.target = asker4, .sent = 4, .received = 3, .sum = 0.006, .sum_of_squares = 0.000014};
  EXPECT_EQ(statistics.mean(), 2ms);
  EXPECT_NEAR(to_seconds(statistics.deviation()), 0.000816, 0.000001);
  EXPECT_DOUBLE_EQ(statistics.loss(), 0.25);
}

}  // namespace
}  // namespace onlink

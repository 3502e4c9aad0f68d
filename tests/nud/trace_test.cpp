// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/nud/engine_packets.hpp"
#include "tests/nud/peer_frames.hpp"

namespace onlink::differential {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;

TraceRecord full_record() {
  return {.t = microseconds{1'234'567},
          .ev = TraceEvent::tx,
          .key = "10.0.0.2",
          .state = "stale",
          .mac = "02:00:00:00:00:0b",
          .kind = "data",
          .src = "10.0.0.1",
          .dst_mac = "ff:ff:ff:ff:ff:ff",
          .flags = "data=\"\\\t",
          .silent = true,
          .slack = microseconds{80'000},
          .earliest = microseconds{-5000},
          .latest = microseconds{900'500},
          .late = microseconds{1500}};
}

TEST(Trace, JsonComesBackAsItWas) {
  const Trace trace{.header = {.runner = "kernel",
                               .scenario = "locktime",
                               .reachable_ipv4 = microseconds{1'544'000},
                               .reachable_ipv6 = std::nullopt,
                               .attempts = 2,
                               .latest_step = microseconds{300}},
                    .records = {full_record(), {.t = {}, .ev = TraceEvent::miss, .key = "10.0.0.3"}}};
  EXPECT_EQ(read_trace(to_json_lines(trace), "trace").value(), trace);
}

TEST(Trace, EmptyFieldsAreLeftOut) {
  EXPECT_EQ(
      to_json(TraceRecord{.t = microseconds{131}, .ev = TraceEvent::state, .key = "10.0.0.2", .state = "incomplete"}),
      R"({"t":0.131,"ev":"state","key":"10.0.0.2","state":"incomplete"})");
}

TEST(Trace, WhatIsNoTraceIsRefusedWithItsLine) {
  const std::string header = R"({"trace":"kernel","scenario":"x"})";
  EXPECT_THAT(read_trace(header + "\n{", "f").error().context, HasSubstr("f:2: not a JSON object"));
  EXPECT_THAT(read_trace(header + "\n" + R"({"t":1,"ev":"dance"})", "f").error().context,
              HasSubstr("f:2: not a record"));
  EXPECT_THAT(read_trace(R"({"t":1,"ev":"tx"})", "f").error().context, HasSubstr("f: no header"));
}

// What the host would have sent, from a script's frame.
std::vector<std::byte> scripted(std::string_view frame) {
  const auto scenario = parse_scenario("family both\nat 0 frame " + std::string{frame} + "\nat 1 end\n", "t.nud");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().context);
  return scenario ? std::get<FrameStep>(scenario->steps[0].action).bytes : std::vector<std::byte>{};
}

TEST(DescribeFrame, TellsTheKinds) {
  struct Case {
    std::string_view frame;
    std::string_view kind, key, src, flags;
  };
  const Case cases[]{
      {"arp()", "arp-bcast", "10.0.0.1", "10.0.0.2", ""},
      {"arp(eth_dst=A)", "arp-ucast", "10.0.0.1", "10.0.0.2", ""},
      {"arp(op=reply)", "arp-reply", "10.0.0.1", "10.0.0.2", "tha=02:00:00:00:00:0a"},
      {"arp(spa=10.0.0.1)", "arp-announce", "10.0.0.1", "10.0.0.1", ""},
      {"ns()", "ns-mcast", "2001:db8::1", "2001:db8::2", ""},
      {"ns(dst=2001:db8::1)", "ns-ucast", "2001:db8::1", "2001:db8::2", ""},
      {"ns(src=:: nonce=010203040506)", "ns-dad", "2001:db8::1", "::", "nonce=010203040506"},
      {"na(r=1)", "na", "2001:db8::1", "2001:db8::2", "R S O"},
      {"na(s=0 o=0 src=fe80::1)", "na", "ff02::1", "2001:db8::2", "from=fe80::1"},
      {"rs()", "rs", "ff02::2", "fe80::ff:fe00:b", ""},
      {"udp(data=hello)", "data", "10.0.0.1", "10.0.0.2", "data=hello"},
      {"udp(src=2001:db8::2 dst=2001:db8::1 dport=5353)", "mdns", "2001:db8::1", "2001:db8::2", "data=x"},
      {"ffffffffffff02000000000b9000000000000000", "other", "", "", "0x9000"},
  };
  for (const Case& c : cases) {
    const TraceRecord record = describe_frame(scripted(c.frame));
    EXPECT_EQ(record.kind, c.kind) << c.frame;
    EXPECT_EQ(record.key, c.key) << c.frame;
    EXPECT_EQ(record.src, c.src) << c.frame;
    if (record.kind != "other") {
      EXPECT_EQ(record.flags, c.flags) << c.frame;
    }
  }
}

TEST(DescribeFrame, SaysTheMacThatTheFrameCarries) {
  EXPECT_EQ(describe_frame(scripted("arp(sha=C eth_src=D)")).mac, "02:00:00:00:00:0c");
  EXPECT_EQ(describe_frame(scripted("ns(slla=C eth_src=D)")).mac, "02:00:00:00:00:0c");
  EXPECT_EQ(describe_frame(scripted("na(tlla=none)")).mac, "");
}

AnswerStep answering(IpAddress address) { return {.address = address, .mac = station_mac('C')}; }

TEST(Peer, AnswersRequestsForItsAddressAndNoOthers) {
  const AnswerStep answer = answering(Ipv4Address::of(10, 0, 0, 1));
  const auto reply = answer_to(answer, scripted("arp()"));
  ASSERT_TRUE(reply);
  const TraceRecord record = describe_frame(*reply);
  EXPECT_EQ(record.kind, "arp-reply");
  EXPECT_EQ(record.mac, "02:00:00:00:00:0c");
  EXPECT_EQ(record.dst_mac, "02:00:00:00:00:0b");
  for (const std::string_view other :
       {"arp(tpa=10.0.0.9)", "arp(op=reply)", "arp(spa=0.0.0.0)", "arp(spa=10.0.0.1)", "arp(eth_dst=D)", "udp()"}) {
    EXPECT_FALSE(answer_to(answer, scripted(other))) << other;
  }
}

TEST(Peer, AnswersSolicitationsButNoProbes) {
  const auto target = parse_ip("2001:db8::1").value();
  const auto reply = answer_to(answering(target), scripted("ns()"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(describe_frame(*reply).flags, "S O");
  EXPECT_EQ(describe_frame(*reply).key, "2001:db8::2");
  EXPECT_FALSE(answer_to(answering(target), scripted("ns(src=::)")));
  EXPECT_FALSE(answer_to(answering(target), scripted("ns(target=2001:db8::9)")));
}

}  // namespace
}  // namespace onlink::differential

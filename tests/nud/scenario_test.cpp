// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onlink/wire/decode.hpp"

namespace onlink::differential {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// A script with one step of interest.
std::expected<Scenario, Error> parse(std::string_view lines) {
  return parse_scenario(std::string{lines} + "\nat 1000 end\n", "dir/script.nud");
}

template <class T>
T only_step(std::string_view verb, std::string_view directives = "") {
  const auto scenario = parse(std::string{directives} + "at 5 " + std::string{verb});
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().context);
  if (!scenario || scenario->steps.size() != 2) return T{};
  const T* step = std::get_if<T>(&scenario->steps[0].action);
  EXPECT_NE(step, nullptr) << verb;
  return step == nullptr ? T{} : *step;
}

Packet frame_of(const FrameStep& step) {
  const auto packet = decode(step.bytes);
  EXPECT_TRUE(packet);
  return packet.value_or(Packet{});
}

TEST(Scenario, NameIsTheFiles) {
  const auto scenario = parse("at 0 send 10.0.0.2");
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->name, "script");
  EXPECT_EQ(scenario->title, "script");
  EXPECT_EQ(scenario->family, "ipv4");
  EXPECT_EQ(scenario->length(), milliseconds{1000});
}

TEST(Scenario, DirectivesStandBeforeTheSteps) {
  const auto scenario = parse(
      "title  a title, with blanks # and no comment\n"
      "covers N-001 N-002\nfamily both\ngroup mixed\nalone\ninterfaces 2\naddresses none\nreachable 20.5s\n");
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->title, "a title, with blanks");
  EXPECT_EQ(scenario->covers, (std::vector<std::string>{"N-001", "N-002"}));
  EXPECT_TRUE(scenario->ipv4 && scenario->ipv6 && scenario->alone);
  EXPECT_EQ(scenario->family, "mixed");
  EXPECT_EQ(scenario->interfaces, 2);
  EXPECT_EQ(scenario->reachable, milliseconds{20'500});
  EXPECT_TRUE(scenario->setup.empty());
}

TEST(Scenario, SetUpHasSysctlsThenAddressesThenTheRest) {
  const auto scenario = parse("route add default via 10.0.0.254\naddr add 10.0.0.5/24\nsysctl neigh.locktime 0\n");
  ASSERT_TRUE(scenario);
  ASSERT_EQ(scenario->setup.size(), 4U);
  const auto& path = std::get<SysctlStep>(scenario->setup[0].action).path;
  EXPECT_EQ(path, "net/ipv4/neigh/IFACE/locktime");
  EXPECT_EQ(to_string(std::get<AddressStep>(scenario->setup[1].action).prefix), "10.0.0.1/24");
  EXPECT_EQ(to_string(std::get<AddressStep>(scenario->setup[2].action).prefix), "10.0.0.5/24");
  EXPECT_TRUE(std::holds_alternative<RouteStep>(scenario->setup[3].action));
}

TEST(Scenario, TimesAreAbsoluteRelativeOrRepeated) {
  const auto scenario = parse(
      "at 1.5 send 10.0.0.2\nafter 20ms send 10.0.0.2\nafter 0.1s every 50 times 3 send 10.0.0.2 x confirm\n"
      "after 1 state 10.0.0.2");
  ASSERT_TRUE(scenario);
  std::vector<double> times;
  for (const Step& step : scenario->steps) times.push_back(static_cast<double>(step.at.count()) / 1e6);
  EXPECT_EQ(times, (std::vector<double>{1.5, 21.5, 121.5, 171.5, 221.5, 222.5, 1000}));
  EXPECT_EQ(scenario->steps[3].text, "send 10.0.0.2 x confirm");
  EXPECT_EQ(scenario->steps[3].line, 3U);
}

TEST(Scenario, SysctlNamesAreShortOrWhole) {
  EXPECT_EQ(only_step<SysctlStep>("sysctl conf.arp_ignore 1").path, "net/ipv4/conf/IFACE/arp_ignore");
  EXPECT_EQ(only_step<SysctlStep>("sysctl conf.all.arp_ignore 1").path, "net/ipv4/conf/all/arp_ignore");
  EXPECT_EQ(only_step<SysctlStep>("sysctl neigh.app_solicit 1", "family ipv6\n").path,
            "net/ipv6/neigh/IFACE/app_solicit");
  EXPECT_EQ(only_step<SysctlStep>("sysctl net.ipv4.ip_forward 1").path, "net/ipv4/ip_forward");
  EXPECT_EQ(only_step<SysctlStep>("sysctl net/ipv4/conf/IFACE2/arp_filter 1").path, "net/ipv4/conf/IFACE2/arp_filter");
}

TEST(Scenario, SendTakesOptionsInAnyOrder) {
  const auto plain = only_step<SendStep>("send 10.0.0.2");
  EXPECT_EQ(plain.data, "x");
  EXPECT_EQ(plain.label(1), "x");
  const auto step = only_step<SendStep>("send 10.0.0.2 p size 100 count 3 from 10.0.0.1 confirm targets 2");
  EXPECT_EQ(step.label(3), "p3");
  EXPECT_EQ(step.size, 100U);
  EXPECT_EQ(step.targets, 2U);
  EXPECT_TRUE(step.confirm);
  EXPECT_EQ(step.from, IpAddress{Ipv4Address::of(10, 0, 0, 1)});
  EXPECT_TRUE(only_step<SendStep>("send 10.0.0.2 tcp").tcp);
}

TEST(Scenario, AdminHasTheWordsOfIpNeigh) {
  const auto step = only_step<AdminStep>("admin replace 10.0.0.2 lladdr C nud stale router extern_learn count 4");
  EXPECT_EQ(step.action, AdminAction::replace);
  EXPECT_EQ(step.mac, station_mac('C'));
  EXPECT_EQ(step.state, NudState::stale);
  EXPECT_TRUE(step.router && step.externally_learned);
  EXPECT_EQ(step.count, 4U);
  EXPECT_FALSE(only_step<AdminStep>("admin add 10.0.0.2 lladdr B").state);
  EXPECT_TRUE(only_step<AdminStep>("admin use 10.0.0.2").use);
  EXPECT_EQ(only_step<AdminStep>("admin del 10.0.0.2").action, AdminAction::remove);
}

TEST(Scenario, DefaultRouteIsOfTheFamily) {
  EXPECT_EQ(only_step<RouteStep>("route add default via 10.0.0.9 metric 7").destination,
            (Prefix{Ipv4Address::of(0, 0, 0, 0), 0}));
  EXPECT_EQ(only_step<RouteStep>("route add default dev 1", "family ipv6\n").destination, (Prefix{Ipv6Address{}, 0}));
}

TEST(Scenario, ArpFieldsHaveTheirDefaults) {
  const Packet request = frame_of(only_step<FrameStep>("frame arp()"));
  EXPECT_EQ(request.ethernet.destination, broadcast_mac);
  EXPECT_EQ(std::get<ArpPacket>(request.payload), (ArpPacket{.operation = ArpOperation::request,
                                                             .sender_hardware_addr = peer_mac,
                                                             .sender_protocol_addr = Ipv4Address::of(10, 0, 0, 2),
                                                             .target_hardware_addr = {},
                                                             .target_protocol_addr = Ipv4Address::of(10, 0, 0, 1)}));
  const Packet reply = frame_of(only_step<FrameStep>("frame arp(op=reply, sha=C, spa=10.0.0.7 eth_src=D pad=18)"));
  const ArpPacket& arp = std::get<ArpPacket>(reply.payload);
  EXPECT_EQ(reply.ethernet.destination, host_mac);
  EXPECT_EQ(reply.ethernet.source, station_mac('D'));
  EXPECT_EQ(arp.sender_hardware_addr, station_mac('C'));
  EXPECT_EQ(arp.target_hardware_addr, host_mac);
  EXPECT_EQ(only_step<FrameStep>("frame arp(pad=18)").bytes.size(), 60U);
}

TEST(Scenario, ArpMayBeWrongInEveryWay) {
  EXPECT_EQ(only_step<FrameStep>("frame arp(cut=41)").bytes.size(), 41U);
  const auto odd = only_step<FrameStep>("frame arp(htype=6 ptype=86dd hlen=5 plen=16 op=9)").bytes;
  const auto body = decode_ethernet(odd)->payload;
  EXPECT_EQ(load_be<std::uint64_t>(body.first<8>()), 0x0006'86dd'0510'0009U);
  EXPECT_EQ(frame_of(only_step<FrameStep>("frame arp(vlan=7.5)")).ethernet.vlans.size(), 2U);
  EXPECT_EQ(frame_of(only_step<FrameStep>("frame arp(snap=1)")).ethernet.encapsulation, Encapsulation::snap);
  EXPECT_EQ(frame_of(only_step<FrameStep>("frame arp(ethertype=8035 op=3)")).ethernet.type, EtherType::rarp);
}

TEST(Scenario, NeighborDiscoveryIsValidUnlessItIsToldNotToBe) {
  const std::string_view v6 = "family ipv6\n";
  for (const std::string_view good : {"na()", "na(s=0)", "ns()", "ns(src=:: nonce=010203040506)", "rs()", "redirect()",
                                      "ra(prefix=2001:db8:1::/64 mtu=1400 reachable=15000 retrans=500 prf=high)"}) {
    const Packet packet = frame_of(only_step<FrameStep>("frame " + std::string{good}, v6));
    EXPECT_TRUE(std::holds_alternative<Icmpv6Datagram>(packet.payload)) << good;
  }
  for (const std::string_view bad : {"na(checksum=bad)", "na(hop=254)", "ns(code=1)", "ns(after=0000)",
                                     "ns(src=:: dst=ff02::1)", "na(dst=ff02::1)"}) {
    const Packet packet = frame_of(only_step<FrameStep>("frame " + std::string{bad}, v6));
    EXPECT_TRUE(std::holds_alternative<Ipv6Datagram>(packet.payload)) << bad;
  }
}

TEST(Scenario, AdvertisementGoesWhereItsFlagsSay) {
  const Packet solicited = frame_of(only_step<FrameStep>("frame na(tlla=C)", "family ipv6\n"));
  EXPECT_EQ(solicited.ethernet.destination, host_mac);
  EXPECT_EQ(solicited.ethernet.source, station_mac('C'));
  const Packet unsolicited = frame_of(only_step<FrameStep>("frame na(s=0 o=0 r=1 tlla=none)", "family ipv6\n"));
  EXPECT_EQ(unsolicited.ethernet.destination, multicast_mac(all_nodes_address));
  const auto& message = std::get<NeighborAdvertisement>(std::get<Icmpv6Datagram>(unsolicited.payload).message);
  EXPECT_TRUE(message.router && !message.solicited && !message.override_flag);
  EXPECT_TRUE(message.options.bytes().empty());
}

TEST(Scenario, FramesMayBeHexadecimal) {
  EXPECT_EQ(only_step<FrameStep>("frame ffffffffffff 02000000000b 0806 0001").bytes.size(), 16U);
}

TEST(Scenario, ErrorsNameThePlaceAndWhatWasExpected) {
  struct Case {
    std::string_view script;
    std::string_view error;
  };
  const Case cases[]{
      {"at 0 dance", "dir/script.nud:1:6: 'dance': expected a verb: sysctl, send"},
      {"at 0 send 10.0.0.300", "dir/script.nud:1:11: '10.0.0.300': expected an address"},
      {"\n\nat 0 send", "dir/script.nud:3:10: end of line: expected an address"},
      {"at soon send 10.0.0.2", "1:4: 'soon': expected a time: 1500, 1500ms or 1.5s"},
      {"at 10 send 10.0.0.2\nat 5 send 10.0.0.2", "2:4: '5': expected a time that is not before the last step's"},
      {"at 0 send 2001:db8::2", "1:11: '2001:db8::2': expected an address of the script's family"},
      {"at 0 frame arp(sah=B)", "1:16: 'sah': expected a field of arp, each once: op sha htype"},
      {"at 0 frame arp(sha=B sha=C)", "1:22: 'sha': expected a field of arp, each once"},
      {"at 0 frame arp(sha=Q1)", "1:20: 'Q1': expected a MAC address, a station's letter A to Z, broadcast or zero"},
      {"at 0 frame arp(sha=B", "end of line: expected a field, NAME=VALUE, or ')'"},
      {"at 0 frame 0102", "1:12: '0102': expected a form, as arp(...), or at least 14 octets"},
      {"at 0 admin add 10.0.0.2 nud asleep", "1:29: 'asleep': expected a state: none, incomplete"},
      {"at 0 carrier sideways", "1:14: 'sideways': expected up or down"},
      {"at 0 send 10.0.0.2 x twice", "1:22: 'twice': expected confirm, count N"},
      {"sysctl net.ipv4.neigh.default.gc_thresh1 0", "1:8: 'net.ipv4.neigh.default.gc_thresh1': expected a sysctl"},
      {"addr add 10.0.0.9/24 dev 2", "1:26: '2': expected an interface that there is"},
      {"at 0 send 10.0.0.2\ntitle late", "2:1: 'title': expected no directive behind the first step"},
      {"at 0 send 10.0.0.2\nsend 10.0.0.2", "2:1: 'send': expected at TIME or after TIME"},
      {"state 10.0.0.2", "1:1: 'state': expected at TIME or after TIME before it"},
      {"reachable 9s\nsysctl neigh.base_reachable_time_ms 2000", "reachable: 9000 ms is not within 0.5 to 1.5 times"},
  };
  for (const Case& c : cases) {
    const auto scenario = parse(c.script);
    ASSERT_FALSE(scenario) << c.script;
    EXPECT_EQ(scenario.error().code, ErrorCode::usage);
    EXPECT_THAT(scenario.error().context, HasSubstr(c.error)) << c.script;
  }
}

TEST(Scenario, EndIsTheLastStepAndThereMustBeOne) {
  EXPECT_THAT(parse_scenario("at 0 send 10.0.0.2\n", "s.nud").error().context,
              HasSubstr("s.nud:2:1: end of file: expected a last step, `at TIME end`"));
  EXPECT_THAT(parse_scenario("at 0 end\nat 5 send 10.0.0.2\n", "s.nud").error().context,
              HasSubstr("s.nud:2:1: 'at': expected nothing behind `end`"));
}

TEST(Scenario, AMissingFileIsSaid) {
  EXPECT_THAT(load_scenario("/nowhere/s.nud").error().context, HasSubstr("/nowhere/s.nud: read script: No such file"));
}

}  // namespace
}  // namespace onlink::differential

// SPDX-License-Identifier: Apache-2.0
// The resolver asks virtual hosts across a LAN that delays, loses and doubles.
#include "onlink/engine/resolve.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "onlink/engine/virtual_host.hpp"
#include "tests/sim/simulated_lan.hpp"
#include "tests/support/resolver_asking.hpp"

namespace onlink {
namespace {

using namespace test;

const std::vector<IpAddress> both_families{target, target_ipv6};

AddressRange only(const IpAddress& address) { return {address, address}; }

VirtualHostConfig answering(const MacAddress& mac) {
  return {.addresses = {only(target), only(target_ipv6)}, .mac = mac};
}

// A resolver and hosts on one LAN, until the resolver is done.
struct Meeting {
  Meeting(std::uint64_t seed, const ResolverConfig& config) : lan(seed), resolver(config, lan.now()) {
    asker = &lan.join(resolver, {.name = "asker", .macs = {own_mac}});
  }
  VirtualHost& host(const VirtualHostConfig& config, SimulatedLink link = {}) {
    hosts.push_back(std::make_unique<VirtualHost>(config));
    lan.join(*hosts.back(),
             {.name = "host", .macs = {config.mac}, .promiscuous = config.mac_per_address, .link = link});
    return *hosts.back();
  }
  void finish() { ASSERT_TRUE(lan.run_until_done(*asker, 1h)); }
  [[nodiscard]] std::vector<Answered> answers(const IpAddress& address) const {
    std::vector<Answered> found;
    for (const Answered& answered : asker->events_of<Answered>()) {
      if (answered.address == address) found.push_back(answered);
    }
    return found;
  }
  [[nodiscard]] std::multiset<AnswerKind> kinds(const IpAddress& address) const {
    std::multiset<AnswerKind> kinds;
    for (const Answered& answered : answers(address)) kinds.insert(answered.kind);
    return kinds;
  }

  SimulatedLan lan;
  Resolver resolver;
  SimulatedStation* asker = nullptr;
  std::vector<std::unique_ptr<VirtualHost>> hosts;
};

using Kinds = std::multiset<AnswerKind>;

TEST(ResolveOnALan, BothFamiliesAnswerInOneRun) {
  Meeting lan{1, config_for(both_families)};
  lan.host(answering(mac_b), {.delay = 1ms});
  lan.finish();
  for (const IpAddress& address : both_families) {
    const auto answers = lan.answers(address);
    ASSERT_EQ(answers.size(), 1U) << to_string(address);
    EXPECT_EQ(answers[0].mac, mac_b);
    EXPECT_EQ(answers[0].round_trip, 2ms + 20us);
  }
  EXPECT_TRUE(lan.asker->events_of<Silent>().empty());
}

TEST(ResolveOnALan, TwoOwnersAreAConflictInEitherFamily) {
  Meeting lan{1, config_for(both_families)};
  lan.host(answering(mac_b));
  lan.host(answering(mac_c), {.delay = 20ms});
  lan.finish();
  for (const IpAddress& address : both_families) {
    EXPECT_EQ(lan.kinds(address), (Kinds{AnswerKind::first, AnswerKind::conflict})) << to_string(address);
  }
}

TEST(ResolveOnALan, AnAnswerThatComesTwiceIsARepeat) {
  VirtualHostConfig host = answering(mac_b);
  host.duplicate = 1;
  host.delay = 1ms;
  host.jitter = 5ms;
  Meeting lan{1, config_for(both_families)};
  lan.host(host);
  lan.finish();
  for (const IpAddress& address : both_families) {
    EXPECT_EQ(lan.kinds(address), (Kinds{AnswerKind::first, AnswerKind::repeat})) << to_string(address);
  }
}

TEST(ResolveOnALan, ASlowHostAnswersLate) {
  VirtualHostConfig host = answering(mac_b);
  host.delay = 1500ms;
  ResolverConfig config = config_for(both_families);
  config.late_window = 2s;
  Meeting lan{1, config};
  lan.host(host);
  lan.finish();
  EXPECT_EQ(lan.asker->events_of<Silent>().size(), 2U);
  for (const IpAddress& address : both_families) EXPECT_EQ(lan.kinds(address), Kinds{AnswerKind::late});
}

TEST(ResolveOnALan, AnswersOfAnotherVlanAreNone) {
  ResolverConfig config = config_for(both_families);
  config.identity.vlans.push({EtherType::vlan, 7});
  Meeting lan{1, config};
  VirtualHostConfig host = answering(mac_b);
  lan.host(host);
  host.vlans.push({EtherType::vlan, 8});
  lan.host(host);
  lan.finish();
  EXPECT_EQ(lan.asker->events_of<Silent>().size(), 2U);

  Meeting same{1, config};
  host.vlans = config.identity.vlans;
  same.host(host);
  same.finish();
  EXPECT_EQ(same.asker->events_of<Answered>().size(), 2U);
}

TEST(ResolveOnALan, AHostThatIgnoresTagsIsCaughtByTheirAbsence) {
  ResolverConfig config = config_for({target});
  config.identity.vlans.push({EtherType::vlan, 7});
  Meeting lan{1, config};
  std::vector<std::byte> untagged(ethernet_header_size + arp_packet_size);
  Writer out{untagged};
  encode(EthernetHeader{.destination = own_mac, .source = mac_b, .type = EtherType::arp}, arp_packet_size, out);
  encode(ArpPacket{ArpOperation::reply, mac_b, target, own_mac, own_ipv4}, out.reserve(arp_packet_size).first<28>());
  lan.lan.inject(lan.lan.now() + 5ms, untagged);
  lan.finish();
  EXPECT_EQ(lan.asker->counters().received, 1U);
  EXPECT_TRUE(lan.asker->events_of<Answered>().empty());
}

TEST(ResolveOnALan, ProbeFindsTheOwnerAndShowsNoAddressOfOurs) {
  ResolverConfig config = config_for(both_families);
  config.probe = true;
  Meeting lan{1, config};
  lan.host(answering(mac_b));
  bool sender_shown = false;
  lan.lan.on_frame([&](Instant, const SimulatedStation* from, Bytes frame) {
    const Packet packet = decode(frame).value();
    const auto* arp = std::get_if<ArpPacket>(&packet.payload);
    const auto* icmp = std::get_if<Icmpv6Datagram>(&packet.payload);
    if (from == lan.asker && arp != nullptr) sender_shown |= !arp->is_probe();
    if (from == lan.asker && icmp != nullptr) sender_shown |= !icmp->ip.header.source.is_unspecified();
    return true;
  });
  lan.finish();
  EXPECT_FALSE(sender_shown);
  for (const IpAddress& address : both_families) {
    EXPECT_EQ(lan.kinds(address), Kinds{AnswerKind::first}) << to_string(address);
    EXPECT_TRUE(lan.answers(address)[0].round_trip) << to_string(address);
  }
}

TEST(ResolveOnALan, TwoThatProbeForOneAddressHearOfEachOther) {
  ResolverConfig config = config_for(both_families);
  config.probe = true;
  config.count = 2;
  Meeting lan{1, config};
  config.identity.mac = mac_c;
  config.seed = 1;
  Resolver other{config, lan.lan.now()};
  SimulatedStation& rival = lan.lan.join(other, {.name = "rival", .macs = {mac_c}});
  lan.finish();
  lan.lan.run_for(10s);
  for (const SimulatedStation* station : {static_cast<const SimulatedStation*>(lan.asker), &std::as_const(rival)}) {
    ASSERT_EQ(station->events_of<Answered>().size(), 2U) << station->name();
    for (const Answered& answered : station->events_of<Answered>()) {
      EXPECT_EQ(answered.kind, AnswerKind::conflict);
      EXPECT_TRUE(answered.evidence == Evidence::arp_probe || answered.evidence == Evidence::neighbor_probe);
    }
  }
}

TEST(ResolveOnALan, WhatComesBackToUsIsNoAnswer) {
  for (const bool probe : {false, true}) {
    ResolverConfig config = config_for(both_families);
    config.probe = probe;
    SimulatedLan lan{1};
    Resolver resolver{config, lan.now()};
    SimulatedStation& asker = lan.join(resolver, {.name = "asker", .macs = {own_mac}, .hears_itself = true});
    ASSERT_TRUE(lan.run_until_done(asker, 10s));
    EXPECT_EQ(asker.counters().received, 2U);
    EXPECT_TRUE(asker.events_of<Answered>().empty());
  }
}

TEST(ResolveOnALan, UnicastReachesThatStationOnly) {
  ResolverConfig config = config_for(both_families);
  config.unicast = mac_c;
  Meeting lan{1, config};
  lan.host(answering(mac_b));
  lan.host(answering(mac_c));
  lan.finish();
  for (const IpAddress& address : both_families) {
    ASSERT_EQ(lan.answers(address).size(), 1U) << to_string(address);
    EXPECT_EQ(lan.answers(address)[0].mac, mac_c);
  }
}

TEST(ResolveOnALan, UntilReplyStopsAtTheFirstAnswer) {
  ResolverConfig config = config_for(both_families);
  config.count = 0;
  config.until_reply = true;
  config.conflict_window = {};
  Meeting lan{1, config};
  int eaten = 0;
  lan.lan.on_frame([&](Instant, const SimulatedStation* from, Bytes) { return from != lan.asker || ++eaten > 6; });
  lan.host(answering(mac_b));
  lan.finish();
  EXPECT_EQ(lan.asker->events_of<Asked>().size(), 8U) << "six were lost, so three rounds of two";
  EXPECT_EQ(lan.asker->events_of<Answered>().size(), 2U);
}

// What must hold whatever the LAN does: every target ends once, as answered or silent; every owner named exists; a
// round trip is no shorter than the cable allows; who has one owner is in no conflict.
void check_outcome(const Meeting& lan, const VirtualHost& host, const ResolverConfig& config, Duration floor) {
  std::map<IpAddress, int> silent;
  std::map<IpAddress, std::set<MacAddress>> owners;
  std::set<IpAddress> conflicts;
  for (const Silent& one : lan.asker->events_of<Silent>()) ++silent[one.address];
  for (const Answered& one : lan.asker->events_of<Answered>()) {
    EXPECT_TRUE(one.mac == host.mac_of(one.address) || one.mac == host.impostor_of(one.address));
    owners[one.address].insert(one.mac);
    if (one.kind == AnswerKind::conflict) conflicts.insert(one.address);
    if (one.round_trip) {
      EXPECT_GE(*one.round_trip, floor) << to_string(one.address);
    }
  }
  for (const IpAddress& address : config.targets) {
    const std::size_t seen = owners.contains(address) ? owners[address].size() : 0;
    EXPECT_LE(silent[address], 1);
    EXPECT_TRUE(seen > 0 || silent[address] == 1) << to_string(address) << " was neither answered nor given up";
    EXPECT_EQ(conflicts.contains(address), seen == 2) << to_string(address);
  }
}

TEST(ResolveOnALan, ABadLanTellsNoLiesWhateverTheSeed) {
  for (const std::uint64_t seed : simulation_seeds(200)) {
    ONLINK_TRACE_SEED(seed);
    ResolverConfig config = config_for({});
    for (std::uint32_t i = 0; i < 40; ++i) config.targets.push_back(Ipv4Address{target.value + i});
    config.count = 4;
    config.interval = 200ms;
    config.wait = 300ms;
    config.late_window = 500ms;
    Meeting lan{seed, config};
    const VirtualHostConfig host{.addresses = {{target, Ipv4Address{target.value + 29}}},
                                 .mac = mac_b,
                                 .mac_per_address = true,
                                 .delay = 20ms,
                                 .jitter = 30ms,
                                 .loss = 0.1,
                                 .duplicate = 0.1,
                                 .impostor = 0.2,
                                 .seed = seed};
    VirtualHost& hosts = lan.host(host, {.delay = 1ms, .jitter = 1ms, .loss = 0.05, .duplicate = 0.02, .reorder = 0.1});
    lan.finish();
    check_outcome(lan, hosts, config, 22ms);
    EXPECT_GE(lan.asker->events_of<Silent>().size(), 10U) << "nobody has the last ten";
    if (HasFailure()) return;
  }
}

TEST(ResolveOnALan, SeveralTriesBeatLoss) {
  std::size_t missed = 0;
  for (const std::uint64_t seed : simulation_seeds(200)) {
    ONLINK_TRACE_SEED(seed);
    ResolverConfig config = config_for(both_families);
    config.count = 20;
    config.interval = 100ms;
    config.until_reply = true;
    Meeting lan{seed, config};
    lan.host(answering(mac_b), {.loss = 0.3});
    lan.finish();
    missed += lan.asker->events_of<Silent>().size();
  }
  EXPECT_EQ(missed, 0U) << "a try fails with probability 1 - 0.7 x 0.7, twenty in a row with 0.000002";
}

TEST(ResolveOnALan, TheSameSeedIsTheSameRun) {
  const auto run = [](std::uint64_t seed) {
    ResolverConfig config = config_for(both_families);
    config.count = 20;
    Meeting lan{seed, config};
    lan.host(answering(mac_b), {.jitter = 5ms, .loss = 0.3, .duplicate = 0.2});
    std::vector<std::pair<Instant, std::size_t>> trace;
    lan.lan.on_frame([&trace](Instant now, const SimulatedStation*, Bytes frame) {
      trace.emplace_back(now, frame.size());
      return true;
    });
    lan.finish();
    return trace;
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST(ResolveOnALan, ThousandsOfTargetsInOneRun) {
  ResolverConfig config = config_for({});
  for (std::uint32_t i = 0; i < 20'000; ++i) config.targets.push_back(Ipv4Address{target.value + i});
  config.spacing = 10us;
  Meeting lan{1, config};
  lan.host({.addresses = {{target, Ipv4Address{target.value + 20'000}}}, .mac = mac_b, .mac_per_address = true});
  lan.finish();
  EXPECT_EQ(lan.asker->events_of<Answered>().size(), 20'000U);
}

}  // namespace
}  // namespace onlink

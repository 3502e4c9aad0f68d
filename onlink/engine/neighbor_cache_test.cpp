// SPDX-License-Identifier: Apache-2.0
// The neighbour cache from outside: what it sends and says when packets are sent through it and frames arrive.
#include "onlink/engine/neighbor_cache.hpp"

#include <gtest/gtest.h>

#include "tests/support/cache_running.hpp"

namespace onlink {
namespace {

using namespace test;

const IpAddress b4 = ip("10.0.0.2");
const IpAddress b6 = ip("2001:db8::2");

// --- resolution, end to end ---

TEST(NeighborCache, ResolvesByArpAndThenSendsWhatWaited) {
  Caching run;
  EXPECT_EQ(run.send(b4, 7), SendResult::queued);
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.frame(0).ethernet.destination, broadcast_mac);
  EXPECT_EQ(run.arp(0), (ArpPacket{.operation = ArpOperation::request,
                                   .sender_hardware_addr = own_mac,
                                   .sender_protocol_addr = own_ipv4,
                                   .target_hardware_addr = {},
                                   .target_protocol_addr = b4.ipv4()}));
  run.clear();
  run.hear(ArpSent{});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.frame(0).ethernet.destination, mac_b);
  EXPECT_EQ(run.frame(0).ethernet.source, own_mac);
  EXPECT_EQ(std::get<Ipv4Datagram>(run.frame(0).payload).ip.payload[0], std::byte{7});
  EXPECT_EQ(run.state(b4), NudState::reachable);
  EXPECT_EQ(run.send(b4), SendResult::sent);
  EXPECT_EQ(run.cache.find_connected(b4), mac_b);
}

TEST(NeighborCache, ResolvesByNeighborDiscovery) {
  Caching run;
  EXPECT_EQ(run.send(b6), SendResult::queued);
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.frame(0).ethernet.destination, multicast_mac(solicited_node_address(b6.ipv6())));
  EXPECT_EQ(run.ipv6(0).source, our_global);
  EXPECT_EQ(run.ipv6(0).destination, solicited_node_address(b6.ipv6()));
  EXPECT_EQ(run.ipv6(0).hop_limit, 255);
  const auto asked = run.message<NeighborSolicitation>(0);
  EXPECT_EQ(asked.target, b6.ipv6());
  EXPECT_EQ(asked.options.first<SourceLinkLayerAddress>()->address, own_mac);
  run.clear();
  run.hear(NaSent{});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.frame(0).ethernet.destination, mac_b);
  EXPECT_EQ(run.frame(0).ethernet.type, EtherType::ipv6);
  EXPECT_EQ(run.state(b6), NudState::reachable);
}

TEST(NeighborCache, ASilentNeighbourIsAskedThreeTimesAndGivenUp) {
  for (const IpAddress& target_address : {b4, b6}) {
    Caching run;
    run.send(target_address, 9);
    run.pass(2999ms);
    EXPECT_EQ(run.sent(), 3U);
    EXPECT_TRUE(run.all<SendFailed>().empty());
    run.pass(1ms);
    EXPECT_EQ(run.sent(), 3U);
    ASSERT_EQ(run.all<SendFailed>().size(), 1U);
    EXPECT_EQ(run.all<SendFailed>()[0].cookie, 9U);
    EXPECT_EQ(run.all<SendFailed>()[0].reason, SendFailure::unreachable);
    EXPECT_EQ(run.state(target_address), NudState::failed);
  }
}

// N-058, N-115: by unicast, from the address that needs no packet.
TEST(NeighborCache, ProbesAreSentToTheStationThatIsKnown) {
  Caching run;
  run.prepare(b4, NudState::delay);
  run.pass(5s);
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.frame(0).ethernet.destination, mac_b);
  EXPECT_EQ(run.arp(0).target_hardware_addr, MacAddress{});
  Caching run6;
  run6.prepare(b6, NudState::delay);
  run6.pass(5s);
  ASSERT_EQ(run6.sent(), 1U);
  EXPECT_EQ(run6.frame(0).ethernet.destination, mac_b);
  EXPECT_EQ(run6.ipv6(0).source, our_link_local);
  EXPECT_EQ(run6.ipv6(0).destination, b6.ipv6());
  EXPECT_EQ(run6.message<NeighborSolicitation>(0).options.first<SourceLinkLayerAddress>()->address, own_mac);
}

// N-019
TEST(NeighborCache, ArpIsPaddedWhereTheHostSaysSo) {
  for (const bool pad : {false, true}) {
    NeighborCacheConfig config = cache_config();
    config.host.pad = pad;
    Caching run{config};
    run.send(b4);
    EXPECT_EQ(run.output.frames[0].size(), pad ? 60U : 42U);
  }
}

TEST(NeighborCache, SpeaksInTheTagsOfItsNetwork) {
  NeighborCacheConfig config = cache_config();
  config.host.vlans.push({EtherType::vlan, 5});
  Caching run{config};
  run.send(b4, 1);
  EXPECT_EQ(run.frame(0).ethernet.vlans, config.host.vlans);
  run.hear(ArpSent{});
  EXPECT_EQ(run.sent(), 1U);  // untagged: another network's
  run.hear(ArpSent{.vlans = config.host.vlans});
  ASSERT_EQ(run.sent(), 2U);
  EXPECT_EQ(run.frame(1).ethernet.vlans, config.host.vlans);
}

TEST(NeighborCache, GroupsAndBroadcastsNeedNoNeighbour) {
  const struct {
    const char* address;
    MacAddress mac;
  } cases[] = {{"255.255.255.255", broadcast_mac},
               {"10.0.0.255", broadcast_mac},
               {"239.129.2.3", {{0x01, 0, 0x5e, 1, 2, 3}}},
               {"ff02::1:2", {{0x33, 0x33, 0, 1, 0, 2}}}};
  for (const auto& c : cases) {
    Caching run;
    EXPECT_EQ(run.send(ip(c.address)), SendResult::sent) << c.address;
    EXPECT_EQ(run.frame(0).ethernet.destination, c.mac) << c.address;
    EXPECT_EQ(run.cache.size(Family::ipv4) + run.cache.size(Family::ipv6), 0U) << c.address;
  }
}

TEST(NeighborCache, ASenderMayNameItsOwnMac) {
  Caching run;
  run.prepare(b4, NudState::reachable);
  const auto packet = ip_packet(own_ipv4, b4);
  run.cache.send(run.now, {.next_hop = b4, .packet = packet, .source_mac = mac_c}, run.output);
  EXPECT_EQ(run.frame(0).ethernet.source, mac_c);
}

// --- answers ---

TEST(NeighborCache, AnswersARequestAndKnowsItsSender) {
  Caching run;
  run.hear(ArpSent{.operation = ArpOperation::request, .target_mac = {}, .destination = broadcast_mac});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.frame(0).ethernet.destination, mac_b);
  EXPECT_EQ(run.arp(0).operation, ArpOperation::reply);
  EXPECT_EQ(run.state(b4), NudState::stale);
  run.pass(60s);  // the reply went round the cache: nothing follows (D7)
  EXPECT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.state(b4), NudState::stale);
}

// N-036
TEST(NeighborCache, ARequestOfTheHostThatIsBeingResolvedEndsItsResolution) {
  Caching run;
  run.send(b4, 3);
  run.clear();
  run.hear(ArpSent{.operation = ArpOperation::request, .destination = broadcast_mac});
  ASSERT_EQ(run.sent(), 2U);
  EXPECT_EQ(std::get<Ipv4Datagram>(run.frame(0).payload).ip.payload[0], std::byte{3});
  EXPECT_EQ(run.arp(1).operation, ArpOperation::reply);
  EXPECT_EQ(run.state(b4), NudState::delay);
}

// N-045
TEST(NeighborCache, AnswersTheSenderWhateverTheFramesSourceIs) {
  Caching run;
  run.hear(ArpSent{.operation = ArpOperation::request, .destination = broadcast_mac, .frame_source = mac_c});
  EXPECT_EQ(run.frame(0).ethernet.destination, mac_b);
  EXPECT_EQ(run.mac(b4), mac_b);
}

// N-003, N-004, N-008, N-009, N-011, N-013, N-043
TEST(NeighborCache, FramesThatAreNotForItChangeNothing) {
  const ArpSent request{.operation = ArpOperation::request, .destination = broadcast_mac};
  const auto changed = [&](std::size_t at, unsigned octet) {
    auto frame = frame_of(request);
    frame[at] = static_cast<std::byte>(octet);
    return frame;
  };
  auto truncated = frame_of(request);
  truncated.pop_back();
  ArpSent to_another = request;
  to_another.destination = mac_c;
  ArpSent tagged = request;
  tagged.vlans.push({EtherType::vlan, 5});
  ArpSent snap = request;
  snap.encapsulation = Encapsulation::snap;
  ArpSent rarp = request;
  rarp.type = EtherType::rarp;
  const std::vector<std::byte> frames[] = {truncated,        changed(15, 0),  changed(15, 15), changed(16, 0x86),
                                           changed(18, 5),   changed(19, 16), changed(21, 3),  frame_of(to_another),
                                           frame_of(tagged), frame_of(snap),  frame_of(rarp)};
  for (const auto& frame : frames) {
    Caching run;
    run.hear(frame);
    EXPECT_EQ(run.sent(), 0U);
    EXPECT_EQ(run.cache.size(Family::ipv4), 0U);
    EXPECT_TRUE(run.output.events.empty());
  }
}

TEST(NeighborCache, PaddingAndPriorityTagsChangeNothing) {
  ArpSent request{.operation = ArpOperation::request, .destination = broadcast_mac};
  request.vlans.push({EtherType::vlan, 0});
  auto frame = frame_of(request);
  frame.resize(frame.size() + 1000, std::byte{0xee});
  Caching run;
  run.hear(frame);
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_TRUE(run.frame(0).ethernet.vlans.empty());
}

// N-040
TEST(NeighborCache, TellsOfAnotherOwnerOfItsAddress) {
  Caching run;
  run.hear(ArpSent{.operation = ArpOperation::request, .sender = own_ipv4, .destination = broadcast_mac});
  run.hear(NaSent{.target = our_global});
  const auto conflicts = run.all<AddressConflict>();
  ASSERT_EQ(conflicts.size(), 2U);
  EXPECT_EQ(conflicts[0].address, IpAddress{own_ipv4});
  EXPECT_EQ(conflicts[0].mac, mac_b);
  EXPECT_EQ(conflicts[1].address, IpAddress{our_global});
  EXPECT_EQ(run.sent(), 0U);
  EXPECT_EQ(run.cache.size(Family::ipv4) + run.cache.size(Family::ipv6), 0U);
}

TEST(NeighborCache, AFullTableSilencesTheHost) {
  NeighborCacheConfig config = cache_config();
  config.parameters.gc_ipv4 = {.gc_thresh1 = 1, .gc_thresh2 = 1, .gc_thresh3 = 1};
  Caching run{config};
  const auto ask = [&run](const char* sender) {
    run.hear(ArpSent{.operation = ArpOperation::request, .sender = v4(sender), .destination = broadcast_mac});
  };
  ask("10.0.0.2");
  EXPECT_EQ(run.sent(), 1U);
  ask("10.0.0.3");
  EXPECT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.all<NeighborTableFull>().size(), 1U);
  ask("0.0.0.0");  // a probe needs no entry
  EXPECT_EQ(run.sent(), 2U);
}

TEST(NeighborCache, RangesAreAnsweredForInNoMemory) {
  NeighborCacheConfig config = cache_config();
  config.host.local_ranges = {{ip("10.9.0.0"), ip("10.9.255.255")}, {ip("2001:db8:9::"), ip("2001:db8:9::ffff")}};
  Caching run{config};
  run.hear(
      ArpSent{.operation = ArpOperation::request, .target_address = v4("10.9.77.1"), .destination = broadcast_mac});
  EXPECT_EQ(run.arp(0).sender_protocol_addr, v4("10.9.77.1"));
  run.hear(NsSent{.target = v6("2001:db8:9::77")});
  EXPECT_EQ(run.message<NeighborAdvertisement>(1).target, v6("2001:db8:9::77"));
  EXPECT_EQ(run.ipv6(1).source, v6("2001:db8:9::77"));
}

}  // namespace
}  // namespace onlink

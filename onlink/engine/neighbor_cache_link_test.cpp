// SPDX-License-Identifier: Apache-2.0
// The link and the host beneath a cache: carrier, administrative state, MAC, addresses and their check, the next hop.
#include <gtest/gtest.h>

#include "onlink/engine/neighbor_cache.hpp"
#include "tests/support/cache_running.hpp"

namespace onlink {
namespace {

using namespace test;

const IpAddress b4 = ip("10.0.0.2");
const IpAddress b6 = ip("2001:db8::2");

void fill(Caching& run) {
  run.prepare(b4, NudState::reachable);
  run.prepare(ip("10.0.0.3"), NudState::permanent);
  run.prepare(b6, NudState::stale);
  run.prepare(ip("2001:db8::3"), NudState::permanent);
}

std::size_t size_of(const Caching& run) { return run.cache.size(Family::ipv4) + run.cache.size(Family::ipv6); }

TEST(NeighborCacheLink, WhatTakesWhatAway) {
  const struct {
    LinkChange change;
    std::size_t left_ipv4;
    std::size_t left_ipv6;
    NeighborCause cause;
  } cases[] = {
      {LinkChange::carrier_lost, 1, 1, NeighborCause::carrier_lost},
      {LinkChange::down, 0, 0, NeighborCause::link_down},
      {LinkChange::arp_off, 0, 0, NeighborCause::arp_switched},
      {LinkChange::arp_on, 0, 0, NeighborCause::arp_switched},
      {LinkChange::last_address_removed, 0, 2, NeighborCause::last_address_removed},
  };
  for (const auto& c : cases) {
    Caching run;
    fill(run);
    run.cache.on_link(run.now, c.change, run.output);
    run.pass(1ms);
    EXPECT_EQ(run.cache.size(Family::ipv4), c.left_ipv4);
    EXPECT_EQ(run.cache.size(Family::ipv6), c.left_ipv6);
    const auto removed = run.all<NeighborRemoved>();
    ASSERT_EQ(removed.size(), 4 - c.left_ipv4 - c.left_ipv6);
    for (const NeighborRemoved& event : removed) EXPECT_EQ(event.cause, c.cause);
  }
}

// N-083
TEST(NeighborCacheLink, CarrierLossCanBeSatOut) {
  NeighborCacheConfig config = cache_config();
  config.parameters.arp.arp_evict_nocarrier = false;
  Caching run{config};
  fill(run);
  run.cache.on_link(run.now, LinkChange::carrier_lost, run.output);
  EXPECT_EQ(run.cache.size(Family::ipv4), 2U);
  EXPECT_EQ(run.cache.size(Family::ipv6), 1U);
}

// N-082
TEST(NeighborCacheLink, AnotherMacForgetsAllAndAsksWithTheNewOne) {
  Caching run;
  fill(run);
  run.cache.set_mac(run.now, mac_c, run.output);
  EXPECT_EQ(size_of(run), 0U);
  run.clear();
  run.send(b4);
  EXPECT_EQ(run.arp(0).sender_hardware_addr, mac_c);
  EXPECT_EQ(run.frame(0).ethernet.source, mac_c);
  ArpSent to_old{.operation = ArpOperation::request, .destination = own_mac};
  run.hear(to_old);
  EXPECT_EQ(run.sent(), 1U);
  to_old.destination = mac_c;
  run.hear(to_old);
  EXPECT_EQ(run.sent(), 3U);  // the packet, and the answer
}

// N-084, N-113
TEST(NeighborCacheLink, TellsOfItselfOnLinkUpAndMacChangeWhereItMay) {
  NeighborCacheConfig config = cache_config();
  config.parameters.arp.arp_notify = 1;
  config.parameters.ndp.ndisc_notify = true;
  config.host.addresses.push_back({.prefix = network("10.0.0.5/24"), .secondary = true});
  Caching run{config};
  const auto expect_notices = [&run](const MacAddress& mac) {
    ASSERT_EQ(run.sent(), 4U);
    const ArpPacket first = run.arp(0);
    EXPECT_TRUE(first.is_announcement());
    EXPECT_EQ(first.sender_hardware_addr, mac);
    EXPECT_EQ(first.target_hardware_addr, MacAddress{});
    EXPECT_EQ(run.frame(0).ethernet.destination, broadcast_mac);
    EXPECT_EQ(run.arp(3).sender_protocol_addr, v4("10.0.0.5"));
    const auto notice = run.message<NeighborAdvertisement>(2);
    EXPECT_EQ(run.ipv6(2).destination, all_nodes_address);
    EXPECT_EQ(run.ipv6(2).source, our_global);
    EXPECT_FALSE(notice.solicited);
    EXPECT_TRUE(notice.override_flag);
    EXPECT_EQ(notice.options.first<TargetLinkLayerAddress>()->address, mac);
    run.clear();
  };
  expect_notices(own_mac);  // start() is a link that comes up
  run.cache.set_mac(run.now, mac_c, run.output);
  expect_notices(mac_c);
  run.cache.on_link(run.now, LinkChange::down, run.output);
  run.cache.on_link(run.now, LinkChange::up, run.output);
  expect_notices(mac_c);
  run.cache.add_address(run.now, {.prefix = network("10.0.0.6/24")}, run.output);
  run.cache.on_link(run.now, LinkChange::carrier_lost, run.output);
  run.cache.on_link(run.now, LinkChange::carrier_back, run.output);
  EXPECT_EQ(run.sent(), 0U);
}

TEST(NeighborCacheLink, ALinkThatIsDownHearsAndSendsNothing) {
  Caching run;
  run.cache.on_link(run.now, LinkChange::down, run.output);
  run.hear(ArpSent{.operation = ArpOperation::request, .destination = broadcast_mac});
  EXPECT_EQ(run.send(b4), SendResult::dropped);
  EXPECT_EQ(run.all<SendFailed>().size(), 1U);
  EXPECT_EQ(run.cache.next_hop(run.now, b4).kind, NextHopKind::no_route);
  EXPECT_EQ(run.sent(), 0U);
  EXPECT_EQ(size_of(run), 0U);
}

TEST(NeighborCacheLink, WithoutArpEverybodyHasOurMac) {
  Caching run;
  run.cache.on_link(run.now, LinkChange::arp_off, run.output);
  EXPECT_EQ(run.send(b4), SendResult::sent);
  EXPECT_EQ(run.frame(0).ethernet.destination, own_mac);
  EXPECT_EQ(run.state(b4), NudState::noarp);
  run.clear();
  run.hear(ArpSent{.operation = ArpOperation::request, .destination = broadcast_mac});
  EXPECT_EQ(run.sent(), 0U);
  run.cache.on_link(run.now, LinkChange::arp_on, run.output);
  EXPECT_EQ(run.send(b4), SendResult::queued);
}

TEST(NeighborCacheLink, TheLastIpv4AddressTakesTheNeighboursWithIt) {
  Caching run;
  fill(run);
  run.cache.add_address(run.now, {.prefix = network("10.0.0.6/24")}, run.output);
  run.cache.remove_address(run.now, own_ipv4, run.output);
  EXPECT_EQ(run.cache.size(Family::ipv4), 2U);
  run.cache.remove_address(run.now, ip("10.0.0.6"), run.output);
  EXPECT_EQ(run.cache.size(Family::ipv4), 0U);
  EXPECT_EQ(run.cache.size(Family::ipv6), 2U);
}

// --- our own addresses: N-128 to N-132 ---

const Ipv6Address wanted = v6("2001:db8::77");

HostAddress tentative(HostAddressState state = HostAddressState::tentative) {
  return {.prefix = {wanted, 64}, .state = state};
}

TEST(NeighborCacheDad, ChecksAnAddressBeforeItIsUsed) {
  Caching run;
  run.cache.add_address(run.now, tentative(), run.output);
  run.hear(NsSent{.target = wanted});
  EXPECT_EQ(run.sent(), 0U);
  run.pass(1s);
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_TRUE(run.ipv6(0).source.is_unspecified());
  EXPECT_EQ(run.ipv6(0).destination, solicited_node_address(wanted));
  const auto probe = run.message<NeighborSolicitation>(0);
  EXPECT_EQ(probe.target, wanted);
  EXPECT_FALSE(probe.options.first<SourceLinkLayerAddress>());
  EXPECT_EQ(probe.options.first<NonceOption>()->nonce.size(), 6U);
  EXPECT_TRUE(run.all<AddressVerified>().empty());
  run.pass(1s);
  ASSERT_EQ(run.all<AddressVerified>().size(), 1U);
  EXPECT_FALSE(run.all<AddressVerified>()[0].duplicate);
  run.hear(NsSent{.target = wanted});
  EXPECT_EQ(run.sent(), 2U);
}

// N-131
TEST(NeighborCacheDad, ProbesAsOftenAsItIsToldWithOneNonce) {
  NeighborCacheConfig config = cache_config();
  config.parameters.ndp.dad_transmits = 3;
  config.parameters.ipv6.retrans_time = 300ms;
  Caching run{config};
  run.cache.add_address(run.now, tentative(), run.output);
  run.pass(3s);
  ASSERT_EQ(run.sent(), 3U);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_TRUE(same_bytes(run.output.frames[0], run.output.frames[i]));
  }
}

TEST(NeighborCacheDad, WithoutEnhancedDadThereIsNoNonce) {
  NeighborCacheConfig config = cache_config();
  config.parameters.ndp.enhanced_dad = false;
  Caching run{config};
  run.cache.add_address(run.now, tentative(), run.output);
  run.pass(1s);
  EXPECT_EQ(run.message<NeighborSolicitation>(0).options, NdpOptions{});
}

// N-128
TEST(NeighborCacheDad, AnybodyElseEndsIt) {
  const std::vector<std::byte> claims[] = {
      frame_of(NaSent{.target = wanted, .solicited = false}),
      frame_of(NsSent{.target = wanted, .source = {}, .mac = std::nullopt}),
      frame_of(NsSent{.target = wanted, .source = {}, .mac = std::nullopt, .nonce = ProbeNonce{9}})};
  for (const auto& claim : claims) {
    Caching run;
    run.cache.add_address(run.now, tentative(), run.output);
    run.hear(claim);
    const auto verified = run.all<AddressVerified>();
    ASSERT_EQ(verified.size(), 1U);
    EXPECT_TRUE(verified[0].duplicate);
    EXPECT_EQ(verified[0].owner, mac_b);
    run.pass(5s);
    run.hear(NsSent{.target = wanted});
    EXPECT_EQ(run.sent(), 0U);
  }
}

// N-129
TEST(NeighborCacheDad, ItsOwnProbeComeBackIsNothing) {
  Caching run;
  run.cache.add_address(run.now, tentative(), run.output);
  run.pass(1s);
  const Bytes probe = run.output.frames[0];
  run.hear(std::vector<std::byte>(probe.begin(), probe.end()));
  run.pass(1s);
  ASSERT_EQ(run.all<AddressVerified>().size(), 1U);
  EXPECT_FALSE(run.all<AddressVerified>()[0].duplicate);
}

// N-132: it takes both the parameter and the address's word.
TEST(NeighborCacheDad, AnOptimisticAddressAnswersWithoutOverrideAndDoesNotAsk) {
  for (const bool allowed : {false, true}) {
    NeighborCacheConfig config = cache_config();
    config.parameters.ndp.optimistic_dad = allowed;
    Caching run{config};
    run.cache.add_address(run.now, tentative(HostAddressState::optimistic), run.output);
    run.hear(NsSent{.target = wanted});
    ASSERT_EQ(run.sent(), allowed ? 1U : 0U);
    if (!allowed) continue;
    EXPECT_FALSE(run.message<NeighborAdvertisement>(0).override_flag);
    run.clear();
    const auto packet = ip_packet(wanted, b6);
    run.cache.send(run.now, {.next_hop = ip("2001:db8::3"), .packet = packet}, run.output);
    EXPECT_EQ(run.ipv6(0).source, our_link_local);
  }
}

TEST(NeighborCacheDad, WithoutDadAnAddressIsGoodAtOnce) {
  NeighborCacheConfig config = cache_config();
  config.parameters.ndp.accept_dad = 0;
  Caching run{config};
  run.cache.add_address(run.now, tentative(), run.output);
  EXPECT_EQ(run.all<AddressVerified>().size(), 1U);
  run.hear(NsSent{.target = wanted});
  EXPECT_EQ(run.sent(), 1U);
}

TEST(NeighborCacheDad, WhatWasCheckedIsCheckedAgainWhenTheLinkComesBack) {
  Caching run;
  run.cache.add_address(run.now, tentative(), run.output);
  run.pass(3s);
  run.clear();
  run.cache.on_link(run.now, LinkChange::down, run.output);
  run.cache.on_link(run.now, LinkChange::up, run.output);
  run.hear(NsSent{.target = wanted});
  EXPECT_EQ(run.sent(), 0U);
  run.pass(2s);
  EXPECT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.all<AddressVerified>().size(), 1U);
}

TEST(NeighborCacheDad, WhatIsAddedAnewWithoutACheckIsCheckedNoMore) {
  Caching run;
  run.cache.add_address(run.now, tentative(), run.output);
  run.pass(3s);
  run.cache.add_address(run.now, tentative(HostAddressState::preferred), run.output);
  run.clear();
  run.cache.on_link(run.now, LinkChange::down, run.output);
  run.cache.on_link(run.now, LinkChange::up, run.output);
  run.pass(3s);
  EXPECT_EQ(run.sent(), 0U);
  EXPECT_TRUE(run.all<AddressVerified>().empty());
}

// RFC 4862 section 5.4.5
TEST(NeighborCacheDad, ADuplicateOfOurMacsAddressSwitchesIpv6OffWhereItMay) {
  NeighborCacheConfig config = cache_config();
  config.parameters.ndp.accept_dad = 2;
  config.host.addresses[1].state = HostAddressState::tentative;
  Caching run{config};
  run.hear(NaSent{.target = our_link_local, .solicited = false});
  run.hear(NsSent{});
  EXPECT_EQ(run.sent(), 0U);
  EXPECT_EQ(run.send(b6), SendResult::dropped);
  EXPECT_EQ(run.send(b4), SendResult::queued);
}

}  // namespace
}  // namespace onlink

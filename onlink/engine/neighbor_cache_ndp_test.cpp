// SPDX-License-Identifier: Apache-2.0
// Neighbor Discovery as the cache does it: answers, what it learns, routers, redirects.
#include <gtest/gtest.h>

#include "onlink/engine/neighbor_cache.hpp"
#include "tests/support/cache_running.hpp"

namespace onlink {
namespace {

using namespace test;

const IpAddress b6 = ip("2001:db8::2");
const Ipv6Address router = v6("fe80::99");

NeighborAdvertisement answer(const Caching& run, std::size_t index = 0) {
  return run.message<NeighborAdvertisement>(index);
}

// --- solicitations: the table of RFC 4861 section 7.2.4 as Linux has it ---

// N-090, D7: the answer itself uses the entry.
TEST(NeighborCacheNdp, AMulticastQuestionIsAnsweredWithOverrideAndTheMac) {
  Caching run;
  run.hear(NsSent{});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.frame(0).ethernet.destination, mac_b);
  EXPECT_EQ(run.ipv6(0).source, our_global);
  EXPECT_EQ(run.ipv6(0).destination, b6.ipv6());
  EXPECT_TRUE(answer(run).solicited);
  EXPECT_TRUE(answer(run).override_flag);
  EXPECT_FALSE(answer(run).router);
  EXPECT_EQ(answer(run).options.first<TargetLinkLayerAddress>()->address, own_mac);
  EXPECT_EQ(run.state(b6), NudState::delay);
  run.clear();
  run.pass(5s);
  EXPECT_EQ(run.message<NeighborSolicitation>(0).target, b6.ipv6());  // and so the asker is asked back
}

TEST(NeighborCacheNdp, AUnicastQuestionIsAnsweredWithoutEither) {
  Caching run;
  run.hear(NsSent{.destination = our_global});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_TRUE(answer(run).solicited);
  EXPECT_FALSE(answer(run).override_flag);
  EXPECT_FALSE(answer(run).options.first<TargetLinkLayerAddress>());
}

// N-091, N-092
TEST(NeighborCacheNdp, WithoutItsMacAnAskerMustBeKnownOrAskedBack) {
  Caching run;
  run.hear(NsSent{.mac = std::nullopt});
  EXPECT_EQ(run.sent(), 0U);
  EXPECT_EQ(run.cache.size(Family::ipv6), 0U);
  run.hear(NsSent{.mac = std::nullopt, .destination = our_global});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.message<NeighborSolicitation>(0).target, b6.ipv6());
  EXPECT_EQ(run.state(b6), NudState::incomplete);
  run.clear();
  run.hear(NaSent{});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_TRUE(answer(run).solicited);
  run.hear(NsSent{.mac = std::nullopt});
  EXPECT_EQ(run.sent(), 2U);  // known now
}

// Nobody sent a packet, so nobody is told of its end.
TEST(NeighborCacheNdp, AnAnswerThatCannotBeDeliveredIsNoFailedSend) {
  Caching run;
  run.hear(NsSent{.mac = std::nullopt, .destination = our_global});
  run.pass(5s);
  EXPECT_EQ(run.state(b6), NudState::failed);
  EXPECT_TRUE(run.all<SendFailed>().empty());
}

// N-093
TEST(NeighborCacheNdp, AProbeForOurAddressIsAnsweredToAllNodes) {
  Caching run;
  run.hear(NsSent{.source = {}, .mac = std::nullopt});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.ipv6(0).destination, all_nodes_address);
  EXPECT_EQ(run.frame(0).ethernet.destination, multicast_mac(all_nodes_address));
  EXPECT_FALSE(answer(run).solicited);
  EXPECT_TRUE(answer(run).override_flag);
  EXPECT_EQ(answer(run).options.first<TargetLinkLayerAddress>()->address, own_mac);
  EXPECT_EQ(run.cache.size(Family::ipv6), 0U);
}

// N-094, N-097, N-099, and groups that we are not in
TEST(NeighborCacheNdp, MessagesThatAreNotForUsChangeNothing) {
  const std::vector<std::byte> frames[] = {
      frame_of(NsSent{.source = {}}),
      frame_of(NsSent{.source = {}, .mac = std::nullopt, .destination = all_nodes_address}),
      frame_of(NsSent{.source = {}, .mac = std::nullopt, .destination = our_global}),
      frame_of(NsSent{.target = v6("2001:db8::77")}),
      frame_of(NsSent{.destination = v6("ff02::1:ff00:77")}),
      frame_of(NsSent{.destination = v6("ff02::2")}),
      frame_of(NsSent{.destination = v6("2001:db8::77")}),
      frame_of(NaSent{.destination = all_nodes_address}),
      frame_of(NaSent{}),
      frame_of(RouterSolicitation{}, v6("fe80::2"), all_nodes_address),
  };
  for (const auto& frame : frames) {
    Caching run;
    run.hear(frame);
    EXPECT_EQ(run.sent(), 0U);
    EXPECT_EQ(run.cache.size(Family::ipv6), 0U);
    EXPECT_TRUE(run.output.events.empty());
  }
}

TEST(NeighborCacheNdp, AQuestionToAllNodesIsOneByMulticast) {
  Caching run;
  run.hear(NsSent{.destination = all_nodes_address});
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_TRUE(answer(run).override_flag);
}

TEST(NeighborCacheNdp, ARouterSaysSo) {
  NeighborCacheConfig config = cache_config();
  config.parameters.ndp.forwarding = true;
  Caching run{config};
  run.hear(NsSent{});
  EXPECT_TRUE(answer(run).router);
}

// --- advertisements ---

// N-106
TEST(NeighborCacheNdp, TheRouterFlagComesAndGoesAndTakesTheDefaultRouterWithIt) {
  Caching run;
  run.hear(frame_of(RouterAdvertisement{.router_lifetime = 1800}, router, all_nodes_address));
  run.prepare(router, NudState::stale);
  run.hear(NaSent{.target = router, .router = true});
  EXPECT_TRUE(run.cache.find(router)->router);
  EXPECT_EQ(run.cache.default_routers().size(), 1U);
  run.hear(NaSent{.target = router, .router = false});
  EXPECT_FALSE(run.cache.find(router)->router);
  EXPECT_TRUE(run.cache.default_routers().empty());
  EXPECT_FALSE(run.all<RouterChanged>().back().present);
}

// N-108
TEST(NeighborCacheNdp, UntrackedAdvertisements) {
  const struct {
    std::uint8_t level;
    bool forwarding;
    const char* source;
    std::optional<MacAddress> mac;
    bool created;
  } cases[] = {
      {0, true, "2001:db8::2", mac_b, false},   {1, false, "2001:db8::2", mac_b, false},
      {1, true, "2001:db8::2", mac_b, true},    {1, true, "2001:db8:7::2", mac_b, true},
      {1, true, "2001:db8::2", {}, false},      {2, true, "2001:db8::2", mac_b, true},
      {2, true, "2001:db8:7::2", mac_b, false},
  };
  for (const auto& c : cases) {
    NeighborCacheConfig config = cache_config();
    config.parameters.ndp.accept_untracked_na = c.level;
    config.parameters.ndp.forwarding = c.forwarding;
    Caching run{config};
    run.hear(NaSent{.mac = c.mac, .source = v6(c.source)});
    EXPECT_EQ(run.state(b6), c.created ? NudState::stale : NudState::none) << int{c.level} << c.source;
  }
}

// N-109
TEST(NeighborCacheNdp, UnsolicitedAdvertisementsCanBeRefused) {
  NeighborCacheConfig config = cache_config();
  config.parameters.ndp.drop_unsolicited_na = true;
  Caching run{config};
  run.prepare(b6, NudState::stale);
  run.hear(NaSent{.solicited = false, .mac = mac_c});
  EXPECT_EQ(run.mac(b6), mac_b);
  run.hear(NaSent{.solicited = true, .mac = mac_c});
  EXPECT_EQ(run.mac(b6), mac_c);
}

TEST(NeighborCacheNdp, StationMacsOnly) {
  for (const MacAddress& mac : {broadcast_mac, MacAddress{}, own_mac}) {
    Caching strict{cache_config(NeighborRules::strict())};
    strict.prepare(b6, NudState::stale);
    strict.hear(NaSent{.mac = mac});
    strict.hear(NsSent{.mac = mac});
    EXPECT_EQ(strict.mac(b6), mac_b);
    EXPECT_EQ(strict.sent(), 0U);
    Caching as_linux;
    as_linux.prepare(b6, NudState::stale);
    as_linux.hear(NaSent{.mac = mac});
    EXPECT_EQ(as_linux.mac(b6), mac);
  }
}

// --- routers ---

std::vector<std::byte> advertisement(const RouterAdvertisement& message, std::optional<MacAddress> mac = mac_b) {
  RouterAdvertisement sent = message;
  const auto option = option_bytes(SourceLinkLayerAddress{mac.value_or(MacAddress{})});
  if (mac) sent.options = NdpOptions::decode(option).value();
  return frame_of(sent, router, all_nodes_address);
}

// N-110
TEST(NeighborCacheNdp, ARouterTeachesItsTimesAndItsMac) {
  Caching run;
  run.hear(advertisement({.router_lifetime = 1800, .reachable_time = 15000, .retrans_timer = 500}));
  const NeighborParameters& ipv6 = run.cache.parameters().ipv6;
  EXPECT_EQ(ipv6.base_reachable_time, 15s);
  EXPECT_EQ(ipv6.retrans_time, 500ms);
  EXPECT_EQ(ipv6.gc_stale_time, 45s);
  EXPECT_EQ(run.cache.parameters().ipv4, NeighborParameters{});
  ASSERT_EQ(run.all<ParametersLearned>().size(), 1U);
  EXPECT_EQ(run.all<ParametersLearned>()[0].router, router);
  EXPECT_EQ(run.state(router), NudState::stale);
  EXPECT_TRUE(run.cache.find(router)->router);
  EXPECT_EQ(run.cache.default_routers().size(), 1U);
  run.hear(advertisement({.router_lifetime = 1800, .reachable_time = 15000, .retrans_timer = 500}));
  EXPECT_EQ(run.all<ParametersLearned>().size(), 1U);
}

TEST(NeighborCacheNdp, TimesHaveAFloorAndZeroMeansNothing) {
  Caching run;
  run.hear(advertisement({.reachable_time = 1, .retrans_timer = 1}));
  EXPECT_EQ(run.cache.parameters().ipv6.base_reachable_time, 100ms);
  EXPECT_EQ(run.cache.parameters().ipv6.retrans_time, 10ms);
  run.hear(advertisement({}));
  EXPECT_EQ(run.cache.parameters().ipv6.base_reachable_time, 100ms);
  EXPECT_EQ(run.cache.parameters().ipv6.retrans_time, 10ms);
}

TEST(NeighborCacheNdp, WhoseAdvertisementsCount) {
  const struct {
    std::uint8_t accept;
    bool forwarding;
    bool counts;
  } cases[] = {{0, false, false}, {1, false, true}, {1, true, false}, {2, true, true}};
  for (const auto& c : cases) {
    NeighborCacheConfig config = cache_config();
    config.parameters.ndp.accept_ra = c.accept;
    config.parameters.ndp.forwarding = c.forwarding;
    Caching run{config};
    run.hear(advertisement({.router_lifetime = 1800}));
    EXPECT_EQ(run.cache.default_routers().size(), c.counts ? 1U : 0U) << int{c.accept};
    EXPECT_EQ(run.state(router), NudState::stale);  // a neighbour it is in any case
  }
}

TEST(NeighborCacheNdp, ARouterThatDoesNotTellItsMacIsOneAllTheSame) {
  Caching run;
  run.hear(advertisement({.router_lifetime = 30}, std::nullopt));
  EXPECT_EQ(run.cache.size(Family::ipv6), 0U);
  EXPECT_EQ(run.cache.default_routers().size(), 1U);
}

TEST(NeighborCacheNdp, RoutersLastAsLongAsTheySay) {
  Caching run;
  run.hear(advertisement({.router_lifetime = 30}));
  EXPECT_EQ(run.cache.next_hop(run.now, ip("2001:db8:5::1")), (NextHop{NextHopKind::gateway, router}));
  run.pass(30s);
  EXPECT_TRUE(run.cache.default_routers().empty());
  EXPECT_EQ(run.cache.next_hop(run.now, ip("2001:db8:5::1")).kind, NextHopKind::no_route);
}

TEST(NeighborCacheNdp, WhoBeginsToForwardNeedsNoRouter) {
  Caching run;
  run.hear(advertisement({.router_lifetime = 30}));
  LinkParameters parameters = run.cache.parameters();
  parameters.ndp.forwarding = true;
  run.cache.set_parameters(run.now, parameters, run.output);
  EXPECT_TRUE(run.cache.default_routers().empty());
}

TEST(NeighborCacheNdp, RouterSolicitationsAreForRouters) {
  const auto option = option_bytes(SourceLinkLayerAddress{mac_b});
  const RouterSolicitation asked{.options = NdpOptions::decode(option).value()};
  NeighborCacheConfig config = cache_config();
  config.parameters.ndp.forwarding = true;
  Caching run{config};
  run.hear(frame_of(asked, v6("fe80::2"), all_routers_address));
  EXPECT_EQ(run.state(ip("fe80::2")), NudState::stale);
}

// --- redirects: N-112, RFC 4861 section 8 ---

std::vector<std::byte> redirect(const Ipv6Address& from, const Ipv6Address& target_address,
                                const Ipv6Address& destination) {
  const auto option = option_bytes(TargetLinkLayerAddress{mac_c});
  return frame_of(
      Redirect{.target = target_address, .destination = destination, .options = NdpOptions::decode(option).value()},
      from, our_global);
}

TEST(NeighborCacheNdp, FollowsTheRedirectOfItsRouterOnly) {
  const Ipv6Address far = v6("2001:db8:5::1");
  const Ipv6Address better = v6("fe80::98");
  Caching run;
  run.hear(redirect(router, better, far));
  EXPECT_TRUE(run.all<Redirected>().empty());
  run.hear(advertisement({.router_lifetime = 1800}));
  run.hear(redirect(v6("fe80::66"), better, far));
  EXPECT_TRUE(run.all<Redirected>().empty());
  run.hear(redirect(router, better, far));
  ASSERT_EQ(run.all<Redirected>().size(), 1U);
  EXPECT_EQ(run.state(better), NudState::stale);
  EXPECT_EQ(run.mac(better), mac_c);
  EXPECT_TRUE(run.cache.find(better)->router);
  EXPECT_EQ(run.cache.next_hop(run.now, far), (NextHop{NextHopKind::gateway, better}));
  EXPECT_EQ(run.cache.next_hop(run.now, v6("2001:db8:5::2")), (NextHop{NextHopKind::gateway, router}));
  run.hear(redirect(router, far, far));  // the old router has no say any more
  EXPECT_EQ(run.cache.next_hop(run.now, far), (NextHop{NextHopKind::gateway, better}));
}

TEST(NeighborCacheNdp, ARedirectToItselfMakesADestinationOnLink) {
  const Ipv6Address far = v6("2001:db8:5::1");
  Caching run;
  run.hear(advertisement({.router_lifetime = 1800}));
  run.hear(redirect(router, far, far));
  EXPECT_EQ(run.cache.next_hop(run.now, far), (NextHop{NextHopKind::on_link, far}));
  EXPECT_FALSE(run.cache.find(far)->router);
}

TEST(NeighborCacheNdp, ARedirectThatLeadsNowhereIsForgotten) {
  const Ipv6Address far = v6("2001:db8:5::1");
  const Ipv6Address better = v6("fe80::98");
  Caching run;
  run.hear(advertisement({.router_lifetime = 1800}));
  run.hear(redirect(router, better, far));
  run.send(better);
  run.pass(10s);
  EXPECT_EQ(run.state(better), NudState::failed);
  EXPECT_EQ(run.cache.next_hop(run.now, far), (NextHop{NextHopKind::gateway, router}));
}

// RFC 4861 section 7.2.5: who was redirected to it asks the remaining routers again.
TEST(NeighborCacheNdp, ARedirectToWhoIsNoRouterAnyMoreIsForgotten) {
  const Ipv6Address far = v6("2001:db8:5::1");
  const Ipv6Address near = v6("2001:db8:5::2");
  const Ipv6Address better = v6("fe80::98");
  Caching run;
  run.hear(advertisement({.router_lifetime = 1800}));
  run.hear(redirect(router, better, far));
  run.hear(redirect(router, near, near));
  run.hear(NaSent{.target = better, .mac = mac_c, .router = true});
  EXPECT_EQ(run.cache.next_hop(run.now, far), (NextHop{NextHopKind::gateway, better}));
  run.hear(NaSent{.target = better, .mac = mac_c});
  EXPECT_EQ(run.cache.next_hop(run.now, far), (NextHop{NextHopKind::gateway, router}));
  run.hear(NaSent{.target = near, .mac = mac_c});
  EXPECT_EQ(run.cache.next_hop(run.now, near), (NextHop{NextHopKind::on_link, near}));
}

// Section 6.3.5.
TEST(NeighborCacheNdp, ARouterWhoseLifetimeEndsTakesItsRedirectsAlong) {
  const Ipv6Address far = v6("2001:db8:5::1");
  const Ipv6Address better = v6("fe80::98");
  Caching run;
  run.hear(advertisement({.router_lifetime = 1800}));
  run.hear(frame_of(RouterAdvertisement{.router_lifetime = 60}, better, all_nodes_address));
  run.hear(redirect(router, better, far));
  EXPECT_EQ(run.cache.next_hop(run.now, far), (NextHop{NextHopKind::gateway, better}));
  run.pass(60s);
  EXPECT_EQ(run.cache.next_hop(run.now, far), (NextHop{NextHopKind::gateway, router}));
}

TEST(NeighborCacheNdp, RoutersAndTheUnwillingAreNotRedirected) {
  for (const bool forwarding : {false, true}) {
    NeighborCacheConfig config = cache_config();
    config.parameters.ndp.accept_ra = 2;
    config.parameters.ndp.forwarding = forwarding;
    config.parameters.ndp.accept_redirects = forwarding;
    Caching run{config};
    run.hear(advertisement({.router_lifetime = 1800}));
    run.hear(redirect(router, v6("fe80::98"), v6("2001:db8:5::1")));
    EXPECT_TRUE(run.all<Redirected>().empty());
  }
}

}  // namespace
}  // namespace onlink

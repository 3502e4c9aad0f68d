// SPDX-License-Identifier: Apache-2.0
// Answers that wait: for others' addresses and for anycast ones (N-114, N-136).
#include <gtest/gtest.h>

#include "onlink/engine/neighbor_cache.hpp"
#include "tests/support/cache_running.hpp"

namespace onlink {
namespace {

using namespace test;

TEST(NeighborCacheProxy, AnswersForOthersAfterAWait) {
  NeighborCacheConfig config = cache_config();
  config.parameters.ndp.forwarding = true;
  config.parameters.ndp.proxy_ndp = true;
  config.host.proxied = {ip("2001:db8::55")};
  Caching run{config};
  run.hear(NsSent{.target = v6("2001:db8::55")});
  EXPECT_EQ(run.sent(), 0U);
  EXPECT_EQ(run.cache.size(Family::ipv6), 0U);
  run.pass(800ms);
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.ipv6(0).source, our_global);
  EXPECT_TRUE(run.message<NeighborAdvertisement>(0).solicited);
  EXPECT_FALSE(run.message<NeighborAdvertisement>(0).override_flag);
  EXPECT_FALSE(run.message<NeighborAdvertisement>(0).router);
  EXPECT_EQ(run.message<NeighborAdvertisement>(0).options.first<TargetLinkLayerAddress>()->address, own_mac);
  run.hear(NsSent{.target = v6("2001:db8::56")});
  run.pass(800ms);
  EXPECT_EQ(run.sent(), 1U);
}

TEST(NeighborCacheProxy, AnycastIsAnsweredAfterAWaitAndWithoutOverride) {
  NeighborCacheConfig config = cache_config();
  config.host.addresses.push_back({.prefix = network("2001:db8::a/64"), .anycast = true});
  Caching run{config};
  run.hear(NsSent{.target = v6("2001:db8::a")});
  EXPECT_EQ(run.sent(), 0U);
  run.pass(800ms);
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_FALSE(run.message<NeighborAdvertisement>(0).override_flag);
  EXPECT_EQ(run.ipv6(0).source, our_global);
}

TEST(NeighborCacheProxy, ProxyArpAnswersBroadcastsAfterAWaitAndUnicastAtOnce) {
  NeighborCacheConfig config = cache_config();
  config.parameters.arp.forwarding = true;
  config.parameters.arp.proxy_arp = true;
  config.host.elsewhere = {{.prefix = network("10.1.0.1/24")}};
  Caching run{config};
  ArpSent request{.operation = ArpOperation::request, .target_address = v4("10.1.0.7"), .destination = broadcast_mac};
  run.hear(request);
  EXPECT_EQ(run.sent(), 0U);
  EXPECT_EQ(run.state(ip("10.0.0.2")), NudState::stale);
  run.pass(800ms);
  ASSERT_EQ(run.sent(), 1U);
  EXPECT_EQ(run.arp(0).sender_protocol_addr, v4("10.1.0.7"));
  EXPECT_EQ(run.arp(0).sender_hardware_addr, own_mac);
  request.destination = own_mac;
  run.hear(request);
  EXPECT_EQ(run.sent(), 2U);
}

TEST(NeighborCacheProxy, MoreThanTheProxyQueueHoldsIsNotAnswered) {
  NeighborCacheConfig config = cache_config();
  config.parameters.arp.forwarding = true;
  config.parameters.arp.proxy_arp = true;
  config.parameters.ipv4.proxy_qlen = 4;
  config.host.elsewhere = {{.prefix = network("10.1.0.1/24")}};
  Caching run{config};
  for (std::uint8_t i = 2; i <= 20; ++i) {
    run.hear(ArpSent{.operation = ArpOperation::request,
                     .target_address = Ipv4Address::of(10, 1, 0, i),
                     .destination = broadcast_mac});
  }
  run.pass(1s);
  EXPECT_EQ(run.sent(), 5U);
}

}  // namespace
}  // namespace onlink

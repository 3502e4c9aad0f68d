// SPDX-License-Identifier: Apache-2.0
// Claims of IPv6 addresses by virtual time: RFC 4862 section 5.4, RFC 7527, RFC 4429, and the defence by analogy with
// RFC 5227.
#include <gtest/gtest.h>

#include <set>

#include "tests/support/claim_ipv6_bench.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using Bench = test::Ipv6ClaimBench;
using test::address;
using test::Advertised;
using test::another;
using test::ours;
using test::Solicited;
using test::theirs;

Bench bound_bench(DefensePolicy policy = DefensePolicy::once) {
  Bench bench({.policy = policy});
  bench.claim();
  bench.run_to(ClaimState::bound);
  return bench;
}

TEST(ClaimerOfIpv6, OneProbeWithinASecondAndReadyOneSecondAfterIt) {  // RFC 4862 section 5.4.2
  std::set<Duration> delays;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Bench bench({.seed = seed});
    bench.claim();
    bench.run_for(seconds{10});
    ASSERT_EQ(bench.probes().size(), 1U) << seed;
    const Solicited& probe = bench.probes().front();
    EXPECT_LT(probe.at, Instant{seconds{1}}) << seed;
    delays.insert(probe.at.time_since_epoch());
    const auto ready = bench.events<ClaimReady>();
    ASSERT_EQ(ready.size(), 1U) << seed;
    EXPECT_FALSE(ready[0].optimistic);
    EXPECT_EQ(ready[0].time, probe.at + seconds{1}) << seed;
  }
  EXPECT_GT(delays.size(), 190U) << "each seed waits another while";
}

TEST(ClaimerOfIpv6, AProbeShowsNobodyAndIsForTheSolicitedNodeGroup) {
  Bench bench;
  bench.claim();
  bench.run_to(ClaimState::settling);
  const Solicited& probe = bench.probes().at(0);
  EXPECT_EQ(probe.ip.source, Ipv6Address{});
  EXPECT_EQ(probe.ip.destination, solicited_node_address(address));
  EXPECT_EQ(probe.ethernet.destination, multicast_mac(solicited_node_address(address)));
  EXPECT_EQ(probe.target, address);
  EXPECT_TRUE(probe.nonce) << "RFC 7527";
}

TEST(ClaimerOfIpv6, SeveralProbesAreRetransTimeApartWithOneNonce) {  // N-131
  Bench bench({.ipv6_times = duplicate_detection_times(3, milliseconds{300})});
  bench.claim();
  bench.run_for(seconds{10});
  ASSERT_EQ(bench.probes().size(), 3U);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(bench.probes()[i].at - bench.probes()[i - 1].at, milliseconds{300});
    EXPECT_EQ(bench.probes()[i].nonce, bench.probes()[0].nonce);
  }
  EXPECT_EQ(bench.events<ClaimReady>().at(0).time, bench.probes()[2].at + milliseconds{300});
}

TEST(ClaimerOfIpv6, WhatItHasIsAdvertisedThreeTimesToAllNodes) {  // RFC 4861 section 7.2.6
  Bench bench;
  bench.claim();
  bench.run_for(seconds{30});
  ASSERT_EQ(bench.advertised().size(), 3U);
  EXPECT_EQ(bench.advertised()[0].at, bench.events<ClaimReady>().at(0).time);
  for (std::size_t i = 0; i < 3; ++i) {
    const Advertised& one = bench.advertised()[i];
    EXPECT_EQ(one.ip.source, address);
    EXPECT_EQ(one.ip.destination, all_nodes_address);
    EXPECT_EQ(one.ethernet.destination, multicast_mac(all_nodes_address));
    EXPECT_TRUE(!one.solicited && one.override_flag && !one.router);
    EXPECT_EQ(one.option, TargetLinkLayerAddress{ours});
    EXPECT_EQ(one.at - bench.advertised()[0].at, seconds{i});
  }
}

TEST(ClaimerOfIpv6, AnAdvertisementOfItRefusesItAtOnce) {  // N-128
  for (const Duration when : {milliseconds{0}, milliseconds{1000}}) {
    Bench bench;
    bench.claim();
    bench.run_for(when);
    bench.hear_advertisement(theirs, address);
    const auto conflicts = bench.events<ClaimConflict>();
    ASSERT_EQ(conflicts.size(), 1U);
    EXPECT_EQ(conflicts[0].mac, theirs);
    EXPECT_FALSE(conflicts[0].contender);
    const std::size_t before = bench.probes().size();
    bench.run_for(seconds{30});
    EXPECT_EQ(bench.probes().size(), before);
    EXPECT_TRUE(bench.events<ClaimReady>().empty());
  }
}

TEST(ClaimerOfIpv6, AnothersProbeIsAConflictEvenBeforeOurFirst) {  // N-128
  for (const auto& nonce : {std::optional<ProbeNonce>{}, std::optional{ProbeNonce{1, 2, 3, 4, 5, 6}}}) {
    Bench bench;
    bench.claim();
    bench.hear_probe(theirs, nonce);
    EXPECT_TRUE(bench.probes().empty());
    ASSERT_EQ(bench.events<ClaimConflict>().size(), 1U);
    EXPECT_TRUE(bench.events<ClaimConflict>()[0].contender);
  }
}

TEST(ClaimerOfIpv6, OurProbeComingBackIsNone) {  // N-129
  Bench bench;
  bench.claim();
  bench.run_to(ClaimState::settling);
  bench.hear_probe(ours, bench.probes().at(0).nonce);
  bench.hear_probe(theirs, bench.probes().at(0).nonce);  // through a bridge that rewrites the MAC
  EXPECT_TRUE(bench.events<ClaimConflict>().empty());
  bench.run_for(seconds{2});
  EXPECT_EQ(bench.events<ClaimReady>().size(), 1U);
}

TEST(ClaimerOfIpv6, AHostWithOurMacIsKnownByItsNonce) {
  Bench bench;
  bench.claim();
  bench.run_to(ClaimState::settling);
  bench.hear_probe(ours, ProbeNonce{1, 2, 3, 4, 5, 6});
  EXPECT_EQ(bench.events<ClaimConflict>().size(), 1U);
}

TEST(ClaimerOfIpv6, WithoutNonceTheMacTellsOurOwnProbe) {
  Bench bench({.nonce = false});
  bench.claim();
  bench.run_to(ClaimState::settling);
  EXPECT_FALSE(bench.probes().at(0).nonce);
  bench.hear_probe(ours, std::nullopt);
  EXPECT_TRUE(bench.events<ClaimConflict>().empty());
  bench.hear_probe(theirs, std::nullopt);
  EXPECT_EQ(bench.events<ClaimConflict>().size(), 1U);
}

TEST(ClaimerOfIpv6, WhoAsksForItWhileItIsCheckedGetsNoAnswer) {  // N-130
  Bench bench;
  bench.claim();
  bench.run_to(ClaimState::settling);
  bench.hear_solicitation(theirs, another, address);
  EXPECT_TRUE(bench.advertised().empty());
  EXPECT_TRUE(bench.events<ClaimConflict>().empty());
}

TEST(ClaimerOfIpv6, WhoAsksForWhatIsOursIsAnswered) {  // RFC 4861 section 7.2.4
  Bench bench = bound_bench();
  bench.hear_solicitation(theirs, another, address);
  const Advertised answer = bench.advertised().back();
  EXPECT_EQ(answer.ip.destination, another);
  EXPECT_EQ(answer.ethernet.destination, theirs);
  EXPECT_TRUE(answer.solicited && answer.override_flag);
  EXPECT_EQ(answer.option, TargetLinkLayerAddress{ours});
}

TEST(ClaimerOfIpv6, AProbeForWhatIsOursIsAnsweredToAllAndIsNoAttack) {
  Bench bench = bound_bench();
  bench.hear_probe(theirs, std::nullopt);
  const Advertised answer = bench.advertised().back();
  EXPECT_EQ(answer.ip.destination, all_nodes_address);
  EXPECT_EQ(answer.ethernet.destination, multicast_mac(all_nodes_address));
  EXPECT_TRUE(!answer.solicited && answer.override_flag);
  EXPECT_TRUE(bench.events<ClaimDefended>().empty());
}

TEST(ClaimerOfIpv6, WhatTheKernelHasIsLeftToItToAnswer) {
  Bench bench;
  bench.claim();
  bench.claimer().leave_answers_to_kernel(address);
  bench.run_to(ClaimState::bound);
  const std::size_t before = bench.advertised().size();
  bench.hear_solicitation(theirs, another, address);
  EXPECT_EQ(bench.advertised().size(), before);
}

TEST(ClaimerOfIpv6, PolicyOnceDefendsByAnAdvertisementAndGivesUpAtTheSecondInTenSeconds) {
  Bench bench = bound_bench();
  bench.run_for(seconds{60});
  const std::size_t before = bench.advertised().size();
  bench.hear_advertisement(theirs, address);
  ASSERT_EQ(bench.events<ClaimDefended>().size(), 1U);
  EXPECT_EQ(bench.events<ClaimDefended>()[0].mac, theirs);
  ASSERT_EQ(bench.advertised().size(), before + 1);
  EXPECT_EQ(bench.advertised().back().ip.destination, all_nodes_address);
  EXPECT_TRUE(bench.advertised().back().override_flag);
  bench.run_for(milliseconds{10'100});
  bench.hear_solicitation(theirs, address, another);  // as the source, too
  EXPECT_EQ(bench.events<ClaimDefended>().size(), 2U);
  bench.run_for(seconds{9});
  bench.hear_advertisement(theirs, address);
  ASSERT_EQ(bench.events<ClaimLost>().size(), 1U);
  EXPECT_EQ(bench.events<ClaimLost>()[0].mac, theirs);
  EXPECT_EQ(bench.advertised().size(), before + 2);
}

TEST(ClaimerOfIpv6, PolicyNeverGivesUpAtOnceAndAlwaysNever) {
  Bench meek = bound_bench(DefensePolicy::never);
  meek.hear_advertisement(theirs, address);
  EXPECT_EQ(meek.events<ClaimLost>().size(), 1U);
  Bench stubborn = bound_bench(DefensePolicy::always);
  const std::size_t before = stubborn.advertised().size();
  for (int i = 0; i < 5; ++i) {
    stubborn.hear_advertisement(theirs, address);
    stubborn.run_for(milliseconds{1600});
  }
  EXPECT_TRUE(stubborn.events<ClaimLost>().empty());
  EXPECT_EQ(stubborn.advertised().size(), before + 1);
  EXPECT_EQ(stubborn.events<ClaimConflict>().size(), 4U);
}

TEST(ClaimerOfIpv6, OurOwnAdvertisementComingBackIsNoAttack) {
  Bench bench = bound_bench();
  bench.hear_advertisement(ours, address);
  EXPECT_TRUE(bench.events<ClaimDefended>().empty());
  EXPECT_TRUE(bench.events<ClaimLost>().empty());
}

TEST(ClaimerOfIpv6, WhoIsNamedIsWhoTheOptionNames) {  // and not who passed the frame on
  Bench bench = bound_bench();
  bench.hear_advertisement(theirs, address, MacAddress{{2, 0, 0, 0, 0, 0x0c}});
  ASSERT_EQ(bench.events<ClaimDefended>().size(), 1U);
  EXPECT_EQ(bench.events<ClaimDefended>()[0].mac, theirs);
}

TEST(ClaimerOfIpv6, AnOptimisticAddressIsReadyAtOnceAndOverridesNobody) {  // RFC 4429
  Bench bench({.optimistic = true});
  bench.claim();
  ASSERT_EQ(bench.events<ClaimReady>().size(), 1U);
  EXPECT_TRUE(bench.events<ClaimReady>()[0].optimistic);
  EXPECT_EQ(bench.events<ClaimReady>()[0].time, bench.now());
  bench.hear_solicitation(theirs, another, address);
  ASSERT_EQ(bench.advertised().size(), 1U);
  EXPECT_TRUE(bench.advertised()[0].solicited && !bench.advertised()[0].override_flag);
  bench.run_for(seconds{3});
  ASSERT_EQ(bench.events<ClaimReady>().size(), 2U);
  EXPECT_FALSE(bench.events<ClaimReady>()[1].optimistic);
  bench.hear_solicitation(theirs, another, address);
  EXPECT_TRUE(bench.advertised().back().override_flag);
}

TEST(ClaimerOfIpv6, AnOptimisticAddressThatSomebodyHasIsLost) {
  Bench bench({.optimistic = true});
  bench.claim();
  bench.hear_advertisement(theirs, address);
  ASSERT_EQ(bench.events<ClaimLost>().size(), 1U);
  EXPECT_EQ(bench.events<ClaimLost>()[0].mac, theirs);
  bench.hear_solicitation(theirs, another, address);
  EXPECT_TRUE(bench.advertised().empty());
  Bench unplugged({.optimistic = true});
  unplugged.claim();
  unplugged.link(false);
  EXPECT_EQ(unplugged.events<ClaimLost>().size(), 1U) << "it was in use";
}

TEST(ClaimerOfIpv6, ALostLinkBeginsItAnewWithAnotherNonce) {
  Bench bench = bound_bench();
  const auto nonce = bench.probes().at(0).nonce;
  bench.link(false);
  EXPECT_EQ(bench.events<ClaimLost>().size(), 1U);
  bench.run_for(seconds{60});
  bench.link(true);
  bench.run_for(seconds{10});
  ASSERT_EQ(bench.probes().size(), 2U);
  EXPECT_NE(bench.probes()[1].nonce, nonce);
  EXPECT_EQ(bench.events<ClaimReady>().size(), 2U);
}

TEST(ClaimerOfIpv6, WithoutProbesItIsReadyAtOnce) {  // DupAddrDetectTransmits 0
  Bench bench({.ipv6_times = duplicate_detection_times(0)});
  bench.claim();
  bench.run_for(Duration{});
  EXPECT_TRUE(bench.probes().empty());
  EXPECT_EQ(bench.events<ClaimReady>().size(), 1U);
}

TEST(ClaimerOfIpv6, RefusalsAreNotLimitedAsThoseOfIpv4) {
  Bench bench;
  for (int i = 0; i < 20; ++i) {
    bench.claim();
    bench.hear_advertisement(theirs, address);
  }
  bench.claim();
  bench.run_for(seconds{2});
  EXPECT_EQ(bench.events<ClaimReady>().size(), 1U);
}

}  // namespace
}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_rtt.hpp"

#include <gtest/gtest.h>

#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant{1h};
constexpr IpAddress host = Ipv4Address::of(10, 0, 0, 7);

TEST(RttEstimate, GuessesUntilTheFirstSample) {
  const RttEstimate rtt;
  EXPECT_TRUE(rtt.empty());
  EXPECT_EQ(rtt.timeout(), std::nullopt);
  EXPECT_EQ(rtt.timeout(ScanPatience{}), 500ms);
}

TEST(RttEstimate, StartsWithThriceTheFirstSample) {  // RFC 6298 section 2.2: R + 4 x R/2
  RttEstimate rtt;
  rtt.on_sample(100ms);
  EXPECT_EQ(rtt.timeout(), 300ms);
}

TEST(RttEstimate, FollowsRfc6298InItsFirstSamples) {  // section 2.3, alpha 1/8, beta 1/4
  RttEstimate rtt;
  rtt.on_sample(80ms);
  rtt.on_sample(160ms);
  EXPECT_EQ(rtt.smoothed(), 90ms);
  EXPECT_EQ(rtt.timeout(), 90ms + 4 * 50ms);
}

TEST(RttEstimate, CoversAllOfAnEvenSpread) {
  RttEstimate rtt;
  Rng rng{1};
  for (int i = 0; i < 5000; ++i) rtt.on_sample(rng.between(20ms, 50ms));
  EXPECT_GT(rtt.timeout().value(), 50ms);
  EXPECT_LT(rtt.timeout().value(), 90ms);
  EXPECT_NEAR(to_seconds(rtt.slowest()), 0.05, 0.001);
}

TEST(RttEstimate, WaitsNoLessThanTheLeastAndNoMoreThanTheMost) {
  RttEstimate quick;
  for (int i = 0; i < 100; ++i) quick.on_sample(50us);
  EXPECT_EQ(quick.timeout(ScanPatience{}), 100ms);
  RttEstimate slow;
  slow.on_sample(10s);
  EXPECT_EQ(slow.timeout(ScanPatience{}), 3s);
}

TEST(RecentAsks, TellsTheTimeSinceTheOnlyQuestion) {
  RecentAsks recent{256};
  recent.asked(host, start);
  const auto match = recent.answered(host, start + 3ms);
  ASSERT_TRUE(match);
  EXPECT_TRUE(match->clear);
  EXPECT_EQ(match->age, 3ms);
  EXPECT_EQ(match->waiting, 1U);
}

TEST(RecentAsks, DoesNotGuessWhichOfTwoQuestionsWasAnswered) {
  RecentAsks recent{256};
  recent.asked(host, start);
  recent.asked(host, start + 1s);
  const auto match = recent.answered(host, start + 1001ms);
  ASSERT_TRUE(match);
  EXPECT_FALSE(match->clear);
  EXPECT_EQ(match->waiting, 2U);
  recent.asked(host, start + 2s);
  EXPECT_FALSE(recent.answered(host, start + 2001ms)->clear) << "it may be the slow answer to the second";
  recent.answered(host, start + 2002ms);
  recent.asked(host, start + 3s);
  EXPECT_TRUE(recent.answered(host, start + 3001ms)->clear) << "all earlier ones were answered";
}

TEST(RecentAsks, ForgetsAQuestionThatIsTooOldToBeAnswered) {
  RecentAsks recent{256};
  recent.asked(host, start);
  recent.asked(host, start + 4s);
  EXPECT_TRUE(recent.answered(host, start + 4001ms)->clear);
}

TEST(RecentAsks, MarksASecondAnswerAsNotWaitedFor) {
  RecentAsks recent{256};
  recent.asked(host, start);
  recent.answered(host, start + 1ms);
  const auto second = recent.answered(host, start + 2ms);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->waiting, 0U);
  EXPECT_EQ(second->age, 2ms);
}

TEST(RecentAsks, KeepsNothingOfACollision) {
  RecentAsks recent{256};
  const IpAddress rival = Ipv4Address::of(10, 0, 1, 7);  // the same place among 256
  recent.asked(host, start);
  recent.asked(rival, start + 1ms);
  EXPECT_EQ(recent.answered(host, start + 2ms), std::nullopt);
  EXPECT_TRUE(recent.answered(rival, start + 2ms)->clear);
}

TEST(RecentAsks, KeepsTheFamiliesApart) {
  RecentAsks recent{65'536};
  recent.asked(host, start);
  EXPECT_EQ(recent.find(parse_ipv6("::a00:7").value()), nullptr);
  EXPECT_NE(recent.find(host), nullptr);
}

}  // namespace
}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_loss.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace onlink::inline v0 {
namespace {

LossEstimate after(int samples, int losses) {
  LossEstimate loss;
  for (int i = 0; i < samples; ++i) loss.on_sample(i < losses);
  return loss;
}

TEST(LossEstimate, KnowsNothingAtFirst) {
  const LossEstimate loss;
  EXPECT_EQ(loss.loss(), 0);
  EXPECT_FALSE(loss.is_confident());
}

TEST(LossEstimate, TrustsInNoLossOnlyAfterEnoughSamples) {
  EXPECT_FALSE(after(29, 0).is_confident());
  EXPECT_TRUE(after(30, 0).is_confident());
  EXPECT_EQ(after(30, 0).loss(), 0);
  EXPECT_TRUE(after(1, 1).is_confident()) << "that something gets lost is certain after one loss";
}

TEST(LossEstimate, IsCautiousWithFewSamplesAndExactWithMany) {
  EXPECT_NEAR(after(1, 1).loss(), 2.0 / 3, 1e-9);
  EXPECT_NEAR(after(10, 1).loss(), 2.0 / 12, 1e-9);
  EXPECT_NEAR(after(10'000, 1000).loss(), 0.1, 1e-3);
  EXPECT_LE(after(100, 100).loss(), 0.95);
}

// 30 samples without a loss do not exclude 3 %, and of 100 hosts 0.1 would then be missed after two questions.
TEST(LossEstimate, ReckonsWithWhatFewSamplesDoNotExclude) {
  EXPECT_EQ(after(0, 0).believed_loss(), LossEstimate::max_unseen_loss);
  EXPECT_NEAR(after(30, 0).believed_loss(), 1.0 / 32, 1e-9);
  EXPECT_LT(after(4000, 0).believed_loss(), 0.0003);
  EXPECT_EQ(tries_needed(100, after(30, 0), 0, {2, 30}), 4U);
  EXPECT_EQ(tries_needed(1, after(30, 0), 0, {2, 30}), 2U);
  EXPECT_EQ(tries_needed(500, after(4000, 0), 0, {2, 30}), 2U);
}

TEST(LossEstimate, TakesALateAnswerBack) {
  LossEstimate loss = after(50, 1);
  EXPECT_GT(loss.loss(), 0);
  loss.on_late_answer();
  EXPECT_EQ(loss.loss(), 0);
}

// Of N hosts, N (1 - p) answer the first question and N p (1 - p) the second.
TEST(LossEstimate, LearnsFromWhoIsFoundLate) {
  LossEstimate loss;
  for (int i = 0; i < 900; ++i) loss.on_found(1);
  for (int i = 0; i < 90; ++i) loss.on_found(2);
  for (int i = 0; i < 9; ++i) loss.on_found(3);
  EXPECT_NEAR(loss.loss(), 0.1, 1e-9);
}

TEST(LossEstimate, TakesOneSlowHostForNoLoss) {
  LossEstimate loss;
  for (int i = 0; i < 2; ++i) loss.on_found(1);
  for (int i = 0; i < 2; ++i) loss.on_found(2);
  EXPECT_EQ(loss.loss(), 0);
}

TEST(LossEstimate, CountsAnswersThatTheRingHadNoRoomFor) {
  LossEstimate loss = after(100, 0);
  for (int i = 0; i < 900; ++i) loss.on_received();
  loss.on_receive_drops(100);
  EXPECT_NEAR(loss.loss(), 0.1, 1e-9);
}

// The loss of each sweep counts for itself: a storm in the first is no reason to ask for ever.
TEST(LossEstimate, ReckonsWithTheLossOfEachSweep) {
  LossEstimate loss;
  loss.begin_sweep();
  for (int i = 0; i < 1000; ++i) loss.on_sample(i % 2 == 0);
  loss.begin_sweep();
  for (int i = 0; i < 1000; ++i) loss.on_sample(i % 100 == 0);
  EXPECT_NEAR(loss.loss(), 0.255, 0.001);
  EXPECT_NEAR(loss.loss_of(1), 0.5, 0.01);
  EXPECT_NEAR(loss.loss_of(2), 0.01, 0.01);
  EXPECT_NEAR(loss.missed_after(2, 2), 0.005, 0.005);
  EXPECT_LT(loss.missed_after(2, 3), 0.0003) << "further ones as the last";
  loss.begin_sweep();
  EXPECT_NEAR(loss.loss_of(3), loss.loss(), 1e-9) << "no samples of its own yet";
}

TEST(LossEstimate, TakesALateAnswerOutOfTheSweepThatLostIt) {
  LossEstimate loss;
  loss.begin_sweep();
  for (int i = 0; i < 50; ++i) loss.on_sample(i < 2);
  loss.begin_sweep();
  for (int i = 0; i < 50; ++i) loss.on_sample(false);
  const double before = loss.loss_of(1);
  loss.on_late_answer();
  EXPECT_LT(loss.loss_of(1), before);
  loss.on_late_answer();
  EXPECT_EQ(loss.losses(), 0U);
  EXPECT_EQ(loss.loss(), 0);
}

TEST(HostsMissing, FollowsFromWhoWasFound) {
  EXPECT_EQ(hosts_missing(1000, 0.0), 0);
  EXPECT_NEAR(hosts_missing(900, 0.1), 100, 1e-9);  // 1000 there, 10 % missed
  EXPECT_NEAR(hosts_missing(990, 0.01), 10, 1e-9);
  EXPECT_EQ(hosts_missing(0, 0.5), 0);
}

// Samples whose Laplace estimate is the given loss, nearly.
LossEstimate lossy(double loss) { return after(1'000'000, static_cast<int>(loss * 1e6)); }

TEST(TriesNeeded, AreTheFewestThatLeaveLessThanAThousandthOfAHost) {
  EXPECT_EQ(tries_needed(65'536, lossy(0.0), 0, {2, 30}), 2U);
  EXPECT_EQ(tries_needed(4096, lossy(0.1), 0, {2, 30}), 7U);  // 4096 x 1e-7 = 0.0004
  EXPECT_EQ(tries_needed(500, lossy(0.01), 0, {2, 30}), 3U);  // 500 x 1e-6
  EXPECT_EQ(tries_needed(20, lossy(0.5), 0, {2, 30}), 15U);   // 20 x 2^-15 = 0.0006
  EXPECT_EQ(tries_needed(1, lossy(0.001), 0, {2, 30}), 2U);
  EXPECT_EQ(tries_needed(1000, lossy(0.95), 0, {2, 30}), 30U) << "but no more than the most";
  EXPECT_EQ(tries_needed(1000, lossy(0.0), 0, {5, 30}), 5U) << "and no fewer than the least";
}

TEST(TriesNeeded, DoNotDependOnHowManyWereDoneAtASteadyLoss) {
  for (const double p : {0.003, 0.02, 0.2, 0.6}) {
    const std::uint32_t tries = tries_needed(300, lossy(p), 0, {1, 1000});
    EXPECT_LT(hosts_missing(300, std::pow(p, tries)), missing_allowed * 1.01);
    EXPECT_GE(hosts_missing(300, std::pow(p, tries - 1)), missing_allowed * 0.99);
    EXPECT_EQ(tries_needed(300, lossy(p), 3, {1, 1000}), tries);
  }
}

}  // namespace
}  // namespace onlink::inline v0

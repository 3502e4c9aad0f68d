// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/rng.hpp"

#include <gtest/gtest.h>

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t third_of(std::uint64_t seed) {
  Rng rng{seed};
  rng.next();
  rng.next();
  return rng.next();
}
// The published reference outputs of SplitMix64 for seed 1234567.
static_assert(Rng{1234567}.next() == 6457827717110365317ULL);
static_assert(third_of(1234567) == 9817491932198370423ULL);

TEST(Rng, SameSeedSameRun) {
  Rng a{7};
  Rng b{7};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(Rng{7}.next(), Rng{8}.next());
}

TEST(Rng, BelowStaysBelowAndReachesEveryValue) {
  Rng rng{1};
  std::array<int, 6> seen{};
  for (int i = 0; i < 6000; ++i) ++seen.at(rng.below(6));
  for (const int count : seen) EXPECT_NEAR(count, 1000, 200);
  EXPECT_EQ(rng.below(0), 0U);
  EXPECT_EQ(rng.below(1), 0U);
}

TEST(Rng, UnitAndChance) {
  Rng rng{2};
  int hits = 0;
  for (int i = 0; i < 10000; ++i) {
    const double unit = rng.unit();
    ASSERT_GE(unit, 0.0);
    ASSERT_LT(unit, 1.0);
    hits += rng.chance(0.25) ? 1 : 0;
    ASSERT_FALSE(rng.chance(0.0));
    ASSERT_TRUE(rng.chance(1.0));
  }
  EXPECT_NEAR(hits, 2500, 250);
}

TEST(Rng, BetweenKeepsItsBounds) {
  Rng rng{3};
  for (int i = 0; i < 1000; ++i) {
    const Duration delay = rng.between(20ms, 50ms);
    ASSERT_GE(delay, 20ms);
    ASSERT_LT(delay, 50ms);
  }
  EXPECT_EQ(rng.between(5ms, 5ms), 5ms);
  EXPECT_EQ(rng.between(5ms, 1ms), 5ms) << "no room: the low end";
}

}  // namespace
}  // namespace onlink

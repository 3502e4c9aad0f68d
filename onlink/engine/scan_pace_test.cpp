// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_pace.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant{1h};

std::size_t take(Pacer& pacer, Instant now) {
  std::size_t total = 0;
  for (std::size_t due = pacer.due(now); due > 0; due = pacer.due(now)) {
    pacer.sent(due);
    total += due;
  }
  return total;
}

// Woken when it asks to be: as many requests as the rate says, to one batch, over any stretch of time.
TEST(Pacer, KeepsAnyRateExactly) {
  for (const double rate : {0.1, 1.0, 7.0, 333.0, 1000.0, 9999.0, 20'000.0, 123'457.0, 1'000'000.0}) {
    Pacer pacer{rate};
    const double seconds = rate < 10 ? 100 : 3;
    std::size_t sent = 0;
    Instant now = start;
    while (now <= start + from_seconds(seconds)) {
      const std::size_t due = pacer.due(now);
      pacer.sent(due);
      sent += due;
      const double expected = std::floor(to_seconds(now - start) * rate) + 1;
      ASSERT_NEAR(static_cast<double>(sent), expected, 1.0) << rate << " at " << to_seconds(now - start);
      ASSERT_GT(pacer.next(), now) << rate;
      now = pacer.next();
    }
    EXPECT_NEAR(static_cast<double>(sent), rate * seconds + 1, std::max(1.0, rate * 0.001) + 1) << rate;
  }
}

TEST(Pacer, DoesNotDriftWhenWokenLate) {
  Pacer pacer{20'000};
  Rng rng{5};
  std::size_t sent = take(pacer, start);
  Instant now = start;
  while (now < start + 10s) {
    now = pacer.next() + rng.between(0us, 5ms);
    sent += take(pacer, now);
  }
  EXPECT_NEAR(static_cast<double>(sent), to_seconds(now - start) * 20'000, 1.0 + 20'000 * 0.005);
}

TEST(Pacer, WakesForABatchOfOneMillisecondAtMost) {
  Pacer slow{100};
  EXPECT_EQ(slow.due(start), 1U);
  slow.sent(1);
  EXPECT_EQ(slow.next(), start + 10ms);
  Pacer fast{20'000};
  fast.sent(fast.due(start));
  EXPECT_EQ(fast.next(), start + 1ms);
  EXPECT_EQ(fast.due(start + 1ms), 20U);
}

TEST(Pacer, MakesNoBurstOfAStall) {
  Pacer pacer{10'000};
  take(pacer, start);
  EXPECT_LE(take(pacer, start + 5s), 101U);  // catch_up is worth 100
  EXPECT_EQ(take(pacer, start + 5s + 1ms), 10U);
}

TEST(Pacer, SavesNothingUpWhileIdle) {
  Pacer pacer{10'000};
  take(pacer, start);
  pacer.idle();
  EXPECT_EQ(take(pacer, start + 5ms), 1U);
}

TEST(Pacer, ChangesItsRateFromTheNextRequestOn) {
  Pacer pacer{1};
  take(pacer, start);
  pacer.set_rate(start + 1ms, 1000);
  EXPECT_EQ(pacer.next(), start + 2ms) << "not a second later, as the old rate would have it";
  take(pacer, start + 2ms);
  pacer.set_rate(start + 2ms, 1);
  EXPECT_EQ(take(pacer, start + 2ms), 0U);
  EXPECT_EQ(take(pacer, start + 3ms), 1U) << "was due already";
  EXPECT_EQ(pacer.next(), start + 1003ms);
}

TEST(Pacer, UnlimitedIsAlwaysDueUnlessPaused) {
  Pacer pacer = Pacer::unlimited();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(pacer.due(start), Pacer::max_batch);
    pacer.sent(Pacer::max_batch);
    EXPECT_LE(pacer.next(), start);
  }
  pacer.pause_until(start + 5ms);
  EXPECT_EQ(pacer.due(start + 4ms), 0U);
  EXPECT_EQ(pacer.next(), start + 5ms);
  EXPECT_EQ(pacer.due(start + 5ms), Pacer::max_batch);
}

}  // namespace
}  // namespace onlink::inline v0

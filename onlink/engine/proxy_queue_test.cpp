// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/proxy_queue.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{100s};

std::vector<std::byte> frame(unsigned number) { return {static_cast<std::byte>(number)}; }

TEST(ProxyQueue, WaitsARandomPartOfTheDelayAndGivesBackWhatItGot) {
  Rng rng{1};
  Duration shortest = 1h;
  Duration longest{};
  for (unsigned i = 0; i < 1000; ++i) {
    ProxyQueue queue;
    ASSERT_TRUE(queue.push(start, frame(i), {.delay = 800ms, .length = 64}, rng));
    const Instant due = queue.next_deadline().value();
    shortest = std::min(shortest, due - start);
    longest = std::max(longest, due - start);
    EXPECT_FALSE(due > start && queue.pop_due(due - 1ns));
    EXPECT_EQ(queue.pop_due(due), frame(i));
    EXPECT_FALSE(queue.next_deadline());
  }
  EXPECT_LT(shortest, 10ms);
  EXPECT_GT(longest, 790ms);
  EXPECT_LT(longest, 800ms);
}

TEST(ProxyQueue, DropsWhatComesWhenItIsFull) {
  Rng rng{1};
  ProxyQueue queue;
  for (unsigned i = 0; i <= 4; ++i) EXPECT_TRUE(queue.push(start, frame(i), {.delay = 1s, .length = 4}, rng)) << i;
  EXPECT_FALSE(queue.push(start, frame(5), {.delay = 1s, .length = 4}, rng));
  EXPECT_EQ(queue.size(), 5U);
  ASSERT_TRUE(queue.pop_due(start + 1s));
  EXPECT_TRUE(queue.push(start, frame(6), {.delay = 1s, .length = 4}, rng));
}

TEST(ProxyQueue, OfOneInstantTheFirstToComeIsTheFirstToGo) {
  Rng rng{1};
  ProxyQueue queue;
  for (unsigned i = 0; i < 8; ++i) queue.push(start, frame(i), {.delay = {}, .length = 64}, rng);
  for (unsigned i = 0; i < 8; ++i) EXPECT_EQ(queue.pop_due(start), frame(i));
}

}  // namespace
}  // namespace onlink

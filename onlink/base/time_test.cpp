// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/time.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace onlink {
namespace {

using namespace std::chrono_literals;

TEST(Time, SecondsBecomeDurationsToTheNanosecond) {
  EXPECT_EQ(from_seconds(1.5), 1500ms);
  EXPECT_EQ(from_seconds(-0.000000001), -1ns);
  EXPECT_EQ(to_seconds(250ms), 0.25);
}

TEST(Time, WhatIsTooLongSaturatesAndMayStillBeAddedTo) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  for (const double seconds : {1e10, 1e300, infinite}) {
    EXPECT_EQ(from_seconds(seconds), longest_duration);
    EXPECT_EQ(from_seconds(-seconds), -longest_duration);
  }
  EXPECT_GT(Instant{} + from_seconds(infinite) + from_seconds(infinite), Instant{} + from_seconds(infinite));
  EXPECT_EQ(from_seconds(std::numeric_limits<double>::quiet_NaN()), Duration{});
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/clock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

namespace onlink::inline v0 {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(ClockPair, MapsBothWays) {
  const ClockPair pair{.instant = Instant{milliseconds{5}}, .wall = SystemTime{milliseconds{1005}}};
  EXPECT_EQ(pair.to_instant(SystemTime{milliseconds{1007}}), Instant{milliseconds{7}});
  EXPECT_EQ(pair.to_wall(Instant{milliseconds{3}}), SystemTime{milliseconds{1003}});
}

TEST(VirtualClock, JumpsForwardOnlyAndRefusesToWaitForNothing) {
  VirtualClock clock{Instant{hours{1}}};
  EXPECT_TRUE(clock.wait({.until = Instant{hours{2}}}));
  EXPECT_EQ(clock.now().instant, Instant{hours{2}});
  EXPECT_EQ(clock.now().wall, SystemTime{hours{2}});
  EXPECT_TRUE(clock.wait({.until = Instant{hours{1}}}));
  EXPECT_EQ(clock.now().instant, Instant{hours{2}});
  EXPECT_FALSE(clock.wait({.fd = 0}));
}

TEST(MonotonicClock, WakesWhenADescriptorIsReadableOrItsTimeHasCome) {
  MonotonicClock clock;
  const Instant before = clock.now().instant;
  EXPECT_TRUE(clock.wait({.until = before + milliseconds{2}}));
  EXPECT_GE(clock.now().instant, before + milliseconds{2});
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  EXPECT_TRUE(clock.wait({.fd = ends[0]}));
  EXPECT_TRUE(clock.wait({.interrupt_fd = ends[0], .until = before + hours{24}}));
  EXPECT_TRUE(clock.wait({.fd = ends[0], .until = before - hours{24}}));
  EXPECT_FALSE(clock.wait({}));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace onlink::inline v0

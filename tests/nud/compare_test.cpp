// SPDX-License-Identifier: Apache-2.0
// Each rule of what counts as the same, by a pair of traces that it lets pass and one that it must not.
#include "tests/nud/compare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onlink::differential {
namespace {

using testing::HasSubstr;

Duration ms(double value) { return Duration{static_cast<Duration::rep>(value * 1e6)}; }

constexpr Duration end = std::chrono::seconds{100};

TraceRecord state(double t, std::string_view name, std::string_view key = "10.0.0.2") {
  TraceRecord record{.t = ms(t), .ev = TraceEvent::state};
  record.key = key;
  record.state = name;
  return record;
}
TraceRecord frame(double t, std::string_view kind, std::string_view key = "10.0.0.2") {
  TraceRecord record{.t = ms(t), .ev = TraceEvent::tx};
  record.key = key;
  record.kind = kind;
  return record;
}
TraceRecord with_flags(TraceRecord record, std::string_view flags) {
  record.flags = flags;
  return record;
}
TraceRecord silent(TraceRecord record) {
  record.silent = true;
  return record;
}
TraceRecord with_slack(TraceRecord record, double slack) {
  record.slack = ms(slack);
  return record;
}

using Records = std::vector<TraceRecord>;
Comparison compared(Records kernel, Records engine, Duration until = end) {
  return compare({.header = {}, .records = std::move(kernel)}, {.header = {}, .records = std::move(engine)}, until);
}
bool same(Records kernel, Records engine) { return compared(std::move(kernel), std::move(engine)).same(); }

TEST(Compare, EqualTracesAreTheSame) {
  const Records both{frame(0, "arp-bcast"), state(0, "incomplete"), state(3000, "failed")};
  EXPECT_TRUE(same(both, both));
  EXPECT_TRUE(same({}, {}));
}

TEST(Compare, EveryFieldCounts) {
  for (std::string TraceRecord::* field :
       {&TraceRecord::key, &TraceRecord::state, &TraceRecord::mac, &TraceRecord::kind, &TraceRecord::src,
        &TraceRecord::dst_mac, &TraceRecord::flags}) {
    TraceRecord other = state(0, "stale");
    EXPECT_TRUE(same({state(0, "stale")}, {other}));
    other.*field = "other";
    EXPECT_FALSE(same({state(0, "stale")}, {other}));
  }
  EXPECT_FALSE(same({state(0, "stale")}, {frame(0, "data")}));
}

TEST(Compare, ARecordTooManyOrTooFewIsADifference) {
  const Records two{frame(0, "data"), frame(1000, "data")};
  const Records one{frame(0, "data")};
  EXPECT_THAT(compared(two, one).why, HasSubstr("at 1000.0 ms only the kernel has it"));
  EXPECT_THAT(compared(one, two).why, HasSubstr("at 1000.0 ms only the engine has it"));
}

TEST(Compare, ChatterIsDropped) {
  EXPECT_TRUE(same({frame(0, "mld", "ff02::16"), frame(1, "rs"), state(2, "noarp", "ff02::1")}, {}));
  EXPECT_FALSE(same({frame(0, "ns-mcast")}, {}));
  EXPECT_FALSE(same({state(2, "noarp")}, {}));
}

TEST(Compare, NoncesAreNumberedAsTheyCome) {
  const auto probes = [](std::string_view first, std::string_view second) {
    return Records{with_flags(frame(0, "ns-dad", "fe80::1"), first), with_flags(frame(1, "ns-dad", "fe80::1"), second)};
  };
  EXPECT_TRUE(same(probes("nonce=aa", "nonce=aa"), probes("nonce=bb", "nonce=bb")));
  EXPECT_TRUE(same(probes("nonce=aa", "nonce=cc"), probes("nonce=bb", "nonce=aa")));
  EXPECT_FALSE(same(probes("nonce=aa", "nonce=cc"), probes("nonce=bb", "nonce=bb")));
}

TEST(Compare, StaleOnTheWayToDelayMayBeMissing) {
  const Records both{state(10, "stale"), state(14, "delay")};
  const Records one{state(14, "delay")};
  EXPECT_TRUE(same(one, both));
  EXPECT_TRUE(same(both, one));
  const Records apart{state(4, "stale"), state(14, "delay")};
  EXPECT_FALSE(same(one, apart));
  EXPECT_FALSE(same(apart, one));
  EXPECT_FALSE(same({state(14, "probe")}, {state(10, "stale"), state(14, "probe")}));
}

TEST(Compare, ASilentStateMayBeMissingWhereItDidNotLast) {
  EXPECT_TRUE(same({state(20, "reachable")}, {silent(state(0, "delay")), state(20, "reachable")}));
  EXPECT_FALSE(same({state(60, "reachable")}, {silent(state(0, "delay")), state(60, "reachable")}));
  EXPECT_FALSE(same({state(20, "reachable")}, {state(0, "delay"), state(20, "reachable")}));
  EXPECT_FALSE(same({}, {silent(state(0, "delay"))}));
  EXPECT_FALSE(same({silent(state(0, "delay")), state(20, "reachable")}, {state(20, "reachable")}));
}

TEST(Compare, IncompleteMayBeTooShortToBeSeen) {
  EXPECT_TRUE(same({state(10, "reachable")}, {state(0, "incomplete"), state(10, "reachable")}));
  EXPECT_FALSE(same({state(90, "reachable")}, {state(0, "incomplete"), state(90, "reachable")}));
}

TEST(Compare, WhatIsFoundByLookingIsFoundLater) {
  EXPECT_TRUE(same({silent(state(59, "delay"))}, {silent(state(0, "delay"))}));
  EXPECT_FALSE(same({silent(state(61, "delay"))}, {silent(state(0, "delay"))}));
  EXPECT_FALSE(same({state(59, "delay")}, {state(0, "delay")}));
}

TEST(Compare, TheKernelMaySayAgainWhatIsKnown) {
  EXPECT_TRUE(same({state(0, "stale"), state(500, "stale")}, {state(0, "stale")}));
  EXPECT_FALSE(same({state(0, "stale")}, {state(0, "stale"), state(500, "stale")}));
}

TEST(Compare, OrderOfFramesAndStatesIsFreeWithinTheirTimes) {
  EXPECT_TRUE(same({frame(0, "arp-bcast"), state(1, "incomplete")}, {state(0, "incomplete"), frame(0, "arp-bcast")}));
  EXPECT_TRUE(
      same({state(0, "stale", "10.0.0.3"), state(1, "stale")}, {state(0, "stale"), state(1, "stale", "10.0.0.3")}));
  EXPECT_FALSE(
      same({state(0, "stale", "10.0.0.3"), state(100, "stale")}, {state(0, "stale"), state(100, "stale", "10.0.0.3")}));
}

TEST(Compare, OrderOfOneNeighboursFramesIsNotFree) {
  EXPECT_FALSE(same({frame(0, "data"), frame(1, "arp-reply")}, {frame(0, "arp-reply"), frame(1, "data")}));
}

TEST(Compare, TheKernelMayBeFiveMillisecondsEarly) {
  EXPECT_TRUE(same({state(995, "failed")}, {state(1000, "failed")}));
  EXPECT_FALSE(same({state(994.9, "failed")}, {state(1000, "failed")}));
}

TEST(Compare, TheKernelMayBeFortyMillisecondsLateForEachTimer) {
  EXPECT_TRUE(same({state(1040, "failed")}, {state(1000, "failed")}));
  EXPECT_FALSE(same({state(1040.1, "failed")}, {state(1000, "failed")}));
  EXPECT_TRUE(same({state(3120, "failed")}, {with_slack(state(3000, "failed"), 120)}));
  EXPECT_FALSE(same({state(3121, "failed")}, {with_slack(state(3000, "failed"), 120)}));
}

TEST(Compare, RandomDelaysAreIntervals) {
  TraceRecord delayed = frame(700, "arp-reply");
  delayed.earliest = ms(100);
  delayed.latest = ms(900);
  for (const double good : {95.0, 300.0, 940.0}) EXPECT_TRUE(same({frame(good, "arp-reply")}, {delayed})) << good;
  for (const double bad : {94.0, 941.0}) EXPECT_FALSE(same({frame(bad, "arp-reply")}, {delayed})) << bad;
}

TEST(Compare, WhatMayHaveComeBehindTheEndIsNotMissed) {
  EXPECT_TRUE(compared({}, {frame(965, "data")}, ms(1000)).same());
  EXPECT_FALSE(compared({}, {frame(955, "data")}, ms(1000)).same());
  EXPECT_TRUE(compared({frame(996, "data")}, {}, ms(1000)).same());
  EXPECT_FALSE(compared({frame(994, "data")}, {}, ms(1000)).same());
}

TEST(Compare, AddressesOfStatesWithoutOneDoNotCount) {
  TraceRecord failed = state(0, "failed");
  failed.mac = "02:00:00:00:00:0b";
  EXPECT_TRUE(same({failed}, {state(0, "failed")}));
  TraceRecord stale = state(0, "stale");
  stale.mac = failed.mac;
  EXPECT_FALSE(same({stale}, {state(0, "stale")}));
}

TEST(Compare, StepsAreShownAndNotCompared) {
  TraceRecord step{.t = ms(5), .ev = TraceEvent::step, .kind = "send 10.0.0.2"};
  const Comparison comparison = compared({step, frame(6, "data")}, {});
  ASSERT_FALSE(comparison.same());
  EXPECT_THAT(render(comparison), HasSubstr("-- send 10.0.0.2"));
  EXPECT_TRUE(same({step}, {}));
}

TEST(Compare, TheFirstDivergenceIsTheEarliest) {
  const Comparison comparison = compared({frame(900, "data"), state(100, "stale", "10.0.0.9")}, {});
  EXPECT_THAT(comparison.why, HasSubstr("state 10.0.0.9 stale: at 100.0 ms only the kernel has it"));
}

TEST(Compare, RenderingHasContextOnBothSides) {
  Records kernel;
  for (int i = 0; i < 20; ++i) kernel.push_back(frame(i * 100, "data"));
  Records engine = kernel;
  engine[10].t += ms(60);
  EXPECT_EQ(render(compared(kernel, engine), 2),
            "  tx data 10.0.0.2: the kernel at 1000.0 ms, the engine at 1060.0 ms, which allows 1055.0 to 1100.0 ms\n"
            "     kernel                     | engine\n"
            "         800.0 tx data 10.0.0.2 |     800.0 tx data 10.0.0.2\n"
            "         900.0 tx data 10.0.0.2 |     900.0 tx data 10.0.0.2\n"
            "  >>    1000.0 tx data 10.0.0.2 |    1060.0 tx data 10.0.0.2\n"
            "        1100.0 tx data 10.0.0.2 |    1100.0 tx data 10.0.0.2\n"
            "        1200.0 tx data 10.0.0.2 |    1200.0 tx data 10.0.0.2\n");
}

}  // namespace
}  // namespace onlink::differential

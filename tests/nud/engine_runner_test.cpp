// SPDX-License-Identifier: Apache-2.0
// The engine's runner by itself: that virtual time, the peer and the allowance for the kernel's timers are what scripts
// are told they are. What the engine does is the business of its own tests, and of nud-diff.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/nud/compare.hpp"
#include "tests/nud/kernel_timer.hpp"
#include "tests/nud/runner.hpp"

namespace onlink::differential {
namespace {

using std::chrono::milliseconds;

Trace run(std::string_view script, const EngineRunOptions& options = {}) {
  const auto scenario = parse_scenario(script, "test.nud");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().context);
  auto trace = run_engine(scenario.value_or(Scenario{}), options);
  EXPECT_TRUE(trace) << (trace ? "" : trace.error().context);
  return trace.value_or(Trace{});
}

std::vector<TraceRecord> of(const Trace& trace, TraceEvent event) {
  std::vector<TraceRecord> found;
  std::ranges::copy_if(trace.records, std::back_inserter(found), [&](const TraceRecord& r) { return r.ev == event; });
  return found;
}

constexpr std::string_view silent_target =
    "sysctl neigh.retrans_time_ms 300\nat 10 send 10.0.0.2 hello\nat 2000 state 10.0.0.2\nat 2100 end\n";

TEST(EngineRunner, ASilentTargetIsAskedAndItsSenderTold) {
  const Trace trace = run(silent_target);
  const auto frames = of(trace, TraceEvent::tx);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].kind, "arp-bcast");
  EXPECT_EQ(frames[0].t, milliseconds{10});
  const auto errors = of(trace, TraceEvent::err);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].flags, "EHOSTUNREACH");
  EXPECT_EQ(of(trace, TraceEvent::poll).at(0).state, "failed");
}

TEST(EngineRunner, TimersAddUpAlongAChain) {
  const auto frames = of(run(silent_target), TraceEvent::tx);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].slack, Duration{});
  EXPECT_EQ(frames[1].slack, milliseconds{40});
  EXPECT_EQ(frames[2].slack, milliseconds{80});
}

TEST(EngineRunner, ThePeerAnswersAndAStimulusBeginsAChainAnew) {
  const Trace trace =
      run("sysctl neigh.retrans_time_ms 300\nanswer 10.0.0.2 C on delay 100\nat 10 send 10.0.0.2 hello\nat 500 end\n");
  const auto frames = of(trace, TraceEvent::tx);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[1].kind, "data");
  EXPECT_EQ(frames[1].flags, "data=hello");
  EXPECT_EQ(frames[1].dst_mac, "02:00:00:00:00:0c");
  EXPECT_EQ(frames[1].t, milliseconds{110});
  EXPECT_EQ(frames[1].slack, Duration{});
}

TEST(EngineRunner, ProxiedAnswersHaveAnInterval) {
  const Trace trace =
      run("interfaces 2\nsysctl conf.forwarding 1\nsysctl conf.proxy_arp 1\naddr add 10.9.0.1/24 dev 2\n"
          "at 100 frame arp(tpa=10.9.0.7)\nat 2000 end\n");
  const auto frames = of(trace, TraceEvent::tx);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].earliest, milliseconds{100});
  EXPECT_GE(frames[0].t + frames[0].slack, milliseconds{900});
}

TEST(EngineRunner, SameSeedSameTrace) {
  const EngineRunOptions options{.seed = 7};
  EXPECT_EQ(run(silent_target, options), run(silent_target, options));
}

TEST(EngineRunner, ALateDriverChangesNoSequence) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EngineRunOptions options;
    options.lateness_seed = seed;
    const Comparison comparison = compare(run(silent_target, options), run(silent_target), milliseconds{2100});
    EXPECT_TRUE(comparison.same()) << "seed " << seed << "\n" << render(comparison);
  }
}

TEST(EngineRunner, WhatTheEngineHasNoMeansForIsAnError) {
  const auto scenario = parse_scenario("at 0 sysctl conf.no_such_thing 1\nat 1 end\n", "test.nud");
  EXPECT_THAT(run_engine(scenario.value()).error().context,
              testing::HasSubstr("test: line 1: net/ipv4/conf/IFACE/no_such_thing: the engine has no such parameter"));
}

TEST(KernelTimer, LongTimersAreCoarse) {
  EXPECT_EQ(wheel_step(milliseconds{100}), milliseconds{4});
  EXPECT_EQ(wheel_step(milliseconds{253}), milliseconds{32});
  EXPECT_EQ(wheel_step(std::chrono::seconds{2}), milliseconds{32});
  EXPECT_EQ(wheel_step(std::chrono::seconds{3}), milliseconds{256});
  EXPECT_EQ(wheel_step(std::chrono::seconds{30}), milliseconds{2048});
}

}  // namespace
}  // namespace onlink::differential

// SPDX-License-Identifier: Apache-2.0
// When the resolver asks, how it names what it hears, and when it is done.
#include "onlink/engine/resolve.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "tests/support/resolver_asking.hpp"

namespace onlink {
namespace {

using namespace test;

TEST(Resolver, AsksAtOnceAndReportsWhoAnswersWithTheRoundTrip) {
  Asking run{config_for({target})};
  ASSERT_EQ(run.frames(), 1U);
  EXPECT_EQ(std::get<ArpPacket>(run.sent(0).payload).target_protocol_addr, target);
  run.hear(start + 3ms, frame_of(ArpSent{}));
  const auto answers = run.all<Answered>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].mac, mac_b);
  EXPECT_EQ(answers[0].address, IpAddress{target});
  EXPECT_EQ(answers[0].kind, AnswerKind::first);
  EXPECT_EQ(answers[0].round_trip, 3ms);
}

TEST(Resolver, ListensTheConflictWindowAfterAnAnswerAndNoLonger) {
  Asking run{config_for({target})};
  run.hear(start + 3ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.next_deadline(), start + 103ms);
  run.until(start + 103ms);
  EXPECT_EQ(run.next_deadline(), std::nullopt);
  EXPECT_TRUE(run.all<Silent>().empty());
}

TEST(Resolver, ASecondOwnerOpensTheConflictWindowAgain) {
  Asking run{config_for({target})};
  run.hear(start + 3ms, frame_of(ArpSent{}));
  run.hear(start + 100ms, frame_of(ArpSent{.sender_mac = mac_c}));
  EXPECT_EQ(run.next_deadline(), start + 200ms);
}

TEST(Resolver, TheConflictWindowNeverOutlastsTheWait) {
  Asking run{config_for({target})};
  run.hear(start + 950ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.next_deadline(), start + 1s);
}

TEST(Resolver, IsDoneAtOnceWhenTheFirstReplyIsAllThatIsWanted) {
  ResolverConfig config = config_for({target});
  config.until_reply = true;
  config.conflict_window = {};
  config.count = 0;
  Asking run{config};
  run.hear(start + 1003ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.next_deadline(), std::nullopt);
  EXPECT_EQ(run.frames(), 2U);
}

TEST(Resolver, SaysSilentAfterTheLastWaitAndHowOftenItAsked) {
  ResolverConfig config = config_for({target});
  config.count = 3;
  config.interval = 500ms;
  Asking run{config};
  run.until(start + 1999ms);
  EXPECT_TRUE(run.all<Silent>().empty());
  run.until(start + 2s);
  ASSERT_EQ(run.all<Silent>().size(), 1U);
  EXPECT_EQ(run.all<Silent>()[0].tries, 3U);
  EXPECT_EQ(run.all<Asked>().size(), 3U);
  EXPECT_EQ(run.next_deadline(), std::nullopt);
}

TEST(Resolver, NoTargetsIsDoneBeforeItBegins) {
  Asking run{config_for({})};
  EXPECT_EQ(run.next_deadline(), std::nullopt);
  EXPECT_EQ(run.frames(), 0U);
}

TEST(Resolver, ATargetNamedTwiceIsAskedOnce) {
  Asking run{config_for({target, target})};
  run.until(start + 10ms);
  EXPECT_EQ(run.frames(), 1U);
}

TEST(Resolver, TheSameMacAgainIsARepeatAndAnotherAConflict) {
  Asking run{config_for({target})};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.hear(start + 2ms, frame_of(ArpSent{}));
  run.hear(start + 3ms, frame_of(ArpSent{.sender_mac = mac_c}));
  run.hear(start + 4ms, frame_of(ArpSent{.sender_mac = mac_c}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::first, AnswerKind::repeat, AnswerKind::conflict, AnswerKind::repeat}));
}

TEST(Resolver, EachRoundHasItsFirstAnswerAndItsConflict) {
  ResolverConfig config = config_for({target});
  config.count = 2;
  Asking run{config};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.hear(start + 2ms, frame_of(ArpSent{.sender_mac = mac_c}));
  run.hear(start + 1001ms, frame_of(ArpSent{.sender_mac = mac_c}));
  run.hear(start + 1002ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::first, AnswerKind::conflict, AnswerKind::conflict, AnswerKind::first}));
  EXPECT_EQ(run.all<Answered>()[2].round_trip, 1ms);
}

TEST(Resolver, WaitsForEveryKnownOwnerOfTheLastRound) {
  ResolverConfig config = config_for({target});
  config.count = 2;
  Asking run{config};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.hear(start + 2ms, frame_of(ArpSent{.sender_mac = mac_c}));
  run.hear(start + 1001ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.next_deadline(), start + 2s);
  run.hear(start + 1300ms, frame_of(ArpSent{.sender_mac = mac_c}));
  EXPECT_EQ(run.next_deadline(), start + 1400ms);
}

TEST(Resolver, AnAnswerAfterTheWaitIsLate) {
  ResolverConfig config = config_for({target});
  config.late_window = 5s;
  Asking run{config};
  run.hear(start + 1500ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.all<Silent>().size(), 1U);
  EXPECT_EQ(run.kinds(), Kinds{AnswerKind::late});
  EXPECT_EQ(run.all<Answered>()[0].round_trip, 1500ms);
  EXPECT_EQ(run.next_deadline(), start + 6s);
  run.until(start + 6s);
  EXPECT_EQ(run.next_deadline(), std::nullopt);
}

// The kernel stamped it before the deadline, the driver read it after.
TEST(Resolver, AnAnswerReadAfterTheTargetWasGivenUpIsLate) {
  Asking run{config_for({target})};
  run.until(start + 1s);
  run.hear(start + 999ms, frame_of(ArpSent{}));
  EXPECT_EQ(run.all<Silent>().size(), 1U);
  EXPECT_EQ(run.kinds(), Kinds{AnswerKind::late});
}

TEST(Resolver, ASecondOwnerIsAConflictHoweverLate) {
  ResolverConfig config = config_for({target});
  config.late_window = 5s;
  Asking run{config};
  run.hear(start + 1500ms, frame_of(ArpSent{}));
  run.hear(start + 1600ms, frame_of(ArpSent{.sender_mac = mac_c}));
  EXPECT_EQ(run.kinds(), (Kinds{AnswerKind::late, AnswerKind::conflict}));
}

TEST(Resolver, GivesNoRoundTripWhenTheReplyMayBelongToAnEarlierRequest) {
  ResolverConfig config = config_for({target});
  config.count = 3;
  config.interval = 100ms;
  Asking run{config};
  run.hear(start + 101ms, frame_of(ArpSent{}));
  run.hear(start + 201ms, frame_of(ArpSent{}));
  ASSERT_EQ(run.all<Answered>().size(), 2U);
  EXPECT_EQ(run.all<Answered>()[0].round_trip, std::nullopt);
  EXPECT_EQ(run.all<Answered>()[1].round_trip, std::nullopt) << "who takes 101 ms answers so as well";
}

TEST(Resolver, AnEarlierRequestThatWasGivenUpDoesNotBlurTheRoundTrip) {
  ResolverConfig config = config_for({target});
  config.count = 3;
  Asking run{config};
  run.hear(start + 1002ms, frame_of(ArpSent{}));
  ASSERT_EQ(run.all<Answered>().size(), 1U);
  EXPECT_EQ(run.all<Answered>()[0].round_trip, 2ms);
}

TEST(Resolver, ManyTargetsAreAskedOneAfterAnotherAtTheSpacing) {
  std::vector<IpAddress> targets;
  for (std::uint32_t i = 0; i < 5000; ++i) targets.push_back(Ipv4Address{target.value + i});
  ResolverConfig config = config_for(targets);
  config.count = 2;
  Asking run{config};
  run.until(start + 999ms);
  EXPECT_EQ(run.frames(), 1000U);
  run.until(start + 60s);
  const auto asked = run.all<Asked>();
  ASSERT_EQ(asked.size(), 10'000U);
  for (std::size_t i = 1; i < asked.size(); ++i) ASSERT_GE(asked[i].time - asked[i - 1].time, 1ms) << i;
  EXPECT_EQ(run.all<Silent>().size(), 5000U);
  EXPECT_EQ(run.next_deadline(), std::nullopt);
}

TEST(Resolver, ADriverThatIsLateCatchesUpAFewRequestsOnly) {
  std::vector<IpAddress> targets;
  for (std::uint32_t i = 0; i < 100; ++i) targets.push_back(Ipv4Address{target.value + i});
  Resolver resolver{config_for(targets), start};
  Output output;
  resolver.on_deadline(start, output);
  resolver.on_deadline(start + 4ms, output);
  EXPECT_EQ(output.frames.size(), 5U);
  resolver.on_deadline(start + 1s, output);
  EXPECT_LE(output.frames.size(), 5U + 9U);
}

TEST(Resolver, AFloodOfOwnersIsBoundedAndCounted) {
  Asking run{config_for({target})};
  for (std::uint8_t i = 0; i < 200; ++i) {
    run.hear(start + 1ms, frame_of(ArpSent{.sender_mac = {{0x02, 1, 0, 0, 0, i}}}));
  }
  EXPECT_EQ(run.all<Answered>().size(), Resolver::max_owners);
  EXPECT_EQ(run.resolver().untold_answers(), 200 - Resolver::max_owners);
}

TEST(Resolver, ForEverMeansForEver) {
  ResolverConfig config = config_for({target});
  config.count = 0;
  Asking run{config};
  run.hear(start + 1ms, frame_of(ArpSent{}));
  run.until(start + 100s);
  EXPECT_EQ(run.frames(), 101U);
  EXPECT_TRUE(run.all<Silent>().empty());
}

TEST(Resolver, AnIntervalOfZeroDoesNotStarveTheRest) {
  ResolverConfig config = config_for({target});
  config.count = 0;
  config.interval = {};
  config.spacing = {};
  Asking run{config};
  run.until(start + 10ms);
  EXPECT_EQ(run.frames(), 11U);
}

}  // namespace
}  // namespace onlink

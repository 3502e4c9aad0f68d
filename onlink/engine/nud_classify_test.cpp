// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/nud_classify.hpp"

#include <gtest/gtest.h>

namespace onlink {
namespace {

using enum NudState;
using namespace std::chrono_literals;

TEST(ClassifySend, IsHopelessWithoutMulticastAndUserSpace) {
  NeighborParameters parameters;
  EXPECT_EQ(classify_send(parameters, true), NudEvent::send);
  EXPECT_EQ(classify_send(parameters, false), NudEvent::use);
  parameters.mcast_solicit = 0;
  EXPECT_EQ(classify_send(parameters, true), NudEvent::send_hopeless);
  EXPECT_EQ(classify_send(parameters, false), NudEvent::use_hopeless);
  parameters.app_solicit = 1;
  EXPECT_EQ(classify_send(parameters, true), NudEvent::send);
}

TEST(ClassifyLearned, FirstMacIsNewWhateverMayBeOverridden) {
  for (const NudState state : {none, incomplete, failed}) {
    EXPECT_EQ(classify_learned({.state = state, .answers = true, .mac_told = true}), NudEvent::answer_new);
    EXPECT_EQ(classify_learned({.state = state, .answers = false, .mac_told = true}), NudEvent::hint_new);
    // As a cached address it does not count: the entry has none that is valid.
    EXPECT_EQ(classify_learned({.state = state, .answers = true, .mac_told = true, .mac_same = true}),
              NudEvent::answer_new);
    EXPECT_EQ(classify_learned({.state = state, .answers = true, .mac_told = false}), NudEvent::hint_refused);
  }
}

TEST(ClassifyLearned, AnotherMacByWhatMayOverride) {
  const struct {
    MacOverride may_override;
    bool unlocked;
    NudEvent answer;
    NudEvent hint;
  } cases[] = {
      {MacOverride::never, true, NudEvent::answer_refused, NudEvent::hint_refused},
      {MacOverride::doubt, true, NudEvent::answer_doubted, NudEvent::hint_doubted},
      {MacOverride::if_unlocked, false, NudEvent::answer_refused, NudEvent::hint_refused},
      {MacOverride::if_unlocked, true, NudEvent::answer_new, NudEvent::hint_new},
      {MacOverride::always, false, NudEvent::answer_new, NudEvent::hint_new},
  };
  for (const auto& c : cases) {
    LearnFacts facts{.state = stale, .answers = true, .mac_told = true, .mac_same = false};
    facts.unlocked = c.unlocked;
    facts.may_override = c.may_override;
    EXPECT_EQ(classify_learned(facts), c.answer) << static_cast<int>(c.may_override) << c.unlocked;
    facts.answers = false;
    EXPECT_EQ(classify_learned(facts), c.hint) << static_cast<int>(c.may_override) << c.unlocked;
    facts.mac_same = true;
    EXPECT_EQ(classify_learned(facts), NudEvent::hint_same);
    facts.mac_same = false;
    facts.mac_told = false;  // the one that is known is meant
    EXPECT_EQ(classify_learned(facts), NudEvent::hint_same);
  }
}

TEST(ClassifyDeadline, ReachableByConfirmationThenByUse) {
  const NeighborParameters parameters;
  const auto at = [&](Duration now, Duration confirmed, Duration used) {
    return classify_deadline({.state = reachable,
                              .now = Instant{now},
                              .confirmed = Instant{confirmed},
                              .used = Instant{used},
                              .reachable_time = 30s},
                             parameters);
  };
  EXPECT_EQ(at(39s, 10s, 0s), NudEvent::deadline_confirmed);
  EXPECT_EQ(at(40s, 10s, 0s), NudEvent::deadline);
  EXPECT_EQ(at(40s, 10s, 34s), NudEvent::deadline);
  EXPECT_EQ(at(40s, 10s, 35s), NudEvent::deadline_used);
}

TEST(ClassifyDeadline, DelayByConfirmationWithinIt) {
  const NeighborParameters parameters;
  DeadlineFacts facts{.state = delay, .now = Instant{10s}, .confirmed = Instant{5s}, .reachable_time = 30s};
  EXPECT_EQ(classify_deadline(facts, parameters), NudEvent::deadline_confirmed);
  facts.confirmed -= 1ns;
  EXPECT_EQ(classify_deadline(facts, parameters), NudEvent::deadline);
  facts.probes = 99;  // of an earlier round
  EXPECT_EQ(classify_deadline(facts, parameters), NudEvent::deadline);
}

TEST(ClassifyDeadline, ProbesAreCountedByState) {
  NeighborParameters parameters;
  parameters.app_solicit = 2;
  parameters.mcast_resolicit = 1;
  const auto at = [&](NudState state, std::uint64_t probes, bool validated = false) {
    return classify_deadline({.state = state, .probes = probes, .validated = validated}, parameters);
  };
  EXPECT_EQ(at(incomplete, 7), NudEvent::deadline);
  EXPECT_EQ(at(incomplete, 8), NudEvent::exhausted);
  EXPECT_EQ(at(probe, 5), NudEvent::deadline);
  EXPECT_EQ(at(probe, 6), NudEvent::exhausted);
  EXPECT_EQ(at(probe, 6, true), NudEvent::exhausted_validated);
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
// `ip neigh add`, change, replace, del (nud.md 2.8; N-050, N-075 to N-080).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/table_run.hpp"

namespace onlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace onlink::testing;

constexpr const char* a = "10.0.0.2";

TEST(NeighborAdmin, AddReplaceChangeAndRemoveSayWhatStoodInTheWay) {
  TableRun run;
  EXPECT_EQ(run.set(a, NudState::stale, 0x0b, AdminVerb::change), AdminResult::absent);
  EXPECT_EQ(run.remove(a), AdminResult::absent);
  EXPECT_EQ(run.set(a, NudState::stale, 0x0b, AdminVerb::add), AdminResult::done);
  EXPECT_EQ(run.set(a, NudState::stale, 0x0b, AdminVerb::add), AdminResult::exists);
  EXPECT_EQ(run.set(a, NudState::failed, {}, AdminVerb::change), AdminResult::done);
  EXPECT_EQ(run.set(a, NudState::stale, 0x0b, AdminVerb::add), AdminResult::exists);
  EXPECT_EQ(run.set(a, NudState::stale, {}, AdminVerb::replace), AdminResult::mac_missing);
  EXPECT_EQ(run.remove(a), AdminResult::done);
  EXPECT_EQ(run.state(a), "absent");
}

TEST(NeighborAdmin, TheUsualStateIsPermanent) {
  TableRun run;
  run.admin({.address = ip(a), .mac = mac(0x0b)});
  EXPECT_EQ(run.state(a), "permanent 0b");
  EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.2 none>permanent 0b created administration"));
}

TEST(NeighborAdmin, PermanentIgnoresEveryPacket) {
  TableRun run;
  run.set(a, NudState::permanent, 0x0b);
  run.take();
  run.pass(10s);
  run.reply(a, 0x0c);
  run.request(a, 0x0c);
  run.overheard(a, 0x0c);
  run.advertise(a, true, true, 0x0c);
  EXPECT_THAT(run.take(), IsEmpty());
  EXPECT_EQ(run.state(a), "permanent 0b");
}

TEST(NeighborAdmin, ARefusedAdditionLeavesAnEntryInLinuxOnly) {
  for (const bool strict : {false, true}) {
    NeighborTableConfig config = TableRun::config();
    config.rules.set(NeighborRule::refusal_leaves_nothing, strict);
    TableRun run{config};
    EXPECT_EQ(run.set(a, NudState::stale, {}, AdminVerb::add), AdminResult::mac_missing);
    EXPECT_EQ(run.state(a), strict ? "absent" : "none");
    EXPECT_EQ(run.table.size(Family::ipv4), strict ? 0U : 1U);
    EXPECT_EQ(run.take().size(), strict ? 0U : 1U);
  }
}

TEST(NeighborAdmin, EachStateArmsWhatBelongsToIt) {
  const struct {
    NudState state;
    std::optional<Instant> deadline;
    std::vector<std::string> within_a_second;
  } cases[] = {
      {NudState::reachable, Instant{130s}, {}},
      {NudState::stale, std::nullopt, {}},
      {NudState::delay, Instant{100s}, {"100000 ask 10.0.0.2 at 0b", "100000 10.0.0.2 delay>probe timer"}},
      {NudState::probe, Instant{100s}, {"100000 ask 10.0.0.2 at 0b"}},
      {NudState::noarp, std::nullopt, {}},
      {NudState::permanent, std::nullopt, {}},
      {NudState::none, std::nullopt, {}},
      {NudState::failed, std::nullopt, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(to_string(c.state));
    TableRun run;
    run.pass(100s);
    run.set(a, c.state, 0x0b);
    EXPECT_EQ(run.entry(a)->state, c.state);
    EXPECT_EQ(run.entry(a)->deadline, c.deadline);
    run.take();
    run.pass(999ms);
    EXPECT_EQ(run.take(), c.within_a_second);
  }
}

TEST(NeighborAdmin, DelayOfWhatWasConfirmedGoesBackToReachable) {
  TableRun run;
  run.set(a, NudState::reachable, 0x0b);
  run.pass(3s);
  run.take();
  run.set(a, NudState::delay);
  run.pass(1s);
  EXPECT_THAT(run.take(),
              ElementsAre("3000 10.0.0.2 reachable>delay administration", "3000 10.0.0.2 delay>reachable timer"));
}

TEST(NeighborAdmin, WhatChangesNothingIsNotTold) {
  TableRun run;
  for (const NudState state : {NudState::reachable, NudState::stale, NudState::permanent, NudState::noarp}) {
    run.set(a, state, 0x0b);
    run.take();
    run.set(a, state, 0x0b);
    run.set(a, state);
    EXPECT_THAT(run.take(), IsEmpty()) << to_string(state);
  }
}

TEST(NeighborAdmin, StaleByHandDemotesReachable) {
  TableRun run;
  run.set(a, NudState::reachable, 0x0b);
  run.take();
  run.set(a, NudState::stale);
  EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.2 reachable>stale administration"));
  EXPECT_EQ(run.table.next_deadline(), std::nullopt);
}

TEST(NeighborAdmin, AMacByHandEndsAResolution) {
  TableRun run;
  run.send(a, "x");
  run.take();
  run.set(a, NudState::stale, 0x0b);
  EXPECT_THAT(run.take(), ElementsAre("0 send x to 0b", "0 10.0.0.2 incomplete>stale 0b administration",
                                      "0 10.0.0.2 stale>delay administration ~"));
}

TEST(NeighborAdmin, IncompleteByHandWaitsForEverInLinuxAndResolvesInStrictMode) {
  for (const bool strict : {false, true}) {
    NeighborTableConfig config = TableRun::config();
    config.rules.set(NeighborRule::incomplete_resolves, strict);
    TableRun run{config};
    run.set(a, NudState::incomplete);
    run.send(a, "x");
    run.pass(1min);
    EXPECT_EQ(run.state(a), strict ? "failed" : "incomplete");
    EXPECT_EQ(run.entry(a)->queued, strict ? 0U : 1U);
  }
}

TEST(NeighborAdmin, UseResolvesWithoutAPacket) {
  TableRun run;
  EXPECT_EQ(run.admin({.address = ip(a), .use = true}), AdminResult::done);
  run.pass(1min);
  EXPECT_THAT(run.take(),
              ElementsAre("0 ask 10.0.0.2", "0 10.0.0.2 none>incomplete created administration ~", "1000 ask 10.0.0.2",
                          "2000 ask 10.0.0.2", "3000 10.0.0.2 incomplete>failed unanswered"));
}

TEST(NeighborAdmin, UseEndsPermanence) {
  TableRun run;
  run.set(a, NudState::permanent, 0x0b);
  run.take();
  run.admin({.verb = AdminVerb::replace, .address = ip(a), .use = true});
  EXPECT_THAT(run.take(), ElementsAre("0 ask 10.0.0.2", "0 10.0.0.2 permanent>incomplete administration ~"));
}

TEST(NeighborAdmin, ManagedIsAskedForAgainAfterFailure) {
  TableRun run;
  EXPECT_EQ(run.admin({.address = ip(a), .managed = true}), AdminResult::invalid);
  EXPECT_EQ(run.admin({.address = ip(a), .state = NudState::none, .managed = true}), AdminResult::done);
  run.take();
  run.pass(11s);
  EXPECT_THAT(run.take(),
              ElementsAre("1000 ask 10.0.0.2", "2000 ask 10.0.0.2", "3000 10.0.0.2 incomplete>failed unanswered",
                          "5000 ask 10.0.0.2", "5000 10.0.0.2 failed>incomplete timer ~", "6000 ask 10.0.0.2",
                          "7000 ask 10.0.0.2", "8000 10.0.0.2 incomplete>failed unanswered", "10000 ask 10.0.0.2",
                          "10000 10.0.0.2 failed>incomplete timer ~", "11000 ask 10.0.0.2"));
}

TEST(NeighborAdmin, ManagedIsKeptReachableWithoutTraffic) {
  TableRun run;
  run.admin({.address = ip(a), .state = NudState::none, .managed = true});
  run.reply(a, 0x0b);
  for (int second = 0; second < 300; ++second) {
    run.pass(1s);
    if (run.state(a) == "probe 0b") run.reply(a, 0x0b);
    ASSERT_NE(run.state(a), "stale 0b");
    ASSERT_NE(run.state(a), "failed");
  }
  run.remove(a);
  EXPECT_EQ(run.table.next_deadline(), std::nullopt);
}

TEST(NeighborAdmin, ValidatedEndsInStaleInsteadOfFailed) {
  TableRun run;
  EXPECT_EQ(run.admin({.address = ip(a), .state = NudState::failed, .validated = true}), AdminResult::invalid);
  EXPECT_EQ(run.admin({.address = ip(a), .mac = mac(0x0b), .state = NudState::probe, .validated = true}),
            AdminResult::done);
  run.pass(1min);
  EXPECT_EQ(run.state(a), "stale 0b");
}

TEST(NeighborAdmin, AFlagAloneIsTold) {
  TableRun run;
  run.set(a, NudState::stale, 0x0b);
  run.take();
  run.admin({.verb = AdminVerb::change, .address = ip(a), .state = NudState::stale, .externally_learned = true});
  EXPECT_TRUE(run.entry(a)->externally_learned);
  run.set(a, NudState::stale);
  EXPECT_FALSE(run.entry(a)->externally_learned);
  EXPECT_THAT(run.take(),
              ElementsAre("0 10.0.0.2 stale>stale administration", "0 10.0.0.2 stale>stale administration"));
}

TEST(NeighborAdmin, DeletionTellsFailedFirst) {
  TableRun run;
  run.set(a, NudState::reachable, 0x0b);
  run.take();
  run.remove(a);
  EXPECT_THAT(run.take(),
              ElementsAre("0 10.0.0.2 reachable>failed administration", "0 10.0.0.2 gone failed administration"));
  run.set(a, NudState::failed);
  run.take();
  run.remove(a);
  EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.2 gone failed administration"));
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
// A neighbour's life by virtual time: resolution, reachability, doubt, probes, failure (nud.md N-051 to N-074).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/table_run.hpp"

namespace onlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace onlink::testing;

TEST(NeighborTable, SilentNeighbourIsAskedForThreeTimesAndFails) {
  TableRun run;
  EXPECT_EQ(run.send("10.0.0.2", "x"), SendResult::queued);
  run.pass(1min);
  EXPECT_THAT(run.take(), ElementsAre("0 ask 10.0.0.2 for x", "0 10.0.0.2 none>incomplete created packet-sent ~",
                                      "1000 ask 10.0.0.2 for x", "2000 ask 10.0.0.2 for x",
                                      "3000 10.0.0.2 incomplete>failed unanswered", "3000 fail x unreachable"));
  EXPECT_EQ(run.state("10.0.0.2"), "failed");
  EXPECT_EQ(run.table.next_deadline(), std::nullopt);
}

TEST(NeighborTable, SolicitationsAreCountedAndSpacedAsConfigured) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.mcast_solicit = 1;
  config.parameters.ipv4.retrans_time = 300ms;
  TableRun run{config};
  run.send("10.0.0.2", "x");
  run.pass(1min);
  EXPECT_THAT(run.take(), ElementsAre("0 ask 10.0.0.2 for x", "0 10.0.0.2 none>incomplete created packet-sent ~",
                                      "300 10.0.0.2 incomplete>failed unanswered", "300 fail x unreachable"));
}

TEST(NeighborTable, UserSpaceIsAskedBeforeEverybody) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.app_solicit = 1;
  config.parameters.ipv4.mcast_solicit = 1;
  TableRun run{config};
  run.send("10.0.0.2", "x");
  run.pass(1min);
  EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.2 none>incomplete created packet-sent ~", "0 wanted 10.0.0.2",
                                      "1000 ask 10.0.0.2 for x", "2000 10.0.0.2 incomplete>failed unanswered",
                                      "2000 fail x unreachable"));
}

TEST(NeighborTable, APacketAfterFailureBeginsANewRoundAtOnce) {
  TableRun run;
  run.send("10.0.0.2", "x");
  run.pass(3s);
  run.take();
  run.send("10.0.0.2", "y");
  EXPECT_THAT(run.take(), ElementsAre("3000 ask 10.0.0.2 for y", "3000 10.0.0.2 failed>incomplete packet-sent ~"));
}

TEST(NeighborTable, WithoutSolicitationsAPacketIsDroppedInSilence) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.mcast_solicit = 0;
  TableRun run{config};
  EXPECT_EQ(run.send("10.0.0.2", "x"), SendResult::dropped);
  run.pass(1min);
  EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.2 none>failed created packet-sent ~", "0 fail x no-solicitation ~"));
}

TEST(NeighborTable, AReplyResolvesAndSendsWhatWaitedInOrder) {
  TableRun run;
  run.send("10.0.0.2", "a");
  run.send("10.0.0.2", "b");
  run.pass(5ms);
  run.send("10.0.0.2", "c");
  run.take();
  run.reply("10.0.0.2", 0x0b);
  run.send("10.0.0.2", "d");
  EXPECT_THAT(run.take(), ElementsAre("5 send a to 0b", "5 send b to 0b", "5 send c to 0b",
                                      "5 10.0.0.2 incomplete>reachable 0b arp-reply", "5 send d to 0b"));
  EXPECT_EQ(run.entry("10.0.0.2")->queued, 0);
}

TEST(NeighborTable, ABroadcastReplyOnlyHintsAndThePacketBeginsDelay) {
  TableRun run;
  run.send("10.0.0.2", "a");
  run.send("10.0.0.2", "b");
  run.take();
  run.overheard("10.0.0.2", 0x0b);
  EXPECT_THAT(run.take(),
              ElementsAre("0 send a to 0b", "0 send b to 0b", "0 10.0.0.2 incomplete>stale 0b arp-broadcast-reply",
                          "0 10.0.0.2 stale>delay arp-broadcast-reply ~"));
}

TEST(NeighborTable, ReachableEndsInStaleAndStaysThere) {
  TableRun run;
  run.set("10.0.0.2", NudState::reachable, 0x0b);
  run.take();
  run.pass(10min);
  EXPECT_THAT(run.take(), ElementsAre("30000 10.0.0.2 reachable>stale timer"));
  EXPECT_EQ(run.table.next_deadline(), std::nullopt);
}

TEST(NeighborTable, StaleSendsAtOnceThenDelaysThenProbesByUnicastThenFails) {
  TableRun run;
  run.set("10.0.0.2", NudState::stale, 0x0b);
  run.take();
  run.pass(1s);
  EXPECT_EQ(run.send("10.0.0.2", "x"), SendResult::sent);
  run.pass(6s);
  EXPECT_EQ(run.send("10.0.0.2", "y"), SendResult::sent);
  run.pass(1min);
  EXPECT_THAT(run.take(),
              ElementsAre("1000 send x to 0b", "1000 10.0.0.2 stale>delay packet-sent ~", "6000 ask 10.0.0.2 at 0b",
                          "6000 10.0.0.2 delay>probe timer", "7000 ask 10.0.0.2 at 0b", "7000 send y to 0b",
                          "8000 ask 10.0.0.2 at 0b", "9000 10.0.0.2 probe>failed unanswered"));
}

TEST(NeighborTable, ResolicitationFollowsTheUnicastProbes) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.mcast_resolicit = 2;
  TableRun run{config};
  run.set("10.0.0.2", NudState::probe, 0x0b);
  run.take();
  run.pass(1min);
  EXPECT_THAT(run.take(),
              ElementsAre("0 ask 10.0.0.2 at 0b", "1000 ask 10.0.0.2 at 0b", "2000 ask 10.0.0.2 at 0b",
                          "3000 ask 10.0.0.2", "4000 ask 10.0.0.2", "5000 10.0.0.2 probe>failed unanswered"));
}

TEST(NeighborTable, WithoutAnyProbeDelayFailsAtOnce) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.ucast_solicit = 0;
  TableRun run{config};
  run.set("10.0.0.2", NudState::stale, 0x0b);
  run.send("10.0.0.2", "x");
  run.take();
  run.pass(1min);
  EXPECT_THAT(run.take(), ElementsAre("5000 10.0.0.2 delay>failed unanswered"));
}

TEST(NeighborTable, AnsweredProbeMakesReachable) {
  TableRun run;
  run.set("10.0.0.2", NudState::probe, 0x0b);
  run.pass(10ms);
  run.take();
  run.reply("10.0.0.2", 0x0b);
  EXPECT_THAT(run.take(), ElementsAre("10 10.0.0.2 probe>reachable arp-reply"));
  EXPECT_EQ(run.entry("10.0.0.2")->deadline, Instant{30s + 10ms});
}

TEST(NeighborTable, ConfirmationInDelayMakesReachableWhenDelayEnds) {
  TableRun run;
  run.set("10.0.0.2", NudState::stale, 0x0b);
  run.take();
  run.send("10.0.0.2", "x", true);
  run.pass(1min);
  EXPECT_THAT(run.take(), ElementsAre("0 send x to 0b", "0 10.0.0.2 stale>delay packet-sent ~",
                                      "5000 10.0.0.2 delay>reachable timer", "30000 10.0.0.2 reachable>stale timer"));
}

TEST(NeighborTable, ConfirmedTrafficKeepsReachableWithoutASolicitation) {
  TableRun run;
  run.set("10.0.0.2", NudState::reachable, 0x0b);
  run.take();
  for (int i = 0; i < 100; ++i) {
    run.pass(1s);
    run.send("10.0.0.2", "", true);
  }
  EXPECT_EQ(run.state("10.0.0.2"), "reachable 0b");
  EXPECT_THAT(run.take(), ::testing::Each(::testing::HasSubstr("send  to 0b")));
}

TEST(NeighborTable, UsedShortlyBeforeTheEndReachableGoesSilentlyToDelay) {
  NeighborTableConfig config = TableRun::config();
  config.reachable_time = {4s, 4s};
  TableRun run{config};
  run.send("10.0.0.2", "x");
  run.reply("10.0.0.2", 0x0b);
  run.take();
  run.pass(20s);
  EXPECT_THAT(run.take(), ElementsAre("4000 10.0.0.2 reachable>delay timer ~", "9000 ask 10.0.0.2 at 0b",
                                      "9000 10.0.0.2 delay>probe timer", "10000 ask 10.0.0.2 at 0b",
                                      "11000 ask 10.0.0.2 at 0b", "12000 10.0.0.2 probe>failed unanswered"));
}

TEST(NeighborTable, AnAnswerThatMakesReachableCountsAsAUse) {
  NeighborTableConfig config = TableRun::config();
  config.reachable_time = {4s, 4s};
  TableRun run{config};
  run.request("10.0.0.2", 0x0b);
  run.pass(1h);
  run.reply("10.0.0.2", 0x0b);
  EXPECT_EQ(run.entry("10.0.0.2")->used, run.now);
  run.pass(1s);
  run.reply("10.0.0.2", 0x0b);  // changes nothing, and is none
  EXPECT_EQ(run.entry("10.0.0.2")->used, run.now - 1s);
  run.take();
  run.pass(4s);
  EXPECT_THAT(run.take(), ElementsAre("3605000 10.0.0.2 reachable>delay timer ~"));
}

TEST(NeighborTable, UserSpaceIsToldTheMacThatIsInDoubt) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.app_solicit = 1;
  config.parameters.ipv4.ucast_solicit = 0;
  TableRun run{config};
  run.set("10.0.0.2", NudState::probe, 0x0b);
  run.take();
  run.pass(100ms);
  EXPECT_THAT(run.take(), ElementsAre("0 wanted 10.0.0.2 0b"));
}

TEST(NeighborTable, ARequestFromANeighbourInDelayIsNoConfirmation) {
  TableRun run;
  run.set("10.0.0.2", NudState::stale, 0x0b);
  run.send("10.0.0.2", "x");
  run.take();
  run.pass(1s);
  run.request("10.0.0.2", 0x0b);
  EXPECT_THAT(run.take(), IsEmpty());
  run.pass(4s);
  EXPECT_EQ(run.state("10.0.0.2"), "probe 0b");
}

TEST(NeighborTable, AUnicastNeighborSolicitationUsesTheEntryAndAnArpRequestDoesNot) {
  TableRun run;
  for (const char* address : {"10.0.0.2", "2001:db8::2"}) run.set(address, NudState::probe, 0x0b);
  run.pass(1s);
  EXPECT_EQ(run.entry("10.0.0.2")->used, Instant{});
  EXPECT_EQ(run.entry("2001:db8::2")->used, Instant{1s});
}

TEST(NeighborTable, ReachableTimesOfAFamilyAreOneDrawBetweenHalfAndOneAndAHalf) {
  std::array<int, 4> quarters{};
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    TableRun run{{.seed = seed}};
    const Duration drawn = run.table.reachable_time(Family::ipv4);
    ASSERT_GE(drawn, 15s);
    ASSERT_LT(drawn, 45s);
    ++quarters[static_cast<std::size_t>((drawn - 15s) / 7500ms)];
    run.set("10.0.0.2", NudState::reachable, 0x0b);
    run.set("10.0.0.3", NudState::reachable, 0x0c);
    ASSERT_EQ(run.entry("10.0.0.2")->deadline, run.entry("10.0.0.3")->deadline);
  }
  for (const int count : quarters) EXPECT_GT(count, 200);
}

TEST(NeighborTable, ReachableTimeIsDrawnAgainAfterFiveMinutesAndWhenItsMeanChanges) {
  TableRun run{{.seed = 5}};
  const Duration first = run.table.reachable_time(Family::ipv4);
  run.pass(299s);
  run.set("10.0.0.2", NudState::reachable, 0x0b);
  EXPECT_EQ(run.table.reachable_time(Family::ipv4), first);
  run.pass(1s);
  run.set("10.0.0.3", NudState::reachable, 0x0b);
  EXPECT_NE(run.table.reachable_time(Family::ipv4), first);
  LinkParameters parameters = run.table.parameters();
  parameters.ipv4.base_reachable_time = 2s;
  run.table.set_parameters(run.now, parameters);
  EXPECT_LT(run.table.reachable_time(Family::ipv4), 3s);
}

}  // namespace
}  // namespace onlink

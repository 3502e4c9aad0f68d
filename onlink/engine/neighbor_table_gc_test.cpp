// SPDX-License-Identifier: Apache-2.0
// Garbage collection (nud.md section 3.1; N-085 to N-089).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/table_run.hpp"

namespace onlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace onlink::testing;

NeighborTableConfig small(std::uint32_t thresh1, std::uint32_t thresh2, std::uint32_t thresh3) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.gc_ipv4 = {.gc_thresh1 = thresh1, .gc_thresh2 = thresh2, .gc_thresh3 = thresh3};
  config.parameters.ipv4.gc_stale_time = 1s;
  return config;
}
std::string host(int number) { return "10.0.0." + std::to_string(number); }

TEST(PeriodicCollection, LeavesASmallTableAlone) {
  TableRun run{small(4, 8, 16)};
  run.set(host(1), NudState::stale, 0x0b);
  run.set(host(2), NudState::failed);
  run.take();
  run.pass(1h);
  EXPECT_THAT(run.take(), IsEmpty());
  EXPECT_EQ(run.table.size(Family::ipv4), 2U);
}

TEST(PeriodicCollection, TakesWhatIsIdleOrFailed) {
  TableRun run{small(0, 8, 16)};
  run.set(host(1), NudState::stale, 0x0b);
  run.set(host(2), NudState::failed);
  run.set(host(3), NudState::noarp, 0x0b);
  run.set(host(4), NudState::permanent, 0x0b);
  run.set(host(5), NudState::none);
  run.set(host(6), NudState::incomplete);
  run.admin({.address = ip(host(7)), .mac = mac(0x0b), .state = NudState::stale, .externally_learned = true});
  run.admin({.address = ip(host(8)), .mac = mac(0x0b), .state = NudState::stale, .validated = true});
  run.take();
  run.pass(16s);
  EXPECT_THAT(
      run.take(),
      ElementsAre("15000 10.0.0.1 gone stale garbage-collection", "15000 10.0.0.2 gone failed garbage-collection",
                  "15000 10.0.0.3 gone noarp garbage-collection", "15000 10.0.0.5 gone none garbage-collection"));
  EXPECT_EQ(run.table.counters(Family::ipv4).periodic_gc_runs, 1U);
}

TEST(PeriodicCollection, UseOrConfirmationKeepsAnEntry) {
  NeighborTableConfig config = small(0, 8, 16);
  config.parameters.ipv4.gc_stale_time = 20s;
  TableRun run{config};
  run.set(host(1), NudState::noarp, 0x0b);
  run.set(host(2), NudState::noarp, 0x0b);
  run.pass(12s);
  run.confirm(host(2));
  run.pass(23s);
  EXPECT_EQ(run.state(host(1)), "absent");
  EXPECT_EQ(run.state(host(2)), "noarp 0b");
  EXPECT_EQ(run.entry(host(2))->used, Instant{12s});
  run.pass(15s);
  EXPECT_EQ(run.state(host(2)), "absent");
  EXPECT_EQ(run.table.next_deadline(), std::nullopt);
}

TEST(ForcedCollection, TakesFailedOnesDownToTheSecondThreshold) {
  TableRun run{small(100, 4, 8)};
  for (int i = 1; i <= 8; ++i) run.set(host(i), NudState::failed);
  run.take();
  // gc_thresh2 was passed when the fifth came; the next forced run may be 5 s later, or at gc_thresh3.
  run.pass(6s);
  run.set(host(9), NudState::stale, 0x0b);
  EXPECT_EQ(run.table.size(Family::ipv4), 4U);
  EXPECT_EQ(run.state(host(9)), "stale 0b");
}

TEST(ForcedCollection, TakesTheOldestFirstAndOnlyWhatIsOldEnough) {
  TableRun run{small(100, 2, 4)};
  run.pass(1h);
  for (int i = 1; i <= 3; ++i) {
    run.set(host(i), NudState::stale, 0x0b);
    run.pass(10s);
  }
  run.take();
  run.set(host(4), NudState::stale, 0x0b);
  EXPECT_THAT(run.take(), ElementsAre("3630000 10.0.0.2 gone stale table-pressure",
                                      "3630000 10.0.0.4 none>stale 0b created administration"));
  EXPECT_EQ(run.table.counters(Family::ipv4).forced_gc_runs, 2U);
}

TEST(ForcedCollection, AFullTableOfFreshEntriesRefusesAndSaysSoOnce) {
  TableRun run{small(100, 2, 4)};
  run.pass(1h);
  for (int i = 1; i <= 4; ++i) run.set(host(i), NudState::stale, 0x0b);
  run.take();
  EXPECT_EQ(run.set(host(5), NudState::stale, 0x0b), AdminResult::table_full);
  EXPECT_EQ(run.request(host(6), 0x0b), LearnResult::table_full);
  EXPECT_EQ(run.send(host(7), "x"), SendResult::dropped);
  EXPECT_THAT(run.take(), ElementsAre("3600000 full ipv4", "3600000 fail x table-full ~"));
  EXPECT_EQ(run.table.counters(Family::ipv4).table_fulls, 3U);
  EXPECT_EQ(run.set(host(8), NudState::permanent, 0x0b), AdminResult::done);
  run.pass(5500ms);
  run.take();
  EXPECT_EQ(run.set(host(5), NudState::stale, 0x0b), AdminResult::done);
  EXPECT_THAT(run.take(),
              ElementsAre("3605500 10.0.0.1 gone stale table-pressure", "3605500 10.0.0.2 gone stale table-pressure",
                          "3605500 10.0.0.3 gone stale table-pressure",
                          "3605500 10.0.0.5 none>stale 0b created administration"));
}

TEST(ForcedCollection, NeverTakesWhatATimerRunsFor) {
  NeighborTableConfig config = small(100, 2, 4);
  config.reachable_time = {1h, 1h};
  TableRun run{config};
  for (int i = 1; i <= 4; ++i) run.set(host(i), NudState::reachable, 0x0b);
  run.pass(10min);
  EXPECT_EQ(run.set(host(5), NudState::stale, 0x0b), AdminResult::table_full);
  EXPECT_EQ(run.table.size(Family::ipv4), 4U);
}

TEST(ForcedCollection, ExemptEntriesAreNeitherCountedNorTaken) {
  TableRun run{small(100, 2, 4)};
  for (int i = 1; i <= 20; ++i) run.set(host(i), NudState::permanent, 0x0b);
  run.pass(10min);
  for (int i = 101; i <= 104; ++i) EXPECT_EQ(run.set(host(i), NudState::stale, 0x0b), AdminResult::done);
  EXPECT_EQ(run.table.size(Family::ipv4), 24U);
  // An entry that ceases to be exempt is counted from then on.
  run.set(host(1), NudState::stale, 0x0b);
  EXPECT_EQ(run.set(host(105), NudState::stale, 0x0b), AdminResult::table_full);
}

// It begins to resolve, so it is not the PERMANENT entry that AdminRequest stands for by default.
TEST(ForcedCollection, AUseNeedsRoomLikeAnyOther) {
  TableRun run{small(100, 2, 4)};
  for (int i = 1; i <= 4; ++i) run.set(host(i), NudState::stale, 0x0b);
  const AdminRequest use{.verb = AdminVerb::replace, .address = ip(host(5)), .use = true};
  EXPECT_EQ(run.admin(use), AdminResult::table_full);
  EXPECT_EQ(run.table.size(Family::ipv4), 4U);
}

TEST(ForcedCollection, GoesOnWhereItStoppedForWantOfTime) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.gc_ipv4 = {.gc_thresh1 = 9'999, .gc_thresh2 = 3'000, .gc_thresh3 = 3'000};
  config.reachable_time = {10h, 10h};
  TableRun run{config};
  const auto numbered = [](std::uint32_t number) { return to_string(IpAddress{Ipv4Address{0x0a000000 + number}}); };
  for (std::uint32_t i = 0; i < 2'999; ++i) run.set(numbered(i), NudState::reachable, 0x0b);
  run.set(numbered(2'999), NudState::stale, 0x0b);
  run.pass(1min);
  EXPECT_EQ(run.set(numbered(5'000), NudState::stale, 0x0b), AdminResult::table_full);
  EXPECT_EQ(run.set(numbered(5'000), NudState::stale, 0x0b), AdminResult::table_full);
  EXPECT_EQ(run.set(numbered(5'000), NudState::stale, 0x0b), AdminResult::done);
  EXPECT_EQ(run.state(numbered(2'999)), "absent");
}

}  // namespace
}  // namespace onlink

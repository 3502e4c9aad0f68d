// SPDX-License-Identifier: Apache-2.0
// What a change of the link takes away (nud.md 2.7; N-081 to N-083), and that very many entries go by parts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/table_run.hpp"

namespace onlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace onlink::testing;

IpAddress numbered(std::uint32_t number) { return Ipv4Address{0x0a000000 + number}; }

void fill(TableRun& run, std::uint32_t count, NudState state = NudState::stale) {
  for (std::uint32_t i = 0; i < count; ++i)
    run.admin({.verb = AdminVerb::add, .address = numbered(i), .mac = mac(0x0b), .state = state});
  run.take();
}

NeighborTableConfig roomy() {
  NeighborTableConfig config = TableRun::config();
  for (NeighborGcParameters* gc : {&config.parameters.gc_ipv4, &config.parameters.gc_ipv6})
    *gc = {.gc_thresh1 = 1'000'000, .gc_thresh2 = 1'000'000, .gc_thresh3 = 1'000'000};
  return config;
}

TEST(LinkFlush, CarrierLossSparesWhatIsPermanentOrValidated) {
  TableRun run;
  run.set("10.0.0.1", NudState::reachable, 0x0b);
  run.set("10.0.0.2", NudState::permanent, 0x0b);
  run.set("10.0.0.3", NudState::noarp, 0x0b);
  run.admin({.address = ip("10.0.0.4"), .mac = mac(0x0b), .state = NudState::stale, .validated = true});
  run.admin({.address = ip("10.0.0.5"), .mac = mac(0x0b), .state = NudState::stale, .externally_learned = true});
  run.set("2001:db8::2", NudState::stale, 0x0b);
  run.take();
  run.flush(NeighborCause::carrier_lost);
  EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.1 gone reachable carrier-lost", "0 10.0.0.3 gone noarp carrier-lost",
                                      "0 10.0.0.5 gone stale carrier-lost"));
  EXPECT_EQ(run.table.size(Family::ipv4), 2U);
  EXPECT_EQ(run.table.size(Family::ipv6), 1U);
  EXPECT_EQ(run.table.next_deadline(), std::nullopt);
}

TEST(LinkFlush, EveryOtherChangeTakesAll) {
  for (const NeighborCause cause : {NeighborCause::link_down, NeighborCause::own_mac_changed,
                                    NeighborCause::arp_switched, NeighborCause::last_address_removed}) {
    TableRun run;
    run.set("10.0.0.2", NudState::permanent, 0x0b);
    run.set("2001:db8::2", NudState::permanent, 0x0b);
    run.take();
    run.flush(cause);
    EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.2 gone permanent " + std::string{to_string(cause)}));
    EXPECT_EQ(run.state("2001:db8::2"), "permanent 0b");
  }
}

TEST(LinkFlush, VeryManyGoByPartsAndAreGoneForAllAtOnce) {
  TableRun run{roomy()};
  fill(run, 2'000);
  run.flush(NeighborCause::link_down);
  EXPECT_EQ(run.table.size(Family::ipv4), 0U);
  EXPECT_EQ(run.table.find(numbered(1'999)), std::nullopt);
  EXPECT_EQ(run.table.find_connected(numbered(1'999)), std::nullopt);
  std::size_t visited = 0;
  run.table.for_each(Family::ipv4, [&](const NeighborEntry&) { ++visited; });
  EXPECT_EQ(visited, 0U);
  std::size_t told = run.take().size();
  EXPECT_LT(told, 1'000U);
  EXPECT_LE(run.table.next_deadline().value(), run.now);
  run.pass(0s);
  told += run.take().size();
  EXPECT_EQ(told, 2'000U);
  EXPECT_EQ(run.table.next_deadline(), std::nullopt);
  EXPECT_EQ(run.table.counters(Family::ipv4).destroys, 2'000U);
}

TEST(LinkFlush, AnAddressIsFreeForANewEntryWhileItsOldOneWaitsToBeSwept) {
  TableRun run{roomy()};
  fill(run, 2'000, NudState::permanent);
  run.flush(NeighborCause::link_down);
  run.take();
  const std::string last = to_string(numbered(1'999));
  run.send(last, "x");
  EXPECT_THAT(run.take(), ElementsAre("0 ask " + last + " for x", "0 " + last + " gone permanent link-down",
                                      "0 " + last + " none>incomplete created packet-sent ~"));
  run.pass(0s);
  EXPECT_EQ(run.state(last), "incomplete");
  EXPECT_EQ(run.table.size(Family::ipv4), 1U);
}

TEST(LinkFlush, PacketsThatWaitCountForTheirPart) {
  TableRun run{roomy()};
  for (std::uint32_t i = 0; i < 40; ++i)
    for (int packet = 0; packet < 100; ++packet) run.send(to_string(numbered(i)), "x");
  run.take();
  run.flush(NeighborCause::link_down);
  std::size_t told = run.take().size();
  EXPECT_LT(told, 512U + 101U);
  run.pass(0s);
  told += run.take().size();
  EXPECT_EQ(told, 40U * 101U);
}

TEST(LinkFlush, SurvivorsOfCarrierLossMayChangeWhileTheSweepGoesOn) {
  TableRun run{roomy()};
  fill(run, 2'000);
  const std::string last = "10.1.0.1";
  run.set(last, NudState::permanent, 0x0b);
  run.flush(NeighborCause::carrier_lost);
  run.set(last, NudState::stale, 0x0b);
  EXPECT_EQ(run.table.size(Family::ipv4), 1U);
  run.pass(0s);
  EXPECT_EQ(run.state(last), "stale 0b");
  EXPECT_EQ(run.table.size(Family::ipv4), 1U);
  run.flush(NeighborCause::carrier_lost);
  EXPECT_EQ(run.table.size(Family::ipv4), 0U);
}

TEST(LinkFlush, EachEntryTellsOfTheFirstChangeThatTookIt) {
  TableRun run{roomy()};
  fill(run, 1'000);
  for (const char* kept : {"10.1.0.1", "10.1.0.2"}) run.set(kept, NudState::permanent, 0x0b);
  run.take();
  run.flush(NeighborCause::carrier_lost);
  run.flush(NeighborCause::link_down);
  run.pass(0s);
  std::size_t by_carrier = 0;
  for (const std::string& line : run.log) by_carrier += line.ends_with("carrier-lost") ? 1 : 0;
  EXPECT_EQ(by_carrier, 1'000U);
  EXPECT_EQ(run.take().size(), 1'002U);
}

TEST(LinkFlush, TimersOfWhatIsGoneDoNothing) {
  TableRun run{roomy()};
  fill(run, 1'500, NudState::probe);
  run.flush(NeighborCause::link_down);
  run.take();
  run.pass(10s);
  for (const std::string& line : run.log) ASSERT_TRUE(line.ends_with("gone probe link-down")) << line;
}

TEST(Deadlines, VeryManyAtOnceAreWorkedOffByParts) {
  TableRun run{roomy()};
  fill(run, 5'000, NudState::reachable);
  run.now += 30s;
  run.deadline();
  EXPECT_LE(run.take().size(), 512U);
  EXPECT_LE(run.table.next_deadline().value(), run.now);
  run.pass(0s);
  EXPECT_EQ(run.table.next_deadline(), std::nullopt);
  run.table.for_each(Family::ipv4, [](const NeighborEntry& entry) { ASSERT_EQ(entry.state, NudState::stale); });
}

TEST(Deadlines, PacketsThatFailCountAsWork) {
  TableRun run{roomy()};
  for (std::uint32_t i = 0; i < 100; ++i)
    for (int packet = 0; packet < 100; ++packet) run.send(to_string(numbered(i)), "x");
  run.pass(2s);
  run.take();
  run.now += 1s;
  run.deadline();
  EXPECT_LE(run.take().size(), 2'300U);
  run.pass(0s);
  EXPECT_EQ(run.state("10.0.0.99"), "failed");
}

TEST(FixedMac, AddressesThatNeedNoResolutionAreNoarp) {
  TableRun run;
  EXPECT_EQ(run.send("224.0.0.5", "x"), SendResult::sent);
  run.fixed = mac(0xaa);
  EXPECT_EQ(run.send("10.0.0.2", "y"), SendResult::sent);
  EXPECT_THAT(run.take(), ElementsAre("0 send x to ee", "0 224.0.0.5 none>noarp ee created packet-sent ~",
                                      "0 send y to aa", "0 10.0.0.2 none>noarp aa created packet-sent ~"));
}

}  // namespace
}  // namespace onlink

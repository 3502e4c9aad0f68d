// SPDX-License-Identifier: Apache-2.0
// What packets make of an entry (nud.md 2.6, 2.7; N-023 to N-036, N-100 to N-107), without the packets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/table_run.hpp"

namespace onlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace onlink::testing;

constexpr const char* a = "10.0.0.2";

// An entry in that state with MAC 0b, two seconds after its last change.
void begin(TableRun& run, NudState state) {
  const bool valid = state != NudState::none && state != NudState::failed && state != NudState::incomplete;
  if (state == NudState::incomplete) {
    run.send(a, "x");
  } else if (state == NudState::delay) {
    run.set(a, NudState::stale, 0x0b);
    run.send(a, "x");
  } else if (state == NudState::probe) {
    run.set(a, NudState::probe, 0x0b);
    run.deadline();
  } else {
    run.set(a, state, valid ? std::optional<std::uint8_t>{0x0b} : std::nullopt);
  }
  run.pass(1500ms);
  run.take();
}

struct LearnCase {
  const char* what;
  void (*input)(TableRun&);
  // What becomes of an entry in each state; "" as it was.
  const char* none;
  const char* incomplete;
  const char* reachable;
  const char* stale;
  const char* delay;
  const char* probe;
  const char* failed;
  const char* permanent;
};

class Learning : public ::testing::TestWithParam<LearnCase> {};

// The table of nud.md 2.7, row by row.
TEST_P(Learning, ChangesTheEntryAsTheSpecificationSays) {
  const LearnCase& c = GetParam();
  const std::pair<NudState, const char*> outcomes[] = {
      {NudState::none, c.none},     {NudState::incomplete, c.incomplete}, {NudState::reachable, c.reachable},
      {NudState::stale, c.stale},   {NudState::delay, c.delay},           {NudState::probe, c.probe},
      {NudState::failed, c.failed}, {NudState::permanent, c.permanent}};
  for (const auto& [state, outcome] : outcomes) {
    SCOPED_TRACE(std::string{c.what} + " in " + std::string{to_string(state)});
    TableRun run;
    begin(run, state);
    const auto before = run.entry(a);
    const std::string was = run.state(a);
    c.input(run);
    EXPECT_EQ(run.state(a), *outcome == '\0' ? was : outcome);
    if (*outcome == '\0') {
      EXPECT_EQ(run.entry(a)->updated, before->updated);
      EXPECT_EQ(run.entry(a)->deadline, before->deadline);
    } else {
      EXPECT_EQ(run.entry(a)->updated, run.now);
    }
  }
}

constexpr LearnCase cases[] = {
    {"an ARP reply from the same MAC", [](TableRun& run) { run.reply(a, 0x0b); }, "reachable 0b", "reachable 0b", "",
     "reachable 0b", "reachable 0b", "reachable 0b", "reachable 0b", ""},
    {"an ARP reply from another MAC after locktime", [](TableRun& run) { run.reply(a, 0x0c); }, "reachable 0c",
     "reachable 0c", "reachable 0c", "reachable 0c", "reachable 0c", "reachable 0c", "reachable 0c", ""},
    {"a broadcast from the same MAC", [](TableRun& run) { run.overheard(a, 0x0b); }, "stale 0b", "delay 0b", "", "", "",
     "", "stale 0b", ""},
    {"a broadcast from another MAC after locktime", [](TableRun& run) { run.overheard(a, 0x0c); }, "stale 0c",
     "delay 0c", "stale 0c", "stale 0c", "stale 0c", "stale 0c", "stale 0c", ""},
    {"a request for us from the same MAC", [](TableRun& run) { run.request(a, 0x0b); }, "stale 0b", "delay 0b", "", "",
     "", "", "stale 0b", ""},
    {"a request for us from another MAC", [](TableRun& run) { run.request(a, 0x0c); }, "stale 0c", "delay 0c",
     "stale 0c", "stale 0c", "stale 0c", "stale 0c", "stale 0c", ""},
    {"an NA S=1 O=0 with the same MAC", [](TableRun& run) { run.advertise(a, true, false, 0x0b); }, "reachable 0b",
     "reachable 0b", "", "reachable 0b", "reachable 0b", "reachable 0b", "", ""},
    {"an NA S=1 without a MAC", [](TableRun& run) { run.advertise(a, true, false, {}); }, "", "", "", "reachable 0b",
     "reachable 0b", "reachable 0b", "", ""},
    {"an NA S=1 O=1 with another MAC", [](TableRun& run) { run.advertise(a, true, true, 0x0c); }, "reachable 0c",
     "reachable 0c", "reachable 0c", "reachable 0c", "reachable 0c", "reachable 0c", "", ""},
    {"an NA S=1 O=0 with another MAC", [](TableRun& run) { run.advertise(a, true, false, 0x0c); }, "reachable 0c",
     "reachable 0c", "stale 0b", "", "", "", "", ""},
    {"an NA S=0 O=1 with another MAC", [](TableRun& run) { run.advertise(a, false, true, 0x0c); }, "stale 0c",
     "delay 0c", "stale 0c", "stale 0c", "stale 0c", "stale 0c", "", ""},
    {"an NA S=0 O=0 with another MAC", [](TableRun& run) { run.advertise(a, false, false, 0x0c); }, "stale 0c",
     "delay 0c", "stale 0b", "", "", "", "", ""},
    {"an NA S=0 with the same MAC", [](TableRun& run) { run.advertise(a, false, true, 0x0b); }, "stale 0b", "delay 0b",
     "", "", "", "", "", ""},
    {"an NA S=0 without a MAC", [](TableRun& run) { run.advertise(a, false, true, {}); }, "", "", "", "", "", "", "",
     ""},
    {"a confirmation", [](TableRun& run) { run.confirm(a); }, "", "", "", "", "", "", "", ""},
};
INSTANTIATE_TEST_SUITE_P(EveryInput, Learning, ::testing::ValuesIn(cases));

TEST(Learn, NobodyUnknownGetsAnEntryUnlessAsked) {
  TableRun run;
  EXPECT_EQ(run.reply(a, 0x0b), LearnResult::unknown);
  EXPECT_EQ(run.state(a), "absent");
  EXPECT_EQ(run.request(a, 0x0b), LearnResult::created);
  EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.2 none>stale 0b created arp-request"));
  EXPECT_EQ(run.request(a, 0x0b), LearnResult::known);
  EXPECT_THAT(run.take(), IsEmpty());
}

TEST(Learn, FirstAnswerWinsWithinLocktime) {
  TableRun run;
  run.send(a, "x");
  run.reply(a, 0x0b);
  run.reply(a, 0x0c);
  EXPECT_EQ(run.state(a), "reachable 0b");
  run.pass(200ms);
  run.take();
  run.reply(a, 0x0c);
  EXPECT_THAT(run.take(), IsEmpty());
  run.pass(1100ms);
  run.reply(a, 0x0c);
  EXPECT_THAT(run.take(), ElementsAre("1300 10.0.0.2 reachable>reachable 0c arp-reply"));
}

TEST(Learn, WithoutLocktimeTheLastAnswerWins) {
  NeighborTableConfig config = TableRun::config();
  config.parameters.ipv4.locktime = {};
  TableRun run{config};
  run.send(a, "x");
  run.reply(a, 0x0b);
  run.pass(1ms);
  run.reply(a, 0x0c);
  EXPECT_EQ(run.state(a), "reachable 0c");
}

TEST(Learn, WhatChangesNothingDoesNotExtendLocktime) {
  TableRun run;
  run.set(a, NudState::reachable, 0x0b);
  for (int i = 0; i < 4; ++i) {
    run.pass(300ms);
    run.reply(a, 0x0b);
  }
  run.reply(a, 0x0c);
  EXPECT_EQ(run.state(a), "reachable 0c");
}

TEST(Learn, AnnouncementsOverrideWithinLocktime) {
  TableRun run;
  run.send(a, "x");
  run.reply(a, 0x0b);
  run.take();
  run.learn({.address = ip(a),
             .mac = mac(0x0c),
             .may_override = MacOverride::always,
             .cause = NeighborCause::gratuitous_arp});
  EXPECT_THAT(run.take(), ElementsAre("0 10.0.0.2 reachable>stale 0c gratuitous-arp"));
}

TEST(Learn, RefusedAnswerKeepsDelayAliveInLinuxAndNotInStrictMode) {
  for (const bool strict : {false, true}) {
    NeighborTableConfig config = TableRun::config();
    config.rules.set(NeighborRule::doubt_confirms_nothing, strict);
    TableRun run{config};
    run.set(a, NudState::stale, 0x0b);
    run.send(a, "x");
    run.pass(500ms);
    run.reply(a, 0x0c);
    EXPECT_EQ(run.entry(a)->confirmed == run.now, !strict);
    run.pass(5s);
    EXPECT_EQ(run.state(a), strict ? "probe 0b" : "reachable 0b");
  }
}

TEST(Learn, AConfirmationInProbeSavesTheEntryInStrictModeOnly) {
  for (const bool strict : {false, true}) {
    NeighborTableConfig config = TableRun::config();
    config.rules.set(NeighborRule::confirmation_ends_probe, strict);
    TableRun run{config};
    run.set(a, NudState::probe, 0x0b);
    run.pass(500ms);
    run.take();
    run.confirm(a);
    EXPECT_EQ(run.state(a), strict ? "reachable 0b" : "probe 0b");
    run.pass(4s);
    EXPECT_EQ(run.state(a), strict ? "reachable 0b" : "failed");
  }
}

TEST(Learn, AMovedNeighbourIsConfirmedOnlyByItsAnswer) {
  TableRun run;
  run.pass(1h);
  run.set(a, NudState::reachable, 0x0b);
  run.pass(2s);
  run.request(a, 0x0c);
  EXPECT_EQ(run.entry(a)->confirmed, run.now - 60s);
  run.reply(a, 0x0c);
  EXPECT_EQ(run.entry(a)->confirmed, run.now);
}

TEST(Learn, RouterFlagComesAndGoesWithANotice) {
  TableRun run;
  run.set("2001:db8::2", NudState::reachable, 0x0b);
  run.take();
  Learned na{.address = ip("2001:db8::2"), .mac = mac(0x0b), .state = NudState::reachable, .router = true};
  run.learn(na);
  run.learn(na);
  na.router = false;
  run.learn(na);
  na.router.reset();
  run.learn(na);
  EXPECT_THAT(run.take(), ElementsAre("0 2001:db8::2 reachable>reachable router arp-reply",
                                      "0 2001:db8::2 reachable>reachable arp-reply"));
}

TEST(Learn, AnEntryThatGoesTellsWhetherItWasARouter) {
  TableRun run;
  run.set("2001:db8::2", NudState::stale, 0x0b);
  run.learn({.address = ip("2001:db8::2"), .mac = mac(0x0b), .router = true});
  run.take();
  run.flush(NeighborCause::link_down, Family::ipv6);
  EXPECT_THAT(run.take(), ElementsAre("0 2001:db8::2 gone stale router link-down"));
}

TEST(Learn, ADoubtfulAnswerLeavesTheRouterFlagAlone) {
  TableRun run;
  run.set("2001:db8::2", NudState::reachable, 0x0b);
  run.learn({.address = ip("2001:db8::2"),
             .mac = mac(0x0c),
             .state = NudState::reachable,
             .may_override = MacOverride::doubt,
             .router = true});
  EXPECT_EQ(run.state("2001:db8::2"), "stale 0b");
  EXPECT_FALSE(run.entry("2001:db8::2")->router);
}

TEST(Learn, FailedCountsAsUnknownForAdvertisementsOnly) {
  TableRun run;
  run.set(a, NudState::failed);
  EXPECT_EQ(run.advertise(a, true, true, 0x0b), LearnResult::unknown);
  EXPECT_EQ(run.reply(a, 0x0b), LearnResult::known);
  EXPECT_EQ(run.state(a), "reachable 0b");
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_reason.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace onlink::inline v0::cli {
namespace {

using namespace std::chrono_literals;
using kernel::NeighborChange;
using kernel::NeighborEntry;
using kernel::NoticeKind;

constexpr MacAddress first_mac{{2, 0, 0, 0, 0, 1}};
constexpr MacAddress second_mac{{2, 0, 0, 0, 0, 2}};

ChangeSurroundings usual() {
  return {.times = {.reachable_time = 23s, .delay_first_probe_time = 5s, .ucast_solicit = 3, .mcast_solicit = 3}};
}

NeighborEntry entry(NudState state, MacAddress mac = first_mac) {
  return {
      .interface = 2, .address = Ipv4Address::of(192, 0, 2, 9), .mac = mac, .state = state, .ages = {.confirmed = 23s}};
}

struct Case {
  std::string_view name;
  NudState before;
  NudState after;
  std::string_view says;
};

class StateReason : public testing::TestWithParam<Case> {};

TEST_P(StateReason, IsTold) {
  const NeighborChange change{.before = entry(GetParam().before), .after = entry(GetParam().after)};
  EXPECT_EQ(reason(change, usual(), Language::english), GetParam().says);
  EXPECT_NE(reason(change, usual(), Language::chinese), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    All, StateReason,
    testing::Values(
        Case{"Expired", NudState::reachable, NudState::stale, "no confirmation within the reachable time of 23 s"},
        Case{"ExpiredInUse", NudState::reachable, NudState::delay,
             "no confirmation within the reachable time of 23 s, and it is in use"},
        Case{"Sent", NudState::stale, NudState::delay, "a packet was sent there"},
        Case{"Unconfirmed", NudState::stale, NudState::probe,
             "no confirmation within 5 s of a packet that was sent there: it is probed"},
        Case{"ProbesUnanswered", NudState::probe, NudState::failed, "3 unicast probes unanswered"},
        Case{"SearchUnanswered", NudState::incomplete, NudState::failed, "3 broadcast requests unanswered"},
        Case{"Answered", NudState::incomplete, NudState::reachable, "it answered"},
        Case{"AnsweredAProbe", NudState::probe, NudState::reachable, "it answered a probe"},
        Case{"Confirmed", NudState::delay, NudState::reachable,
             "confirmed from above (TCP, MSG_CONFIRM), or by an answer"},
        Case{"Heard", NudState::failed, NudState::stale, "it was heard: it asked for us, or announced itself"},
        Case{"Spared", NudState::probe, NudState::stale, "3 unicast probes unanswered, but a program vouches for it"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(Reason, EntryThatDeclinesTooEarlyWasContradicted) {
  NeighborChange change{.before = entry(NudState::reachable), .after = entry(NudState::stale)};
  change.after->ages.confirmed = 2s;
  EXPECT_EQ(reason(change, usual(), Language::english),
            "another MAC address was advertised for it, without the override flag");
}

TEST(Reason, MoveIsToldByWhatMadeIt) {
  const auto says = [](NudState after) {
    return reason({.before = entry(NudState::reachable), .after = entry(after, second_mac)}, usual(),
                  Language::english);
  };
  EXPECT_EQ(says(NudState::reachable), "another MAC address answered for it");
  EXPECT_EQ(says(NudState::stale), "another MAC address announced itself, or asked for us, as this address");
}

TEST(Reason, ProgramIsNamedBeforeAnyGuess) {
  NeighborChange change{.before = entry(NudState::probe), .after = entry(NudState::failed), .sender = 4711};
  EXPECT_EQ(reason(change, usual(), Language::english), "by a program (netlink port 4711)");
  ChangeSurroundings around = usual();
  around.program = "zebra";
  EXPECT_EQ(reason(change, around, Language::english), "by zebra (netlink port 4711)");
}

TEST(Reason, RemovalIsLaidToTheLinkWhereThatIsDown) {
  const NeighborChange change{.kind = NoticeKind::removed, .before = entry(NudState::reachable)};
  ChangeSurroundings around = usual();
  EXPECT_EQ(reason(change, around, Language::english),
            "with all of its interface, or by a program: the kernel does not say");
  around.link = LinkCondition::no_carrier;
  EXPECT_EQ(reason(change, around, Language::english), "its interface lost carrier");
  around.link = LinkCondition::down;
  EXPECT_EQ(reason(change, around, Language::english), "its interface is down");
  around.link = LinkCondition::gone;
  EXPECT_EQ(reason(change, around, Language::english), "its interface is gone");
}

TEST(Reason, RemovalOfWhatIsNotInUseIsACollection) {
  const NeighborChange change{.kind = NoticeKind::removed, .before = entry(NudState::stale)};
  EXPECT_EQ(reason(change, usual(), Language::english), "collected: it was not used for long, or the table was full");
}

TEST(Reason, RequestsAreCountedByTheInterfacesOwnSettings) {
  ChangeSurroundings around = usual();
  around.times.ucast_solicit = 1;
  around.times.mcast_resolicit = 2;
  NeighborChange change{.before = entry(NudState::probe), .after = entry(NudState::failed)};
  EXPECT_EQ(reason(change, around, Language::english), "1 unicast probe and 2 broadcast requests unanswered");
  change.before->address = change.after->address = parse_ip("2001:db8::9").value();
  EXPECT_EQ(reason(change, around, Language::english), "1 unicast probe and 2 multicast solicitations unanswered");
}

TEST(Reason, RouterFlagIsTold) {
  NeighborChange change{.before = entry(NudState::stale), .after = entry(NudState::stale)};
  change.after->router = true;
  EXPECT_EQ(reason(change, usual(), Language::english), "it says that it is a router");
}

}  // namespace
}  // namespace onlink::inline v0::cli

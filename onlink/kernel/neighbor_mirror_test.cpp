// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/neighbor_mirror.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace onlink::inline v0::kernel {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress first_mac{{2, 0, 0, 0, 0, 1}};
constexpr MacAddress second_mac{{2, 0, 0, 0, 0, 2}};

NeighborEntry entry(NudState state, std::uint8_t host = 9, MacAddress mac = first_mac) {
  return {.interface = 2, .address = Ipv4Address::of(192, 0, 2, host), .mac = mac, .state = state};
}
NeighborNotice changed(const NeighborEntry& to, std::uint32_t sender = 0) { return {NoticeKind::changed, to, sender}; }
NeighborNotice removed(const NeighborEntry& from) { return {NoticeKind::removed, from, 0}; }

TEST(NeighborMirror, ShowsAStateBeforeAndAfter) {
  NeighborMirror mirror;
  mirror.start(std::vector{entry(NudState::reachable)});
  const auto change = mirror.apply(changed(entry(NudState::stale)));
  ASSERT_TRUE(change && change->before && change->after);
  EXPECT_EQ(change->before->state, NudState::reachable);
  EXPECT_EQ(change->after->state, NudState::stale);
  EXPECT_FALSE(change->found_by_reading);
}

TEST(NeighborMirror, ShowsAMacAddressBeforeAndAfter) {
  NeighborMirror mirror;
  mirror.start(std::vector{entry(NudState::stale)});
  const auto change = mirror.apply(changed(entry(NudState::stale, 9, second_mac)));
  ASSERT_TRUE(change && change->before);
  EXPECT_EQ(change->before->mac, first_mac);
  EXPECT_EQ(change->entry().mac, second_mac);
}

TEST(NeighborMirror, UnknownEntryIsNew) {
  NeighborMirror mirror;
  const auto change = mirror.apply(changed(entry(NudState::stale)));
  ASSERT_TRUE(change);
  EXPECT_FALSE(change->before);
  EXPECT_EQ(mirror.size(), 1U);
}

TEST(NeighborMirror, RepeatedNoticeTellsNothingThoughAgesMove) {
  NeighborMirror mirror;
  NeighborEntry later = entry(NudState::stale);
  later.ages.used = 3s;
  later.probes = 2;
  mirror.start(std::vector{entry(NudState::stale)});
  EXPECT_FALSE(mirror.apply(changed(later)));
}

TEST(NeighborMirror, FlagThatTurnsIsAChange) {
  NeighborMirror mirror;
  NeighborEntry router = entry(NudState::stale);
  router.router = true;
  mirror.start(std::vector{entry(NudState::stale)});
  EXPECT_TRUE(mirror.apply(changed(router)));
}

TEST(NeighborMirror, RemovalIsLaidToWhomMadeItFail) {
  NeighborMirror mirror;
  mirror.start(std::vector{entry(NudState::permanent)});
  ASSERT_TRUE(mirror.apply(changed(entry(NudState::failed), 4711)));
  const auto change = mirror.apply(removed(entry(NudState::failed)));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind, NoticeKind::removed);
  EXPECT_EQ(change->sender, 4711U);
  EXPECT_FALSE(change->after);
  EXPECT_EQ(mirror.size(), 0U);
}

TEST(NeighborMirror, RemovalOfAnEntryThatAProgramOnceAddedIsNotLaidToIt) {
  NeighborMirror mirror;
  ASSERT_TRUE(mirror.apply(changed(entry(NudState::stale), 4711)));
  const auto change = mirror.apply(removed(entry(NudState::stale)));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->sender, 0U);
}

TEST(NeighborMirror, RereadingFindsWhatNoNoticeTold) {
  NeighborMirror mirror;
  mirror.start(std::vector{entry(NudState::stale, 1), entry(NudState::stale, 2), entry(NudState::stale, 3)});
  const auto changes =
      mirror.reread(std::vector{entry(NudState::delay, 1), entry(NudState::stale, 2), entry(NudState::stale, 4)});
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].after->state, NudState::delay);
  EXPECT_FALSE(changes[1].before);
  EXPECT_EQ(changes[2].kind, NoticeKind::removed);
  EXPECT_EQ(changes[2].entry().address, IpAddress(Ipv4Address::of(192, 0, 2, 3)));
  for (const NeighborChange& change : changes) EXPECT_TRUE(change.found_by_reading);
  EXPECT_TRUE(
      mirror.reread(std::vector{entry(NudState::delay, 1), entry(NudState::stale, 2), entry(NudState::stale, 4)})
          .empty());
}

TEST(NeighborMirror, EntryThatIsWantedIsToldEachTime) {
  NeighborMirror mirror;
  const NeighborNotice miss{NoticeKind::wanted, entry(NudState::incomplete), 0};
  for (int round = 0; round < 2; ++round) {
    const auto change = mirror.apply(miss);
    ASSERT_TRUE(change);
    EXPECT_EQ(change->kind, NoticeKind::wanted);
  }
}

TEST(NeighborMirror, ProxyAndNeighbourOfOneAddressAreTwo) {
  NeighborMirror mirror;
  NeighborEntry proxy = entry(NudState::none);
  proxy.proxy = true;
  mirror.start(std::vector{entry(NudState::stale), proxy});
  EXPECT_EQ(mirror.size(), 2U);
}

}  // namespace
}  // namespace onlink::inline v0::kernel

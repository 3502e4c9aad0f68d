// SPDX-License-Identifier: Apache-2.0
// `onlink claim` as the wire shows it: every time and every frame of RFC 5227 and RFC 3927 (nud.md N-116 to N-127), by
// the kernel's time stamps at another station. All claims are made at once, one program each, and recorded together;
// the tests then read the record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/claim/claim_record.hpp"

namespace onlink::inline v0::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Not;
using testing::SizeIs;

// Who is late is late on a busy machine; nobody is early but by what two clocks and a time stamp differ.
constexpr milliseconds early{25};
constexpr milliseconds late{600};

auto within(Duration least, Duration most) { return AllOf(Ge(least - early), Le(most + late)); }

class ClaimOnTheWire : public testing::Test {
 protected:
  static void SetUpTestSuite() { record_ = std::make_unique<ClaimRecord>(); }
  static void TearDownTestSuite() { record_.reset(); }

  static std::vector<Instant> times(FrameKind kind, Ipv4Address about) { return record_->wire().times(kind, about); }
  static std::vector<const WireFrame*> heard(FrameKind kind, Ipv4Address about) {
    return record_->wire().heard(kind, about);
  }
  static std::vector<Instant> moves(Ipv4Address about) { return record_->moves(about); }
  static const Ended& program(Ipv4Address address) { return record_->program(address); }
  // Nothing of ours about the address after that time, but what was under way.
  static void expect_silence_after(Instant time, Ipv4Address about) {
    for (const FrameKind kind : {FrameKind::probe, FrameKind::announcement, FrameKind::reply}) {
      for (const Instant at : times(kind, about)) EXPECT_LE(at, time + milliseconds{5});
    }
  }
  static void expect_refused(Ipv4Address address, std::size_t probes) {
    EXPECT_THAT(times(FrameKind::probe, address), SizeIs(probes));
    EXPECT_THAT(times(FrameKind::announcement, address), IsEmpty());
    ASSERT_THAT(moves(address), Not(IsEmpty()));
    expect_silence_after(moves(address).front(), address);
    EXPECT_TRUE(program(address).by_itself);
    EXPECT_EQ(program(address).result.status, 3) << program(address).result.err;
    EXPECT_THAT(program(address).result.out, AllOf(HasSubstr(R"("kind":"conflict")"), HasSubstr(to_string(rival_mac)),
                                                   Not(HasSubstr(R"("kind":"ready")"))));
  }

  static inline std::unique_ptr<ClaimRecord> record_;
};

TEST_F(ClaimOnTheWire, AQuietLinkIsProbedThreeTimesAndThenAnnouncedTwice) {  // N-116
  for (unsigned run = 1; run <= quiet_runs; ++run) {
    SCOPED_TRACE("seed " + std::to_string(run));
    const auto probes = times(FrameKind::probe, quiet_address(run));
    const auto announcements = times(FrameKind::announcement, quiet_address(run));
    ASSERT_THAT(probes, SizeIs(3));
    ASSERT_THAT(announcements, SizeIs(2));
    EXPECT_THAT(probes[1] - probes[0], within(seconds{1}, seconds{2}));
    EXPECT_THAT(probes[2] - probes[1], within(seconds{1}, seconds{2}));
    EXPECT_THAT(announcements[0] - probes[2], within(seconds{2}, seconds{2}));
    EXPECT_THAT(announcements[1] - announcements[0], within(seconds{2}, seconds{2}));
    EXPECT_THAT(program(quiet_address(run)).result.out, HasSubstr(R"("kind":"ready")"));
  }
}

TEST_F(ClaimOnTheWire, EverySeedHasTimesOfItsOwn) {
  std::set<Duration> gaps;
  for (unsigned run = 1; run <= quiet_runs; ++run) {
    const auto probes = times(FrameKind::probe, quiet_address(run));
    ASSERT_THAT(probes, SizeIs(3));
    gaps.insert(std::chrono::floor<milliseconds>(probes[1] - probes[0]));
  }
  EXPECT_GT(gaps.size(), quiet_runs / 2);
}

TEST_F(ClaimOnTheWire, ProbesShowNoAddressAndAnnouncementsOnlyOurs) {  // N-117
  for (unsigned run = 1; run <= quiet_runs; ++run) {
    const Ipv4Address address = quiet_address(run);
    const ArpPacket probe{.sender_hardware_addr = claimer_mac, .target_protocol_addr = address};
    for (const WireFrame* frame : heard(FrameKind::probe, address)) {
      EXPECT_EQ(frame->arp(), probe);
      EXPECT_EQ(frame->packet.ethernet.destination, broadcast_mac);
      EXPECT_EQ(frame->packet.ethernet.source, claimer_mac);
      EXPECT_EQ(frame->bytes.size(), min_frame_size);
    }
    for (const WireFrame* frame : heard(FrameKind::announcement, address)) {
      EXPECT_EQ(frame->arp(), arp_announcement(claimer_mac, address));
      EXPECT_EQ(frame->packet.ethernet.destination, broadcast_mac);
    }
  }
}

TEST_F(ClaimOnTheWire, AReplyByItsOwnerEndsIt) { expect_refused(answered_by_owner, 2); }           // N-118
TEST_F(ClaimOnTheWire, ARequestByItsOwnerEndsIt) { expect_refused(used_by_asker, 1); }             // RFC 5227 2.1.1
TEST_F(ClaimOnTheWire, AnAnnouncementByItsOwnerEndsIt) { expect_refused(announced_by_owner, 2); }  // RFC 5227 2.1.1
TEST_F(ClaimOnTheWire, AProbeByAnotherEndsIt) { expect_refused(probed_by_another, 1); }            // N-119

TEST_F(ClaimOnTheWire, OurOwnFramesThatComeBackAreNoConflict) {  // N-119
  EXPECT_GE(moves(looped_back).size(), 5U);
  EXPECT_THAT(times(FrameKind::probe, looped_back), SizeIs(Ge(3U)));
  EXPECT_THAT(program(looped_back).result.out,
              AllOf(HasSubstr(R"("kind":"ready")"), Not(HasSubstr(R"("kind":"conflict")")),
                    Not(HasSubstr(R"("kind":"defended")"))));
}

TEST_F(ClaimOnTheWire, WhoAsksForACandidateIsNoConflictAndGetsNoAnswer) {  // N-120
  const auto announcements = times(FrameKind::announcement, merely_asked_for);
  ASSERT_THAT(announcements, SizeIs(2));
  for (const Instant at : times(FrameKind::reply, merely_asked_for)) EXPECT_GE(at, announcements[0]);
}

TEST_F(ClaimOnTheWire, ReadyItAnswersWhoAsks) {
  const auto replies = heard(FrameKind::reply, merely_asked_for);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_EQ(replies[0]->arp(),
            arp_reply(claimer_mac, merely_asked_for,
                      {.sender_hardware_addr = rival_mac, .sender_protocol_addr = Ipv4Address::of(10, 0, 0, 200)}));
  EXPECT_EQ(replies[0]->packet.ethernet.destination, rival_mac);
}

TEST_F(ClaimOnTheWire, AProbeForWhatIsOursIsAnsweredAndIsNoConflict) {  // N-126
  const auto replies = heard(FrameKind::reply, looped_back);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_EQ(replies[0]->arp(), arp_reply(claimer_mac, looped_back, arp_probe(rival_mac, looped_back)));
}

TEST_F(ClaimOnTheWire, AConflictAfterTheLastProbeStillCounts) {  // N-121
  expect_refused(late_conflict, 3);
  const auto probes = times(FrameKind::probe, late_conflict);
  ASSERT_THAT(probes, SizeIs(3));
  EXPECT_GE(moves(late_conflict).at(0) - probes[2], milliseconds{1900} - early);
}

TEST_F(ClaimOnTheWire, PolicyNeverGivesUpAtTheFirstConflictAndSaysNothing) {  // N-123
  ASSERT_THAT(moves(never_defended), SizeIs(1));
  EXPECT_THAT(times(FrameKind::announcement, never_defended), SizeIs(2));
  expect_silence_after(moves(never_defended)[0], never_defended);
  EXPECT_TRUE(program(never_defended).by_itself);
  EXPECT_EQ(program(never_defended).result.status, 3);
  EXPECT_THAT(program(never_defended).result.out, HasSubstr(R"("kind":"lost")"));
}

TEST_F(ClaimOnTheWire, PolicyOnceDefendsByOneAnnouncementAndAgainAfterTenSeconds) {  // N-124
  const auto attacks = moves(defended_twice);
  const auto announcements = times(FrameKind::announcement, defended_twice);
  ASSERT_THAT(attacks, SizeIs(2));
  ASSERT_THAT(announcements, SizeIs(4));
  EXPECT_THAT(announcements[2] - attacks[0], within({}, {}));
  EXPECT_THAT(announcements[3] - attacks[1], within({}, {}));
  EXPECT_GE(announcements[3] - announcements[2], seconds{10} - early);
  EXPECT_FALSE(program(defended_twice).by_itself);
}

TEST_F(ClaimOnTheWire, PolicyOnceGivesUpAtTheSecondConflictInTenSeconds) {  // N-124
  const auto attacks = moves(overrun);
  const auto announcements = times(FrameKind::announcement, overrun);
  ASSERT_THAT(attacks, SizeIs(2));
  ASSERT_THAT(announcements, SizeIs(3));
  EXPECT_THAT(announcements[2] - attacks[0], within({}, {}));
  expect_silence_after(attacks[1], overrun);
  EXPECT_TRUE(program(overrun).by_itself);
  EXPECT_EQ(program(overrun).result.status, 3);
}

TEST_F(ClaimOnTheWire, PolicyAlwaysKeepsItAndDefendsOnceInTenSeconds) {  // N-125
  EXPECT_THAT(moves(always_defended), SizeIs(5));
  EXPECT_THAT(times(FrameKind::announcement, always_defended), SizeIs(3));
  EXPECT_FALSE(program(always_defended).by_itself);
  EXPECT_THAT(program(always_defended).result.out, Not(HasSubstr(R"("kind":"lost")")));
}

TEST_F(ClaimOnTheWire, FastProbesAreTenTimesAsFastAndAnnouncementsAreNot) {
  for (const Ipv4Address address : {merely_asked_for, defended_twice, always_defended}) {
    const auto probes = times(FrameKind::probe, address);
    const auto announcements = times(FrameKind::announcement, address);
    ASSERT_THAT(probes, SizeIs(3));
    ASSERT_THAT(announcements, SizeIs(Ge(2U)));
    EXPECT_THAT(probes[1] - probes[0], within(milliseconds{100}, milliseconds{200}));
    EXPECT_THAT(probes[2] - probes[1], within(milliseconds{100}, milliseconds{200}));
    EXPECT_THAT(announcements[0] - probes[2], within(milliseconds{200}, milliseconds{200}));
    EXPECT_THAT(announcements[1] - announcements[0], within(seconds{2}, seconds{2}));
  }
}

TEST_F(ClaimOnTheWire, ACheckAnnouncesNothing) {
  EXPECT_THAT(times(FrameKind::probe, checked_only), SizeIs(3));
  EXPECT_THAT(times(FrameKind::announcement, checked_only), IsEmpty());
  EXPECT_TRUE(program(checked_only).by_itself);
  EXPECT_EQ(program(checked_only).result.status, 0);
  EXPECT_THAT(program(checked_only).result.out, HasSubstr(R"("kind":"free")"));
}

// --- RFC 3927 ---

TEST_F(ClaimOnTheWire, CandidatesAreOfTheFreePartOfTheLinkLocalRange) {  // N-127
  const auto candidates = record_->candidates_of(refused_mac);
  ASSERT_THAT(candidates, SizeIs(Ge(std::size_t{refusals})));
  for (const WireFrame* probe : candidates) {
    EXPECT_GE(probe->about, IpAddress{Ipv4Address::of(169, 254, 1, 0)});
    EXPECT_LE(probe->about, IpAddress{Ipv4Address::of(169, 254, 254, 255)});
  }
}

TEST_F(ClaimOnTheWire, AfterTenConflictsAttemptsAreAMinuteApart) {  // N-122
  const auto candidates = record_->candidates_of(refused_mac);
  ASSERT_THAT(candidates, SizeIs(ClaimRecord::is_long() ? refusals + 1 : refusals));
  EXPECT_LE(candidates[refusals - 1]->at - candidates[0]->at, seconds{10});
  if (ClaimRecord::is_long()) {
    EXPECT_GE(candidates[refusals]->at - candidates[refusals - 1]->at, seconds{60} - milliseconds{200});
  }
}

TEST_F(ClaimOnTheWire, RepliesForLinkLocalAddressesAreForAll) {  // N-127, RFC 3927 section 2.5
  const auto candidates = record_->candidates_of(chooser_mac);
  ASSERT_THAT(candidates, SizeIs(1));
  const auto replies = record_->wire().heard(FrameKind::reply, candidates[0]->about);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_EQ(replies[0]->packet.ethernet.destination, broadcast_mac);
  EXPECT_EQ(replies[0]->arp().target_hardware_addr, rival_mac);
}

}  // namespace
}  // namespace onlink::inline v0::test

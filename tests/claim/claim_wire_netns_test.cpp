// SPDX-License-Identifier: Apache-2.0
// `onlink claim` as the wire shows it: every time and every frame of RFC 5227 and RFC 3927 (nud.md N-116 to N-127), by
// the kernel's time stamps at another station. All claims are made at once, one program each, and recorded together;
// the tests then read the record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "onlink/run/clock.hpp"
#include "tests/claim/lan_program.hpp"
#include "tests/claim/wire_recording.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Not;
using testing::SizeIs;

constexpr MacAddress claimer_mac{{2, 0, 0, 0, 0, 0x0c}};
constexpr MacAddress rival_mac{{2, 0, 0, 0, 0, 0xbb}};

// Who is late is late on a busy machine; nobody is early but by what two clocks and a time stamp differ.
constexpr milliseconds early{25};
constexpr milliseconds late{600};

auto within(Duration least, Duration most) { return AllOf(Ge(least - early), Le(most + late)); }

Ipv4Address quiet_address(unsigned run) { return Ipv4Address::of(10, 0, 1, static_cast<std::uint8_t>(run)); }
constexpr unsigned quiet_runs = 5;

constexpr Ipv4Address answered_by_owner = Ipv4Address::of(10, 0, 2, 1);
constexpr Ipv4Address used_by_asker = Ipv4Address::of(10, 0, 2, 2);
constexpr Ipv4Address announced_by_owner = Ipv4Address::of(10, 0, 2, 3);
constexpr Ipv4Address probed_by_another = Ipv4Address::of(10, 0, 2, 4);
constexpr Ipv4Address looped_back = Ipv4Address::of(10, 0, 2, 5);
constexpr Ipv4Address merely_asked_for = Ipv4Address::of(10, 0, 2, 6);
constexpr Ipv4Address late_conflict = Ipv4Address::of(10, 0, 2, 7);
constexpr Ipv4Address never_defended = Ipv4Address::of(10, 0, 3, 1);
constexpr Ipv4Address defended_twice = Ipv4Address::of(10, 0, 3, 2);
constexpr Ipv4Address overrun = Ipv4Address::of(10, 0, 3, 3);
constexpr Ipv4Address always_defended = Ipv4Address::of(10, 0, 3, 4);
constexpr Ipv4Address checked_only = Ipv4Address::of(10, 0, 4, 1);

// Of RFC 3927's probes there are three for each candidate that nobody has; these hosts do not get one.
constexpr unsigned refusals = 10;

Move reply_to_probe(Ipv4Address address, std::uint32_t nth, Duration after) {
  return {.about = address, .nth = nth, .after = after, .send = [address](const WireFrame& heard, FrameBatch& out) {
            send_arp(arp_reply(rival_mac, address, heard.arp()), out);
          }};
}

// Somebody uses the address: he asks another for his.
ArpPacket use_of(Ipv4Address address) {
  return {.sender_hardware_addr = rival_mac,
          .sender_protocol_addr = address,
          .target_protocol_addr = Ipv4Address::of(10, 0, 0, 200)};
}

Move attack(Ipv4Address address, Duration after_last_announcement) {
  return {.about = address,
          .on = FrameKind::announcement,
          .nth = 2,
          .after = after_last_announcement,
          .send = [address](const WireFrame&, FrameBatch& out) { send_arp(use_of(address), out); }};
}

Move at_probe(Ipv4Address address, std::uint32_t nth, const ArpPacket& sent) {
  return {.about = address, .nth = nth, .send = [sent](const WireFrame&, FrameBatch& out) { send_arp(sent, out); }};
}

Move question_after_announcement(Ipv4Address address, Ipv4Address asker) {
  const ArpPacket question{
      .sender_hardware_addr = rival_mac, .sender_protocol_addr = asker, .target_protocol_addr = address};
  return {.about = address,
          .on = FrameKind::announcement,
          .nth = 2,
          .after = milliseconds{20},
          .send = [question](const WireFrame&, FrameBatch& out) { send_arp(question, out); }};
}

// Ours come back to us from a hub: every frame about the address.
Move loop_back(FrameKind kind) {
  return {.about = looped_back, .on = kind, .nth = 0, .send = [](const WireFrame& heard, FrameBatch& out) {
            if (heard.arp().sender_hardware_addr == claimer_mac) out.add(heard.bytes);
          }};
}

// The hosts that are asked to choose for themselves: one that gets what it wants, one that is refused again and again.
constexpr MacAddress chooser_mac{{2, 0, 0, 0, 0, 0x0d}};
constexpr MacAddress refused_mac{{2, 0, 0, 0, 0, 0x0e}};

bool is_link_local_probe_of(const WireFrame& frame, const MacAddress& mac) {
  const auto* arp = std::get_if<ArpPacket>(&frame.packet.payload);
  return arp != nullptr && !frame.ours && frame.kind == FrameKind::probe && arp->sender_hardware_addr == mac &&
         frame.about.is_link_local();
}

Move refuse_every_candidate() {
  return {.send = [](const WireFrame& heard, FrameBatch& out) {
    if (is_link_local_probe_of(heard, refused_mac)) {
      send_arp(arp_reply(rival_mac, heard.about.ipv4(), heard.arp()), out);
    }
  }};
}

Move ask_the_chooser() {
  return {.on = FrameKind::announcement, .nth = 2, .send = [](const WireFrame& heard, FrameBatch& out) {
            if (heard.arp().sender_hardware_addr != chooser_mac) return;
            send_arp({.sender_hardware_addr = rival_mac,
                      .sender_protocol_addr = Ipv4Address::of(169, 254, 200, 200),
                      .target_protocol_addr = heard.about.ipv4()},
                     out);
          }};
}

std::vector<Move> all_moves() {
  std::vector<Move> moves{
      reply_to_probe(answered_by_owner, 2, milliseconds{10}),
      at_probe(used_by_asker, 1, use_of(used_by_asker)),
      at_probe(announced_by_owner, 2, arp_announcement(rival_mac, announced_by_owner)),
      at_probe(probed_by_another, 1, arp_probe(rival_mac, probed_by_another)),
      loop_back(FrameKind::probe),
      loop_back(FrameKind::announcement),
      at_probe(merely_asked_for, 2,
               {.sender_hardware_addr = rival_mac,
                .sender_protocol_addr = Ipv4Address::of(10, 0, 0, 200),
                .target_protocol_addr = merely_asked_for}),
      question_after_announcement(merely_asked_for, Ipv4Address::of(10, 0, 0, 200)),
      question_after_announcement(looped_back, {}),
      reply_to_probe(late_conflict, 3, milliseconds{1900}),
      attack(never_defended, milliseconds{50}),
      attack(defended_twice, milliseconds{50}),
      attack(defended_twice, milliseconds{10'150}),
      attack(overrun, milliseconds{50}),
      attack(overrun, seconds{4}),
      refuse_every_candidate(),
      ask_the_chooser(),
  };
  for (const int second : {0, 2, 4, 6, 8}) moves.push_back(attack(always_defended, seconds{second} + milliseconds{50}));
  return moves;
}

struct Ended {
  ProgramResult result;
  bool by_itself = false;
};

// The one record of all.
class Record {
 public:
  Record()
      : lan_({.mac = rival_mac}),
        claimer_(lan_.add_host({.mac = claimer_mac})),
        chooser_(lan_.add_host({.mac = chooser_mac})),
        refused_(lan_.add_host({.mac = refused_mac})),
        wire_(all_moves()) {
    start_all();
    wire_.run_for(is_long() ? seconds{75} : seconds{15});
    for (auto& [address, program] : programs_) {
      const bool by_itself = !program.runs();
      ended_[address] = {program.stop(SIGINT), by_itself};
    }
  }

  // Waits for the minute between attempts too, which ends after the tests that are run at each change.
  static bool is_long() { return std::getenv("ONLINK_LONG_TESTS") != nullptr; }

  const WireRecording& wire() const { return wire_; }
  const Ended& program(const std::string& name) const { return ended_.at(name); }
  const Ended& program(Ipv4Address address) const { return program(to_string(address)); }

 private:
  void start_all() {
    for (unsigned run = 1; run <= quiet_runs; ++run) claim(quiet_address(run), {"--seed", std::to_string(run)});
    for (const Ipv4Address address : {answered_by_owner, used_by_asker, announced_by_owner, probed_by_another,
                                      looped_back, merely_asked_for, never_defended, defended_twice, overrun}) {
      claim(address, {"--fast", "--policy", address == never_defended ? "never" : "once"});
    }
    claim(always_defended, {"--fast", "--policy", "always"});
    claim(late_conflict, {});
    claim(checked_only, {"--fast", "--probe-only"});
    start("chooser", chooser_, {"--auto", "--no-state", "--fast"});
    start("refused", refused_, {"--auto", "--no-state", "--fast"});
  }
  void claim(Ipv4Address address, std::vector<std::string> options) {
    options.push_back(to_string(address));
    start(to_string(address), claimer_, std::move(options));
  }
  void start(const std::string& name, const KernelHost& host, std::vector<std::string> words) {
    words.insert(words.begin(), {"claim", "-i", "eth0", "--json"});
    programs_.try_emplace(name, host, LanProgram::Start{.path = onlink_path(), .words = std::move(words)});
  }

  SmallLan lan_;
  KernelHost& claimer_;
  KernelHost& chooser_;
  KernelHost& refused_;
  WireRecording wire_;
  std::map<std::string, LanProgram> programs_;
  std::map<std::string, Ended> ended_;
};

class ClaimOnTheWire : public testing::Test {
 protected:
  static void SetUpTestSuite() { record_ = std::make_unique<Record>(); }
  static void TearDownTestSuite() { record_.reset(); }

  static std::vector<Instant> times(FrameKind kind, Ipv4Address about) { return record_->wire().times(kind, about); }
  static std::vector<const WireFrame*> heard(FrameKind kind, Ipv4Address about) {
    return record_->wire().heard(kind, about);
  }
  // What the rivals sent about it, the first and later ones.
  static std::vector<Instant> moves(Ipv4Address about) {
    std::vector<Instant> found;
    for (const WireFrame& frame : record_->wire().frames()) {
      const auto* arp = std::get_if<ArpPacket>(&frame.packet.payload);
      if (!frame.ours || arp == nullptr) continue;
      if (arp->sender_protocol_addr == about || arp->target_protocol_addr == about) found.push_back(frame.at);
    }
    return found;
  }
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

  static inline std::unique_ptr<Record> record_;
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

std::vector<const WireFrame*> candidates_of(const WireRecording& wire, const MacAddress& mac) {
  std::vector<const WireFrame*> first_probes;
  std::set<IpAddress> seen;
  for (const WireFrame& frame : wire.frames()) {
    if (is_link_local_probe_of(frame, mac) && seen.insert(frame.about).second) first_probes.push_back(&frame);
  }
  return first_probes;
}

TEST_F(ClaimOnTheWire, CandidatesAreOfTheFreePartOfTheLinkLocalRange) {  // N-127
  const auto candidates = candidates_of(record_->wire(), refused_mac);
  ASSERT_THAT(candidates, SizeIs(Ge(std::size_t{refusals})));
  for (const WireFrame* probe : candidates) {
    EXPECT_GE(probe->about, IpAddress{Ipv4Address::of(169, 254, 1, 0)});
    EXPECT_LE(probe->about, IpAddress{Ipv4Address::of(169, 254, 254, 255)});
  }
}

TEST_F(ClaimOnTheWire, AfterTenConflictsAttemptsAreAMinuteApart) {  // N-122
  const auto candidates = candidates_of(record_->wire(), refused_mac);
  ASSERT_THAT(candidates, SizeIs(Record::is_long() ? refusals + 1 : refusals));
  EXPECT_LE(candidates[refusals - 1]->at - candidates[0]->at, seconds{10});
  if (Record::is_long()) {
    EXPECT_GE(candidates[refusals]->at - candidates[refusals - 1]->at, seconds{60} - milliseconds{200});
  }
}

TEST_F(ClaimOnTheWire, RepliesForLinkLocalAddressesAreForAll) {  // N-127, RFC 3927 section 2.5
  const auto candidates = candidates_of(record_->wire(), chooser_mac);
  ASSERT_THAT(candidates, SizeIs(1));
  const auto replies = record_->wire().heard(FrameKind::reply, candidates[0]->about);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_EQ(replies[0]->packet.ethernet.destination, broadcast_mac);
  EXPECT_EQ(replies[0]->arp().target_hardware_addr, rival_mac);
}

}  // namespace
}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "onlink/link/memory_link.hpp"
#include "onlink/run/engine_group.hpp"
#include "onlink/wire/arp.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

constexpr Instant start{seconds{1'000'000}};

std::vector<std::byte> frame_of(std::uint8_t mark) {
  std::vector<std::byte> frame(min_frame_size, std::byte{mark});
  frame[12] = std::byte{0x12};  // an EtherType that nothing decodes
  return frame;
}

// Sends `batch` frames at each of `rounds` deadlines `gap` apart, and notes all that it is told.
struct ScriptedEngine {
  int rounds = 1;
  std::size_t batch = 1;
  Duration gap = milliseconds{10};
  Instant next = start;
  std::vector<Instant> deadlines{};
  std::vector<Instant> packets{};

  void on_packet(Instant now, const Packet& /*packet*/, Output& output) {
    packets.push_back(now);
    output.events.emplace_back(Silent{.time = now, .address = {}, .tries = 1});
  }
  void on_deadline(Instant now, Output& output) {
    deadlines.push_back(now);
    for (std::size_t i = 0; i < batch; ++i) output.frames.add(frame_of(static_cast<std::uint8_t>(i)));
    --rounds;
    next = now + gap;
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const { return rounds > 0 ? std::optional{next} : std::nullopt; }
};

struct PacedScriptedEngine : ScriptedEngine {
  std::uint64_t sent = 0;
  std::uint64_t stalls = 0;
  void on_port_report(Instant /*now*/, const PortReport& report) {
    sent += report.frames_sent;
    stalls += report.stalls;
  }
};

struct DriverTest : testing::Test {
  MemoryLink link;
  VirtualClock clock{start};
  RunOptions options{.clock = &clock};

  std::size_t received_by_peer() {
    std::size_t count = 0;
    auto sink = [&](const ReceivedFrame&) { ++count; };
    link.second().set_now(clock.now().instant, {});
    static_cast<void>(link.second().receive(sink));
    return count;
  }
};

TEST_F(DriverTest, CallsDeadlinesAtTheirTimeAndEndsWhenNoneIsLeft) {
  ScriptedEngine engine{.rounds = 3};
  const RunResult result = run(engine, link.first(), options);
  EXPECT_EQ(result.end, RunEnd::finished);
  EXPECT_THAT(engine.deadlines, ElementsAre(start, start + milliseconds{10}, start + milliseconds{20}));
  EXPECT_EQ(result.counters.sent, 3U);
  EXPECT_EQ(received_by_peer(), 3U);
}

TEST_F(DriverTest, GivesEachPacketTheTimeOfItsArrival) {
  ScriptedEngine engine{.rounds = 2};
  const Instant arrival = start + milliseconds{4};
  link.first().inject(frame_of(1), arrival, SystemTime{arrival.time_since_epoch()});
  std::vector<Event> events;
  options.on_event = [&](const Event& event) { events.push_back(event); };
  static_cast<void>(run(engine, link.first(), options));
  EXPECT_THAT(engine.packets, ElementsAre(arrival));
  EXPECT_THAT(events, SizeIs(1));
}

TEST_F(DriverTest, DoesNotBelieveAStampFromTheFutureOrFromBeforeTheRun) {
  ScriptedEngine engine{.rounds = 2};
  link.first().inject(frame_of(1), start, SystemTime{(start + seconds{50}).time_since_epoch()});
  link.first().inject(frame_of(1), start, SystemTime{(start - seconds{50}).time_since_epoch()});
  static_cast<void>(run(engine, link.first(), options));
  EXPECT_THAT(engine.packets, ElementsAre(start, start));
}

TEST_F(DriverTest, CountsFramesWithoutAnEthernetHeader) {
  ScriptedEngine engine{.rounds = 2};
  link.first().inject(std::vector<std::byte>(5), start, {});
  EXPECT_EQ(run(engine, link.first(), options).undecodable, 1U);
  EXPECT_THAT(engine.packets, SizeIs(0));
}

TEST_F(DriverTest, ReportsFramesOnceThePortTookThem) {
  ScriptedEngine engine{.rounds = 2, .batch = 3};
  std::vector<std::byte> marks;
  options.on_frame_sent = [&](Bytes frame, const ClockPair&) { marks.push_back(frame[0]); };
  static_cast<void>(run(engine, link.first(), options));
  EXPECT_THAT(marks, SizeIs(6));
}

// A port with room for a few frames a time, in virtual time.
class NarrowPort final : public Port {
 public:
  explicit NarrowPort(std::size_t room) : room_(room) {}
  std::vector<std::byte> marks;

  std::expected<std::size_t, Error> receive(FrameSink) override { return 0; }
  std::expected<std::size_t, Error> send(const FrameList& frames) override {
    const std::size_t taken = std::min(room_, frames.size());
    for (std::size_t i = 0; i < taken; ++i) marks.push_back(frames[i][0]);
    return taken;
  }
  PortCounters counters() override { return {}; }

 private:
  std::size_t room_;
};

TEST_F(DriverTest, OffersTheRestAgainInOrderAndHoldsTheDeadlineBack) {
  PacedScriptedEngine engine{{.rounds = 2, .batch = 5, .gap = {}}};
  NarrowPort port{2};
  static_cast<void>(run(engine, port, options));
  std::vector<std::byte> expected;
  for (int round = 0; round < 2; ++round) {
    for (std::uint8_t mark = 0; mark < 5; ++mark) expected.push_back(std::byte{mark});
  }
  EXPECT_EQ(port.marks, expected);
  EXPECT_EQ(engine.sent, 10U);
  EXPECT_EQ(engine.stalls, 4U);
  // The second only after the third offer, a tenth of a millisecond after each refusal.
  EXPECT_THAT(engine.deadlines, ElementsAre(start, start + std::chrono::microseconds{200}));
}

TEST_F(DriverTest, KeepsWhatWasKnownWhenTheLinkGoes) {
  ScriptedEngine engine{.rounds = 1000};
  link.first().inject(frame_of(1), start + milliseconds{5}, SystemTime{(start + milliseconds{5}).time_since_epoch()});
  options.on_frame_sent = [&](Bytes, const ClockPair& now) {
    if (now.instant > start + milliseconds{50}) link.first().bring_down();
  };
  const RunResult result = run(engine, link.first(), options);
  EXPECT_EQ(result.end, RunEnd::failed);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->code, ErrorCode::link_down);
  EXPECT_THAT(engine.packets, SizeIs(1));
  EXPECT_LT(result.ended.instant, start + seconds{1});
}

TEST_F(DriverTest, TellsALostCarrierWithinASecondThoughSendsGoThrough) {
  class Unplugged final : public Port {
   public:
    std::expected<std::size_t, Error> receive(FrameSink) override { return 0; }
    std::expected<std::size_t, Error> send(const FrameList& frames) override { return frames.size(); }
    std::expected<void, Error> check_link() override {
      return std::unexpected{Error{ErrorCode::link_down, 0, "eth0: the link went down"}};
    }
    PortCounters counters() override { return {}; }
  };
  ScriptedEngine engine{.rounds = 1000};
  Unplugged port;
  const RunResult result = run(engine, port, options);
  EXPECT_EQ(result.end, RunEnd::failed);
  EXPECT_LT(result.ended.instant, start + seconds{1});
}

TEST_F(DriverTest, StaysUntilTheTimeLimitWhenAsked) {
  ScriptedEngine engine{.rounds = 0};
  options.stay = true;
  options.until = start + seconds{3};
  const RunResult result = run(engine, link.first(), options);
  EXPECT_EQ(result.end, RunEnd::time_limit);
  EXPECT_EQ(result.ended.instant, start + seconds{3});
}

TEST_F(DriverTest, EndsWhenAClosedLinkHasGivenAll) {
  ScriptedEngine engine{.rounds = 0};
  options.stay = true;
  link.first().inject(frame_of(1), start + seconds{1}, {});
  link.first().close();
  EXPECT_EQ(run(engine, link.first(), options).end, RunEnd::exhausted);
  EXPECT_THAT(engine.packets, SizeIs(1));
}

TEST_F(DriverTest, InterruptEndsTheRunEvenInTheMidstOfWaiting) {
  ScriptedEngine engine{.rounds = 2, .gap = std::chrono::hours{24}, .next = monotonic_now()};
  const Interrupt interrupt;
  options.clock = nullptr;
  options.interrupt = &interrupt;
  options.on_frame_sent = [](Bytes, const ClockPair&) { std::raise(SIGINT); };
  EXPECT_EQ(run(engine, link.first(), options).end, RunEnd::interrupted);
  EXPECT_EQ(interrupt.signal(), SIGINT);
}

TEST_F(DriverTest, GroupRunsUntilTheLastEngineIsDone) {
  ScriptedEngine brief{.rounds = 1};
  PacedScriptedEngine lengthy{{.rounds = 3, .gap = seconds{1}}};
  EngineGroup group{brief, lengthy};
  static_assert(PacedEngine<decltype(group)>);
  link.first().inject(frame_of(1), start, {});
  EXPECT_EQ(run(group, link.first(), options).end, RunEnd::finished);
  EXPECT_THAT(brief.deadlines, ElementsAre(start));
  EXPECT_THAT(lengthy.deadlines, ElementsAre(start, start + seconds{1}, start + seconds{2}));
  EXPECT_THAT(brief.packets, SizeIs(1));
  EXPECT_THAT(lengthy.packets, SizeIs(1));
  EXPECT_EQ(lengthy.sent, 4U);
}

}  // namespace
}  // namespace onlink::inline v0

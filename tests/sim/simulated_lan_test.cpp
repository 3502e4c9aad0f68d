// SPDX-License-Identifier: Apache-2.0
// The simulated LAN itself: what it promises to the tests that stand on it.
#include "tests/sim/simulated_lan.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "onlink/wire/ethernet.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

MacAddress mac(std::uint8_t number) { return {{0x02, 0, 0, 0, 0, number}}; }

// Sends `count` numbered frames to `to`, one every `gap`, and notes what it hears.
class Chatter {
 public:
  Chatter(MacAddress from, MacAddress to) : from_(from), to_(to) {}
  void talk(Instant start, std::uint32_t count, Duration gap) {
    next_ = start;
    left_ = count;
    gap_ = gap;
  }
  void on_packet(Instant now, const Packet& packet, Output&) {
    heard.emplace_back(now, load_be<std::uint32_t>(packet.frame.last<4>()));
  }
  void on_deadline(Instant now, Output& output) {
    met.push_back(now);
    if (left_ == 0) return;
    Writer out{output.frames.add(ethernet_header_size + 4)};
    encode(EthernetHeader{.destination = to_, .source = from_, .type = EtherType::loopback_test}, 4, out);
    out.u32(number_++);
    --left_;
    next_ += gap_;
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    return left_ == 0 ? std::nullopt : std::optional{next_};
  }
  void on_port_report(Instant, const PortReport& report) {
    reported.frames_sent += report.frames_sent;
    reported.stalls += report.stalls;
    reported.receive_drops += report.receive_drops;
  }

  std::vector<std::pair<Instant, std::uint32_t>> heard;
  std::vector<Instant> met;
  PortReport reported;

 private:
  MacAddress from_;
  MacAddress to_;
  Instant next_;
  Duration gap_{};
  std::uint32_t left_ = 0;
  std::uint32_t number_ = 0;
};
static_assert(PacedEngine<Chatter>);

struct Pair {
  explicit Pair(SimulatedLink speaker_link, SimulatedLink listener_link = {.delay = 0us}, std::uint64_t seed = 1)
      : lan(seed) {
    speaker_station = &lan.join(speaker, {.name = "speaker", .macs = {mac(1)}, .link = speaker_link});
    listener_station = &lan.join(listener, {.name = "listener", .macs = {mac(2)}, .link = listener_link});
  }
  void talk(std::uint32_t count, Duration gap) {
    speaker.talk(lan.now(), count, gap);
    lan.kick(*speaker_station);
    lan.run_for(1h);
  }

  Chatter speaker{mac(1), mac(2)};
  Chatter listener{mac(2), mac(1)};
  SimulatedLan lan;
  SimulatedStation* speaker_station = nullptr;
  SimulatedStation* listener_station = nullptr;
};

bool in_order(const Chatter& chatter) {
  for (std::size_t i = 1; i < chatter.heard.size(); ++i) {
    if (chatter.heard[i].second < chatter.heard[i - 1].second) return false;
  }
  return true;
}

TEST(SimulatedLan, AFrameTakesTheDelaysOfBothLinks) {
  Pair pair{{.delay = 3ms}, {.delay = 4ms}};
  const Instant start = pair.lan.now();
  pair.talk(1, 1s);
  ASSERT_EQ(pair.listener.heard.size(), 1U);
  EXPECT_EQ(pair.listener.heard[0].first, start + 7ms);
  EXPECT_EQ(pair.lan.now(), start + 1h) << "an idle hour passes too";
}

TEST(SimulatedLan, JitterKeepsTheOrderAndReorderingBreaksIt) {
  Pair jittery{{.jitter = 5ms}};
  jittery.talk(1000, 100us);
  EXPECT_EQ(jittery.listener.heard.size(), 1000U);
  EXPECT_TRUE(in_order(jittery.listener));
  Pair reordering{{.reorder = 0.1}};
  reordering.talk(1000, 100us);
  EXPECT_EQ(reordering.listener.heard.size(), 1000U);
  EXPECT_FALSE(in_order(reordering.listener));
}

TEST(SimulatedLan, LosesAndDoublesAsOftenAsTold) {
  Pair pair{{.loss = 0.1, .duplicate = 0.1}};
  pair.talk(10'000, 100us);
  const StationCounters& counters = pair.speaker_station->counters();
  EXPECT_EQ(counters.sent, 10'000U);
  EXPECT_NEAR(static_cast<double>(counters.lost), 1'100, 150) << "doubles are lost as well";
  EXPECT_NEAR(static_cast<double>(counters.duplicated), 1'000, 150);
  EXPECT_EQ(pair.listener.heard.size(), 10'000 - counters.lost + counters.duplicated);
  EXPECT_EQ(pair.listener_station->counters().received, pair.listener.heard.size());
}

TEST(SimulatedLan, TheSameSeedIsTheSameRunAndAnotherIsNot) {
  const auto heard = [](std::uint64_t seed) {
    Pair pair{{.jitter = 1ms, .loss = 0.2, .duplicate = 0.2, .reorder = 0.2}, {.jitter = 1ms}, seed};
    pair.talk(200, 100us);
    return pair.listener.heard;
  };
  EXPECT_EQ(heard(5), heard(5));
  EXPECT_NE(heard(5), heard(6));
}

TEST(SimulatedLan, OnlyWhoIsAddressedOrPromiscuousHearsAFrame) {
  for (const MacAddress& to : {mac(2), broadcast_mac, MacAddress{{0x33, 0x33, 0, 0, 0, 1}}, mac(9)}) {
    SimulatedLan lan{1};
    Chatter speaker{mac(1), to};
    Chatter addressed{mac(2), mac(1)};
    Chatter other{mac(3), mac(1)};
    Chatter promiscuous{mac(4), mac(1)};
    speaker.talk(lan.now(), 1, 1s);
    lan.join(speaker, {.name = "speaker", .macs = {mac(1)}});
    lan.join(addressed, {.name = "addressed", .macs = {mac(2)}});
    lan.join(other, {.name = "other", .macs = {mac(3)}});
    lan.join(promiscuous, {.name = "promiscuous", .macs = {mac(4)}, .promiscuous = true});
    lan.run_for(1s);
    EXPECT_EQ(addressed.heard.size(), to.is_group() || to == mac(2) ? 1U : 0U) << to_string(to);
    EXPECT_EQ(other.heard.size(), to.is_group() ? 1U : 0U) << to_string(to);
    EXPECT_EQ(promiscuous.heard.size(), 1U) << to_string(to);
    EXPECT_TRUE(speaker.heard.empty());
  }
}

TEST(SimulatedLan, AFullSendQueueStallsAndLosesNothing) {
  Pair pair{{.send_time = 1ms, .send_queue = 10}};
  pair.talk(100, 0ms);
  EXPECT_EQ(pair.listener.heard.size(), 100U);
  EXPECT_EQ(pair.speaker.reported.frames_sent, 100U);
  EXPECT_EQ(pair.speaker.reported.stalls, 90U);
  EXPECT_EQ(pair.listener.heard[99].first - pair.listener.heard[0].first, 99ms);
}

TEST(SimulatedLan, AFullReceiveRingDropsAndSaysSo) {
  Pair pair{{}, {.receive_time = 1ms, .receive_ring = 10}};
  pair.talk(100, 0ms);
  EXPECT_EQ(pair.listener.heard.size(), 10U);
  EXPECT_EQ(pair.listener_station->counters().receive_drops, 90U);
  EXPECT_EQ(pair.listener.reported.receive_drops, 90U);
}

TEST(SimulatedLan, DeadlinesAreMetLateByTheSlackAndNeverEarly) {
  SimulatedLan lan{1};
  Chatter speaker{mac(1), mac(2)};
  const Instant start = lan.now();
  speaker.talk(start, 100, 10ms);
  lan.join(speaker, {.name = "speaker", .macs = {mac(1)}, .timer_slack = 3ms});
  lan.run_for(10s);
  ASSERT_EQ(speaker.met.size(), 100U);
  bool late = false;
  for (std::size_t i = 0; i < 100; ++i) {
    const Duration behind = speaker.met[i] - (start + i * 10ms);
    EXPECT_GE(behind, 0ms);
    EXPECT_LT(behind, 3ms);
    late |= behind > 1ms;
  }
  EXPECT_TRUE(late);
}

TEST(SimulatedLan, AHookSeesEachFrameOnceAndMayEatIt) {
  Pair pair{{}};
  std::uint32_t seen = 0;
  pair.lan.on_frame([&seen](Instant, const SimulatedStation* from, Bytes) {
    EXPECT_EQ(from->name(), "speaker");
    return seen++ % 2 == 0;
  });
  pair.talk(10, 1ms);
  EXPECT_EQ(seen, 10U);
  EXPECT_EQ(pair.listener.heard.size(), 5U);
  EXPECT_EQ(pair.lan.frames(), 10U);
}

TEST(SimulatedLan, AnEngineThatAsksForEverToBeCalledIsFoundOut) {
  struct Restless {
    void on_packet(Instant, const Packet&, Output&) {}
    void on_deadline(Instant, Output&) {}
    [[nodiscard]] std::optional<Instant> next_deadline() const { return Instant{}; }
  };
  SimulatedLan lan{1};
  Restless engine;
  lan.join(engine, {.name = "restless"});
  EXPECT_THROW(lan.run_for(1s), std::runtime_error);
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/faulty_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <vector>

#include "onlink/link/memory_link.hpp"

namespace onlink::inline v0 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Instant start{seconds{1000}};
constexpr std::size_t frame_count = 4000;

struct Arrival {
  std::size_t number;
  Instant when;
  SystemTime stamp;
  int wrong_bits;
};

std::vector<std::byte> frame_number(std::size_t number) {
  std::vector<std::byte> frame(16);
  store_be(static_cast<std::uint32_t>(number), std::span{frame}.first<4>());
  return frame;
}

int wrong_bits(Bytes frame) {
  int count = 0;
  for (const std::byte octet : frame.subspan(4)) count += std::popcount(std::to_integer<unsigned>(octet));
  return count;
}

// Everything that a port hands over while virtual time runs to the last arrival.
std::vector<Arrival> run_out(Port& port) {
  std::vector<Arrival> out;
  Instant now = start;
  auto sink = [&](const ReceivedFrame& frame) {
    out.push_back({load_be<std::uint32_t>(frame.bytes.first<4>()), now, frame.time, wrong_bits(frame.bytes)});
  };
  while (port.next_arrival()) {
    now = std::max(now, *port.next_arrival());
    port.set_now(now, SystemTime{now.time_since_epoch()});
    EXPECT_TRUE(port.receive(sink).has_value());
  }
  return out;
}

std::vector<Arrival> through(const Faults& incoming, std::uint64_t seed = 1) {
  MemoryLink link;
  for (std::size_t i = 0; i < frame_count; ++i) {
    link.first().inject(frame_number(i), start, SystemTime{start.time_since_epoch()});
  }
  FaultyPort port{link.first(), incoming, {}, seed};
  auto out = run_out(port);
  EXPECT_EQ(port.counters().received, out.size());
  return out;
}

std::size_t out_of_order(const std::vector<Arrival>& arrivals) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) count += arrivals[i].number < arrivals[i - 1].number ? 1 : 0;
  return count;
}

TEST(FaultyPort, WithoutFaultsChangesNothing) {
  const auto arrivals = through({});
  ASSERT_EQ(arrivals.size(), frame_count);
  EXPECT_EQ(out_of_order(arrivals), 0U);
  EXPECT_TRUE(std::ranges::all_of(arrivals, [](const Arrival& a) { return a.when == start && a.wrong_bits == 0; }));
}

TEST(FaultyPort, LosesAboutAsManyAsAsked) {
  const auto arrivals = through({.loss = 0.1});
  EXPECT_NEAR(static_cast<double>(arrivals.size()), 0.9 * frame_count, 0.02 * frame_count);
}

TEST(FaultyPort, DoublesAboutAsManyAsAsked) {
  const auto arrivals = through({.duplicate = 0.2});
  EXPECT_NEAR(static_cast<double>(arrivals.size()), 1.2 * frame_count, 0.02 * frame_count);
}

TEST(FaultyPort, DelaysEveryFrameAndItsStampWithinTheJitter) {
  const auto arrivals = through({.delay = milliseconds{20}, .jitter = milliseconds{30}});
  ASSERT_EQ(arrivals.size(), frame_count);
  for (const Arrival& arrival : arrivals) {
    EXPECT_GE(arrival.when, start + milliseconds{20});
    EXPECT_LT(arrival.when, start + milliseconds{50});
    EXPECT_EQ(arrival.stamp.time_since_epoch(), arrival.when.time_since_epoch());
  }
  EXPECT_GT(out_of_order(arrivals), 0U);
}

TEST(FaultyPort, ReordersWithoutDelayingTheRest) {
  const auto arrivals = through({.reorder = 0.01});
  const auto late = std::ranges::count_if(arrivals, [](const Arrival& a) { return a.when > start; });
  EXPECT_NEAR(static_cast<double>(late), 0.01 * frame_count, 0.01 * frame_count);
  EXPECT_GT(late, 0);
  EXPECT_GT(out_of_order(arrivals), 0U);
}

TEST(FaultyPort, CorruptsOneBitOfAFrame) {
  const auto arrivals = through({.corrupt = 1});
  ASSERT_EQ(arrivals.size(), frame_count);
  EXPECT_TRUE(std::ranges::all_of(arrivals, [](const Arrival& a) { return a.wrong_bits <= 1; }));
  // A quarter of the bits are in the number itself.
  const auto seen = std::ranges::count_if(arrivals, [](const Arrival& a) { return a.wrong_bits == 1; });
  EXPECT_NEAR(static_cast<double>(seen), 0.75 * frame_count, 0.05 * frame_count);
}

TEST(FaultyPort, SameSeedSameFaults) {
  const auto numbers = [](std::uint64_t seed) {
    std::vector<std::size_t> out;
    for (const Arrival& arrival : through({.loss = 0.5, .jitter = milliseconds{5}}, seed))
      out.push_back(arrival.number);
    return out;
  };
  EXPECT_EQ(numbers(7), numbers(7));
  EXPECT_NE(numbers(7), numbers(8));
}

TEST(FaultyPort, TreatsWhatGoesOutOnItsOwn) {
  MemoryLink link;
  FaultyPort port{link.first(), {.loss = 1}, {.delay = milliseconds{10}}, 1};
  port.set_now(start, {});
  const auto frame = frame_number(3);
  const std::vector<Bytes> frames{frame};
  EXPECT_EQ(port.send(frames), 1U);
  EXPECT_EQ(link.second().next_arrival(), std::nullopt);
  EXPECT_EQ(port.next_arrival(), start + milliseconds{10});
  link.second().inject(frame, start, {});
  EXPECT_THAT(run_out(port), testing::IsEmpty());
  EXPECT_EQ(link.second().next_arrival(), start);
  EXPECT_EQ(port.counters().sent, 1U);
}

TEST(FaultyPort, OffersAgainWhatThePortHadNoRoomFor) {
  MemoryLink link{1};
  FaultyPort port{link.first(), {}, {}, 1};
  port.set_now(start, {});
  const auto frame = frame_number(3);
  const std::vector<Bytes> frames{frame, frame};
  EXPECT_EQ(port.send(frames), 2U);
  ASSERT_TRUE(port.next_arrival());
  EXPECT_GT(*port.next_arrival(), start);
  link.second().set_now(start, {});
  auto sink = [](const ReceivedFrame&) {};
  EXPECT_EQ(link.second().receive(sink), 1U);
  EXPECT_THAT(run_out(port), testing::IsEmpty());
  EXPECT_NE(link.second().next_arrival(), std::nullopt);
  EXPECT_EQ(port.next_arrival(), std::nullopt);
}

}  // namespace
}  // namespace onlink::inline v0

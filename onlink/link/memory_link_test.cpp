// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/memory_link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace onlink::inline v0 {
namespace {

using std::chrono::seconds;

const std::vector<std::byte> one{std::byte{1}};
const std::vector<std::byte> two{std::byte{2}, std::byte{2}};

std::vector<std::vector<std::byte>> drain(Port& port) {
  std::vector<std::vector<std::byte>> out;
  auto sink = [&](const ReceivedFrame& frame) { out.emplace_back(frame.bytes.begin(), frame.bytes.end()); };
  while (port.receive(sink).value_or(0) != 0) {
  }
  return out;
}

TEST(MemoryLink, CarriesFramesInOrderWithTheSendersTime) {
  MemoryLink link;
  link.first().set_now(Instant{seconds{5}}, SystemTime{seconds{105}});
  const std::vector<Bytes> frames{one, two};
  EXPECT_EQ(link.first().send(frames), 2U);
  link.second().set_now(Instant{seconds{5}}, {});
  std::vector<ReceivedFrame> received;
  auto sink = [&](const ReceivedFrame& frame) { received.push_back(frame); };
  EXPECT_EQ(link.second().receive(sink), 2U);
  EXPECT_EQ(received[0].time, SystemTime{seconds{105}});
  EXPECT_EQ(received[1].original_size, 2U);
  EXPECT_THAT(drain(link.first()), testing::IsEmpty());
}

TEST(MemoryLink, TakesNoMoreThanThePeerHasRoomFor) {
  MemoryLink link{1};
  const std::vector<Bytes> frames{one, two};
  EXPECT_EQ(link.first().send(frames), 1U);
  EXPECT_EQ(link.first().send(FrameList(frames, 1)), 0U);
  EXPECT_EQ(link.first().counters().send_stalls, 2U);
  EXPECT_THAT(drain(link.second()), testing::ElementsAre(one));
  EXPECT_EQ(link.first().send(FrameList(frames, 1)), 1U);
  EXPECT_THAT(drain(link.second()), testing::ElementsAre(two));
}

TEST(MemoryLink, AFrameOfTheFutureWaits) {
  MemoryLink link;
  link.first().inject(one, Instant{seconds{2}}, {});
  EXPECT_THAT(drain(link.first()), testing::IsEmpty());
  EXPECT_EQ(link.first().next_arrival(), Instant{seconds{2}});
  link.first().close();
  EXPECT_FALSE(link.first().exhausted());
  link.first().set_now(Instant{seconds{2}}, {});
  EXPECT_THAT(drain(link.first()), testing::ElementsAre(one));
  EXPECT_TRUE(link.first().exhausted());
}

TEST(MemoryLink, DownAfterWhatHadArrived) {
  MemoryLink link;
  link.first().inject(one, {}, {});
  link.first().bring_down();
  auto sink = [](const ReceivedFrame&) {};
  EXPECT_EQ(link.first().receive(sink), 1U);
  EXPECT_EQ(link.first().receive(sink).error().code, ErrorCode::link_down);
  EXPECT_FALSE(link.first().check_link().has_value());
}

}  // namespace
}  // namespace onlink::inline v0

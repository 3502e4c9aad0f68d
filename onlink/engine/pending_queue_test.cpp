// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/pending_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace onlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr PendingQueue::Limits plenty{1'000'000, 1'000};

class PendingQueueTest : public ::testing::Test {
 protected:
  bool push(PendingQueue::List& list, std::uint64_t cookie, std::size_t size, PendingQueue::Limits limits = plenty) {
    const std::vector<std::byte> octets(size, static_cast<std::byte>(cookie));
    return queue_.push(list, {.packet = octets, .cookie = cookie}, limits,
                       [this](std::uint64_t gone) { dropped_.push_back(gone); });
  }
  std::vector<std::uint64_t> drain(PendingQueue::List& list) {
    std::vector<std::uint64_t> cookies;
    while (queue_.pop(list, [&](const PendingPacket& packet) {
      cookies.push_back(packet.cookie);
      for (const std::byte octet : packet.packet) EXPECT_EQ(octet, static_cast<std::byte>(packet.cookie));
    })) {
    }
    return cookies;
  }

  PendingQueue queue_{100, 10'000};
  std::vector<std::uint64_t> dropped_;
  PendingQueue::List a_ = PendingQueue::List::none;
  PendingQueue::List b_ = PendingQueue::List::none;
};

TEST_F(PendingQueueTest, GivesPacketsBackInOrderEachListItsOwn) {
  for (const std::uint64_t i : {1U, 2U, 3U}) {
    push(a_, i, 10);
    push(b_, 10 + i, 10);
  }
  EXPECT_EQ(queue_.size(a_), 3U);
  EXPECT_EQ(queue_.newest(b_).size(), 10U);
  EXPECT_EQ(queue_.newest(b_)[0], std::byte{13});
  EXPECT_THAT(drain(a_), ElementsAre(1, 2, 3));
  EXPECT_EQ(a_, PendingQueue::List::none);
  EXPECT_THAT(queue_.newest(a_), IsEmpty());
  EXPECT_THAT(drain(b_), ElementsAre(11, 12, 13));
  EXPECT_EQ(queue_.octets(), 0U);
}

TEST_F(PendingQueueTest, DropsTheOldestForWantOfOctets) {
  for (std::uint64_t i = 1; i <= 20; ++i) EXPECT_TRUE(push(a_, i, 10, {7 * 110, 1'000}));
  EXPECT_EQ(dropped_.size(), 13U);
  EXPECT_THAT(drain(a_), ElementsAre(14, 15, 16, 17, 18, 19, 20));
}

TEST_F(PendingQueueTest, DropsTheOldestForWantOfPlaces) {
  for (std::uint64_t i = 1; i <= 4; ++i) push(a_, i, 10, {1'000'000, 3});
  EXPECT_THAT(dropped_, ElementsAre(1));
  EXPECT_THAT(drain(a_), ElementsAre(2, 3, 4));
}

TEST_F(PendingQueueTest, KeepsTheNewestWithoutAnyRoom) {
  for (std::uint64_t i = 1; i <= 3; ++i) EXPECT_TRUE(push(a_, i, 10, {0, 0}));
  EXPECT_THAT(dropped_, ElementsAre(1, 2));
  EXPECT_THAT(drain(a_), ElementsAre(3));
}

TEST_F(PendingQueueTest, AllListsTogetherAreBoundedAndEachDropsItsOwn) {
  for (std::uint64_t i = 0; i < 90; ++i) EXPECT_TRUE(push(a_, 1, 0));
  for (std::uint64_t i = 0; i < 10; ++i) EXPECT_TRUE(push(b_, 2, 0));
  EXPECT_EQ(queue_.octets(), 10'000U);
  EXPECT_TRUE(push(b_, 3, 0));
  EXPECT_THAT(dropped_, ElementsAre(2));
  PendingQueue::List c = PendingQueue::List::none;
  EXPECT_FALSE(push(c, 4, 0));
  EXPECT_EQ(c, PendingQueue::List::none);
  EXPECT_FALSE(push(b_, 5, 20'000));  // which could never be kept, so that nothing makes room for it
  EXPECT_EQ(queue_.size(b_), 10U);
}

TEST_F(PendingQueueTest, PlacesAreUsedAgain) {
  for (int round = 0; round < 1'000; ++round) {
    push(a_, 1, 50);
    push(a_, 2, 50);
    push(b_, 3, 50);
    ASSERT_THAT(drain(a_), ElementsAre(1, 2));
    ASSERT_THAT(drain(b_), ElementsAre(3));
  }
}

TEST_F(PendingQueueTest, KeepsTheSourceMac) {
  const MacAddress mac{{2, 0, 0, 0, 0, 7}};
  const std::array<std::byte, 1> octets{};
  queue_.push(a_, {.packet = octets, .source_mac = mac}, plenty, [](std::uint64_t) {});
  queue_.pop(a_, [&](const PendingPacket& packet) { EXPECT_EQ(packet.source_mac, mac); });
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/neighbor_message.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace onlink::inline v0::kernel {
namespace {

using namespace std::chrono_literals;

constexpr int index_of_interface = 3;

struct Message {
  explicit Message(std::uint16_t family = AF_INET) {
    auto& row = request.payload<ndmsg>();
    row.ndm_family = static_cast<std::uint8_t>(family);
    row.ndm_ifindex = index_of_interface;
    row.ndm_state = NUD_STALE;
  }
  std::optional<NeighborEntry> parsed() { return parse_neighbor(request.header()); }

  Request request{RTM_NEWNEIGH, 0};
};

Duration used_of(std::uint32_t ticks) {
  Message message;
  message.request.put(NDA_DST, IpAddress{Ipv4Address::of(192, 0, 2, 9)});
  const nda_cacheinfo info{.ndm_confirmed = 0, .ndm_used = ticks, .ndm_updated = 0, .ndm_refcnt = 0};
  message.request.put(NDA_CACHEINFO, &info, sizeof info);
  return message.parsed().value().ages.used;
}

TEST(NeighborMessage, AgesAreInHundredthsOfASecond) {
  EXPECT_EQ(used_of(150), 1500ms);
  EXPECT_EQ(used_of(3'000'000'000), 30'000'000s);
}

// As a kernel of 250 or 1,000 Hz and one of 100 Hz tell that a packet went out a jiffy after they looked at the clock.
TEST(NeighborMessage, WhatHappenedMeanwhileHasNoAge) {
  for (const std::uint64_t jiffy : {1'000'000ULL, 4'000'000ULL}) {
    const auto ticks = static_cast<std::uint32_t>((std::uint64_t{0} - jiffy) / 10'000'000);
    EXPECT_EQ(used_of(ticks), 0s) << ticks;
  }
  EXPECT_EQ(used_of(UINT32_MAX), 0s);
}

TEST(NeighborMessage, LinkLayerAddressOfInfinibandIsNoMacAddress) {
  Message message;
  message.request.put(NDA_DST, IpAddress{Ipv4Address::of(192, 0, 2, 9)});
  const std::array<std::uint8_t, 20> infiniband{0x80, 0, 0, 0x48, 0xfe, 0x80};
  message.request.put(NDA_LLADDR, infiniband.data(), infiniband.size());
  const auto entry = message.parsed();
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->mac);
  EXPECT_EQ(entry->other_address.size(), infiniband.size());
}

TEST(NeighborMessage, CutOffAttributesAreNotRead) {
  Message message;
  message.request.put(NDA_DST, IpAddress{Ipv4Address::of(192, 0, 2, 9)});
  message.request.put_u8(NDA_CACHEINFO, 1);
  message.request.put_u8(NDA_PROBES, 1);
  message.request.put_u8(NDA_LLADDR, 1);
  const auto entry = message.parsed();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->ages, NeighborAges{});
  EXPECT_EQ(entry->probes, 0U);
  EXPECT_FALSE(entry->mac);
}

TEST(NeighborMessage, RowsOfABridgeAndRowsWithoutAnAddressAreNoNeighbors) {
  EXPECT_FALSE(Message{}.parsed());
  Message bridge{AF_BRIDGE};
  bridge.request.put(NDA_DST, IpAddress{Ipv4Address::of(192, 0, 2, 9)});
  EXPECT_FALSE(bridge.parsed());
}

}  // namespace
}  // namespace onlink::inline v0::kernel

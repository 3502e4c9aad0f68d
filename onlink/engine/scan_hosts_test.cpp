// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onlink::inline v0 {
namespace {

IpAddress ipv4(std::uint32_t number) { return Ipv4Address{number}; }
MacAddress mac(std::uint64_t number) { return MacAddress::from_value(0x020000000000 + number); }

TEST(HostTable, FindsEachOfManyHosts) {
  HostTable table{1 << 20};
  for (std::uint32_t i = 0; i < 70'000; ++i) EXPECT_EQ(table.add(ipv4(0x0a000000 + i * 3)), i);
  for (std::uint32_t i = 0; i < 70'000; ++i) {
    ASSERT_EQ(table.find(ipv4(0x0a000000 + i * 3)), i);
    ASSERT_EQ(table.find(ipv4(0x0a000000 + i * 3 + 1)), HostTable::none);
  }
}

TEST(HostTable, KeepsAHostInPlaceWhileItGrows) {
  HostTable table{1 << 20};
  const ScanHost* first = &table[table.add(ipv4(1))];
  for (std::uint32_t i = 2; i < 5000; ++i) table.add(ipv4(i));
  EXPECT_EQ(first, &table[table.find(ipv4(1))]);
}

TEST(HostTable, TakesNoMoreThanItMay) {
  HostTable table{2};
  EXPECT_NE(table.add(ipv4(1)), HostTable::none);
  EXPECT_NE(table.add(ipv4(2)), HostTable::none);
  EXPECT_EQ(table.add(ipv4(3)), HostTable::none);
  EXPECT_EQ(table.find(ipv4(3)), HostTable::none);
}

TEST(HostTable, KeepsEveryMacOfAHostInOrder) {
  HostTable table{100};
  for (std::uint32_t i = 0; i < 3; ++i) table[table.add(ipv4(i + 1))].mac = mac(i);
  EXPECT_FALSE(table.add_mac(1, mac(1))) << "its own";
  EXPECT_FALSE(table[1].conflict);
  EXPECT_TRUE(table.add_mac(1, mac(9)));
  EXPECT_TRUE(table.add_mac(0, mac(7)));
  EXPECT_TRUE(table.add_mac(1, mac(8)));
  EXPECT_FALSE(table.add_mac(1, mac(9)));
  EXPECT_THAT(table.other_macs(1), testing::ElementsAre(mac(9), mac(8)));
  EXPECT_THAT(table.other_macs(0), testing::ElementsAre(mac(7)));
  EXPECT_THAT(table.other_macs(2), testing::IsEmpty());
  EXPECT_TRUE(table[1].conflict);
  EXPECT_TRUE(table.has_mac(1, mac(8)));
  EXPECT_FALSE(table.has_mac(0, mac(8)));
}

TEST(HostTable, IsNotFilledByOneHostsClaims) {
  HostTable table{100};
  table[table.add(ipv4(1))].mac = mac(0);
  for (std::uint64_t i = 1; i < 1000; ++i) table.add_mac(0, mac(i));
  EXPECT_EQ(table.other_macs(0).size(), HostTable::max_other_macs);
}

TEST(ScanHost, IsSmall) { EXPECT_LE(sizeof(ScanHost), 64U); }

TEST(ScanHost, ShowsTheFirstRoundTripTime) {
  ScanHost host;
  EXPECT_EQ(host.round_trip(), std::nullopt);
  host.on_round_trip(std::chrono::nanoseconds{300});
  EXPECT_EQ(host.round_trip(), Duration{});
  host.on_round_trip(std::chrono::milliseconds{5});
  EXPECT_EQ(host.round_trip(), Duration{});
}

}  // namespace
}  // namespace onlink::inline v0

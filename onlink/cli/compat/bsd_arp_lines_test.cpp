// SPDX-License-Identifier: Apache-2.0
// The lines of FreeBSD's and macOS's arp, as published.
#include "onlink/cli/compat/bsd_arp_lines.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0::cli::compat {
namespace {

using namespace std::chrono_literals;
using enum BsdArpDialect;

BsdArpRow row(Ipv4Address address, const MacAddress& mac, std::string interface) {
  return {.address = address, .mac = mac, .interface = std::move(interface)};
}
const BsdArpRow router = row(Ipv4Address::of(192, 168, 31, 1), {{0x64, 9, 0x80, 0x70, 0xc6, 3}}, "en0");

TEST(BsdArpLine, MacosLeavesZerosOutAndNamesTheScope) {
  EXPECT_EQ(bsd_arp_line(macos, router, {}), "? (192.168.31.1) at 64:9:80:70:c6:3 on en0 ifscope [ethernet]\n");
  BsdArpRow own = router;
  own.permanent = true;
  EXPECT_EQ(bsd_arp_line(macos, own, "mac"),
            "mac (192.168.31.1) at 64:9:80:70:c6:3 on en0 ifscope permanent [ethernet]\n");
}

TEST(BsdArpLine, FreebsdCountsDownFromTwentyMinutes) {
  BsdArpRow one = row(Ipv4Address::of(192, 0, 2, 1), {{2, 0, 0, 0, 0, 1}}, "em0");
  one.age = 13s;
  EXPECT_EQ(bsd_arp_line(freebsd, one, {}),
            "? (192.0.2.1) at 02:00:00:00:00:01 on em0 expires in 1187 seconds [ethernet]\n");
  one.age = 20min;
  EXPECT_EQ(bsd_arp_line(freebsd, one, {}), "? (192.0.2.1) at 02:00:00:00:00:01 on em0 expired [ethernet]\n");
  one.permanent = one.published = true;
  one.kind = "vlan";
  EXPECT_EQ(bsd_arp_line(freebsd, one, {}), "? (192.0.2.1) at 02:00:00:00:00:01 on em0 permanent published [vlan]\n");
}

TEST(BsdArpLine, WithoutAnAddressItIsIncomplete) {
  BsdArpRow one = router;
  one.mac.reset();
  EXPECT_EQ(bsd_arp_line(macos, one, {}), "? (192.168.31.1) at (incomplete) on en0 ifscope [ethernet]\n");
  EXPECT_EQ(bsd_arp_line(freebsd, one, {}), "? (192.168.31.1) at (incomplete) on en0 expired [ethernet]\n");
}

TEST(MacosArpTable, ColumnsAreThoseOfTheHeader) {
  EXPECT_EQ(macos_arp_header, "Neighbor                Linklayer Address Expire(O) Expire(I)    Netif Refs Prbs\n");
  BsdArpRow one = row(Ipv4Address::of(192, 168, 1, 1), {{0, 0x7f, 0x28, 0xcc, 0xa9, 0xf1}}, "en1");
  one.age = 110s;
  EXPECT_EQ(macos_arp_table_line(one, "rtr.germans"),
            "rtr.germans             0:7f:28:cc:a9:f1  10s       10s            en1    1\n");
  one.age = 21s;
  EXPECT_EQ(macos_arp_table_line(one, "rtr.germans"),
            "rtr.germans             0:7f:28:cc:a9:f1  1m39s     1m39s          en1    1\n");
  one.age = 1h;
  EXPECT_EQ(macos_arp_table_line(one, "slammerfox.germans"),
            "slammerfox.germans      0:7f:28:cc:a9:f1  expired   expired        en1    1\n");
  const BsdArpRow broadcast = row(Ipv4Address::of(192, 168, 1, 255), broadcast_mac, "en1");
  EXPECT_EQ(macos_arp_table_line(broadcast, {}),
            "192.168.1.255           ff:ff:ff:ff:ff:ff (none)    (none)         en1\n");
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/format.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0 {
namespace {

TEST(Format, ValueTypesTakeWidthsAsStringsDo) {
  const MacAddress mac{{0x08, 0x00, 0x27, 0x53, 0x10, 0x67}};
  const IpAddress ip = Ipv4Address::of(192, 168, 1, 109);
  EXPECT_EQ(fmt::format("{:<15}|{}|{:>20}", ip, mac, Family::ipv6),
            "192.168.1.109  |08:00:27:53:10:67|                ipv6");
  EXPECT_EQ(fmt::format("{}", Prefix{ip, 24}), "192.168.1.109/24");
  EXPECT_EQ(fmt::format("{}", AddressRange{ip, ip}), to_string(AddressRange{ip, ip}));
}

}  // namespace
}  // namespace onlink::inline v0

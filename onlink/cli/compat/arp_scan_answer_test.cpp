// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_answer.hpp"

#include <gtest/gtest.h>

#include "tests/support/hex.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr MacAddress own{{2, 0, 0, 0, 0, 1}};
const std::string addresses = "020000000001 080027000002 ";
const std::string arp = "0001 0800 0604 0002 080027000002 c0000202 020000000001 c0000201";

bool passes(const std::string& behind_addresses) {
  return passes_scan_filter(test::from_hex(addresses + behind_addresses), own);
}

TEST(ArpScanAnswer, TheFilterKnowsArpPlainTaggedAndInSnap) {
  EXPECT_TRUE(passes("0806" + arp));
  EXPECT_TRUE(passes("8100 0064 0806" + arp));
  EXPECT_TRUE(passes("88a8 0064 0806" + arp)) << "the kernel took that tag off";
  EXPECT_TRUE(passes("8100 0064 8100 0065 0806" + arp));
  EXPECT_TRUE(passes("0024 aaaa03000000 0806" + arp));
  EXPECT_TRUE(passes("8100 0064 0024 aaaa03000000 0806" + arp));
  EXPECT_FALSE(passes("0800" + arp));
  EXPECT_FALSE(passes("8035" + arp));
  EXPECT_FALSE(passes("0024 aaaa03000000 0800" + arp));
  EXPECT_FALSE(passes("8100 0064 8100 0065 8100 0066 0806" + arp));
  EXPECT_FALSE(passes_scan_filter(test::from_hex("ffffffffffff 080027000002 0806" + arp), own));
}

TEST(ArpScanAnswer, ReadsTagSnapProtocolAndPadding) {
  const auto frame =
      test::from_hex(addresses + "8100 e064 0024 aaaa03000000 0806" + "0001 86dd" + arp.substr(9) + "0102");
  const auto answer = read_scan_answer(frame);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->vlan, 0x64);
  EXPECT_TRUE(answer->llc_snap);
  EXPECT_EQ(answer->protocol_type, 0x86dd);
  EXPECT_EQ(to_string(answer->sender_protocol_addr), "192.0.2.2");
  EXPECT_EQ(to_string(answer->frame_source), "08:00:27:00:00:02");
  EXPECT_EQ(test::to_hex(answer->padding), "0102");
}

TEST(ArpScanAnswer, AFrameThatEndsWithinItsArpPacketIsNone) {
  auto frame = test::from_hex(addresses + "0024 aaaa03000000 0806" + arp);
  for (std::size_t size = 0; size < frame.size(); ++size) {
    EXPECT_FALSE(read_scan_answer(Bytes{frame}.first(size))) << size;
  }
  EXPECT_TRUE(read_scan_answer(frame));
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

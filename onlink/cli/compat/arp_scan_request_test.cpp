// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_request.hpp"

#include <gtest/gtest.h>

#include "onlink/wire/decode.hpp"
#include "tests/support/hex.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr auto target = Ipv4Address::of(192, 0, 2, 9);

std::string frame_of(const ArpScanRequest& request) {
  std::vector<std::byte> frame(frame_size(request));
  encode(request, target, frame);
  return test::to_hex(frame);
}

TEST(ArpScanRequest, IsAnArpRequestUnlessToldOtherwise) {
  ArpScanRequest request;
  request.source = request.sender_hardware_addr = MacAddress{{2, 0, 0, 0, 0, 1}};
  request.sender_protocol_addr = Ipv4Address::of(192, 0, 2, 1);
  EXPECT_EQ(frame_of(request),
            "ffffffffffff0200000000010806000108000604000102000000"
            "0001c0000201000000000000c0000209");
  EXPECT_EQ(octets_on_wire(request), 64U);
}

TEST(ArpScanRequest, EveryFieldIsWhatTheOptionSays) {
  const ArpScanRequest request{.destination = {{1, 2, 3, 4, 5, 6}},
                               .source = {{7, 8, 9, 10, 11, 12}},
                               .vlan = 0xf005,
                               .type = 0x1234,
                               .hardware_type = 0x1122,
                               .protocol_type = 0x3344,
                               .hardware_len = 0x55,
                               .protocol_len = 0x66,
                               .operation = 0x7788,
                               .sender_hardware_addr = {{1, 1, 1, 1, 1, 1}},
                               .sender_protocol_addr = std::nullopt,
                               .target_hardware_addr = {{2, 2, 2, 2, 2, 2}},
                               .padding = {std::byte{0xab}}};
  EXPECT_EQ(frame_of(request),
            "0102030405060708090a0b0c8100f0051234112233445566778801"
            "0101010101c0000209020202020202c0000209ab");
}

TEST(ArpScanRequest, TheLengthInLlcCountsTheEthernetHeaderAndNotThePadding) {
  ArpScanRequest request{.llc_snap = true, .padding = {std::byte{1}, std::byte{2}}};
  EXPECT_EQ(frame_of(request).substr(24, 20), "0032aaaa030000000806");
  request.vlan = 5;
  EXPECT_EQ(frame_of(request).substr(24, 28), "810000050036aaaa030000000806");
  EXPECT_EQ(octets_on_wire(request), 74U);
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

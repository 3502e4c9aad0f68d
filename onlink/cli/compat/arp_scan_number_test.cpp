// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_number.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onlink::inline v0::cli::compat {
namespace {

TEST(ArpScanNumber, TakesBlanksAroundItAndSaturates) {
  EXPECT_EQ(read_scan_number(" 12 ", 10), 12);
  EXPECT_EQ(read_scan_number("010", 10), 10);
  EXPECT_EQ(read_scan_number("010", 0), 8);
  EXPECT_EQ(read_scan_number("0x10", 0), 16);
  EXPECT_EQ(read_scan_number("99999999999999999999", 10), std::numeric_limits<long>::max());
}

TEST(ArpScanNumber, QuotesWhatIsNone) {
  for (const char* text : {"", "x", "2x", "1.5"}) {
    EXPECT_EQ(read_scan_number(text, 10).error(), std::string{"ERROR: \""} + text + "\" is not a valid numeric value");
  }
  EXPECT_FALSE(read_scan_number("0x10", 10));
}

TEST(ArpScanNumber, AnIntervalIsInMillisecondsUnlessItSaysOtherwise) {
  EXPECT_EQ(read_scan_interval("5"), 5000);
  EXPECT_EQ(read_scan_interval("5u"), 5);
  EXPECT_EQ(read_scan_interval("5U"), 5);
  EXPECT_EQ(read_scan_interval("5s"), 5'000'000);
  EXPECT_EQ(read_scan_interval("-1"), -1000);
  EXPECT_EQ(read_scan_interval("5m").error(), "ERROR: Unknown interval multiplier character: \"m\"");
  EXPECT_EQ(read_scan_interval("").error(), "ERROR: Unknown interval multiplier character: \"");
  EXPECT_EQ(read_scan_interval("u").error(), "ERROR: \"\" is not a valid numeric value");
}

TEST(ArpScanNumber, ABandwidthHasDecimalMultiplesAndThirtyTwoBits) {
  EXPECT_EQ(read_scan_bandwidth("256000"), 256000U);
  EXPECT_EQ(read_scan_bandwidth("256K"), 256000U);
  EXPECT_EQ(read_scan_bandwidth("1m"), 1'000'000U);
  EXPECT_EQ(read_scan_bandwidth("5000M"), 705'032'704U);
  EXPECT_EQ(read_scan_bandwidth("1G").error(), "ERROR: Unknown bandwidth multiplier character: \"G\"");
  EXPECT_EQ(read_scan_bandwidth("1.5M").error(), "ERROR: \"1.5\" is not a valid numeric value");
}

TEST(ArpScanNumber, AMacAddressIsSixNumbersBetweenOneKindOfSign) {
  const MacAddress mac{{1, 2, 3, 4, 5, 0x89}};
  EXPECT_EQ(read_scan_mac("1:2:3:4:5:6789"), mac);
  EXPECT_EQ(read_scan_mac("01-02-03-04-05-89"), mac);
  EXPECT_EQ(read_scan_mac("01:02:03:04:05:89:07"), mac);
  for (const char* text : {"", "x", "010203040506", "1:2:3:4:5", "1:2-3:4:5:6", "1.2.3.4.5.6"}) {
    EXPECT_FALSE(read_scan_mac(text)) << text;
  }
}

TEST(ArpScanNumber, PaddingTakesAnyCharacterForADigit) {
  using testing::ElementsAre;
  EXPECT_THAT(*read_scan_padding("aBcD"), ElementsAre(std::byte{0xab}, std::byte{0xcd}));
  EXPECT_THAT(*read_scan_padding("12zz0x@ "),
              ElementsAre(std::byte{0x12}, std::byte{0x33}, std::byte{0x01}, std::byte{0x99}));
  EXPECT_TRUE(read_scan_padding("")->empty());
  EXPECT_EQ(read_scan_padding("1").error(), "ERROR: Length of --padding argument must be even (multiple of 2).");
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

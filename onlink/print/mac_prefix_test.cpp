// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/mac_prefix.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0 {
namespace {

struct Spelling {
  const char* name;
  const char* text;
  std::uint64_t value;  // of the 48-bit address
  unsigned bits;
};

class PrefixSpelling : public testing::TestWithParam<Spelling> {};

TEST_P(PrefixSpelling, IsRead) {
  const auto prefix = parse_mac_prefix(GetParam().text);
  ASSERT_TRUE(prefix) << prefix.error().context;
  EXPECT_EQ(prefix->address.value(), GetParam().value);
  EXPECT_EQ(prefix->bits, GetParam().bits);
}

INSTANTIATE_TEST_SUITE_P(
    , PrefixSpelling,
    testing::Values(Spelling{"Colons", "00:22:72", 0x002272000000, 24},
                    Spelling{"Dashes", "00-22-72", 0x002272000000, 24}, Spelling{"Dots", "0022.72", 0x002272000000, 24},
                    Spelling{"Bare", "002272", 0x002272000000, 24},
                    Spelling{"OneDigitGroups", "0:22:72", 0x002272000000, 24},
                    Spelling{"OneDigitGroupsThroughout", "8:0:2", 0x080002000000, 24},
                    Spelling{"HalfOctet", "01:23:45:6", 0x012345600000, 28},
                    Spelling{"BareHalfOctet", "70B3D5F2F", 0x70b3d5f2f000, 36},
                    Spelling{"LengthBehindAHalfOctet", "70:b3:d5:f2:f/36", 0x70b3d5f2f000, 36},
                    Spelling{"LengthBehindAWholeAddress", "00:1B:C5:01:23:45/36", 0x001bc5012000, 36},
                    Spelling{"DotsWithHalfOctet", "741a.e09", 0x741ae0900000, 28},
                    Spelling{"WholeAddress", "ffffffffffff", 0xffffffffffff, 48}),
    [](const auto& row) { return row.param.name; });

TEST(MacPrefix, RefusesWhatIsNoPrefix) {
  for (const char* text :
       {"", "0", "00:22:72:", ":22", "00::72", "00:22-72", "00:222:72", "gg", "00:22:72/25", "00:22:72/0", "00:22:72/",
        "00:22:72/x", "0011223344556", "00 22 72", "-1", "+1a", "00:22:72/+8"}) {
    const auto prefix = parse_mac_prefix(text);
    ASSERT_FALSE(prefix) << text;
    EXPECT_TRUE(prefix.error().context.starts_with(std::string("'") + text + "': ")) << prefix.error().context;
  }
}

TEST(MacPrefix, TextSaysItsLengthUnlessTheOctetsDo) {
  for (const char* text : {"00:22:72", "70:b3:d5:f2:f/36", "74:1a:e0:9/28", "00:00:5e:00:01", "80/1"}) {
    const auto prefix = parse_mac_prefix(text);
    ASSERT_TRUE(prefix) << text;
    EXPECT_EQ(to_string(*prefix), text);
  }
}

TEST(MacPrefix, ContainsItsOwnAddressesOnly) {
  const auto prefix = *parse_mac_prefix("74:1a:e0:9/28");
  EXPECT_TRUE(prefix.contains(MacAddress{{0x74, 0x1a, 0xe0, 0x90, 0, 0}}));
  EXPECT_TRUE(prefix.contains(MacAddress{{0x74, 0x1a, 0xe0, 0x9f, 0xff, 0xff}}));
  EXPECT_FALSE(prefix.contains(MacAddress{{0x74, 0x1a, 0xe0, 0xa0, 0, 0}}));
}

}  // namespace
}  // namespace onlink::inline v0

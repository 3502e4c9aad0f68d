// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/mac_address.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

#include "onlink/base/hardware_address.hpp"

namespace onlink {
namespace {

constexpr MacAddress mac{{0x00, 0x0c, 0x29, 0xb0, 0x61, 0x05}};

static_assert(mac.is_unicast() && !mac.is_group() && !mac.is_locally_administered());
static_assert(broadcast_mac.is_broadcast() && broadcast_mac.is_group() && !broadcast_mac.is_unicast());
static_assert(MacAddress{}.is_zero() && !MacAddress{}.is_unicast());
static_assert(MacAddress{{0x02, 0, 0, 0, 0, 1}}.is_locally_administered());
static_assert(MacAddress{{0x01, 0, 0x5e, 0, 0, 1}}.is_group());
static_assert(mac.value() == 0x000c29b06105 && MacAddress::from_value(mac.value()) == mac);
static_assert(MacAddress::from_value(0xffff'000c29b06105) == mac, "what is above 48 bits does not count");
static_assert(modified_eui64(mac) == std::array<std::uint8_t, 8>{0x02, 0x0c, 0x29, 0xff, 0xfe, 0xb0, 0x61, 0x05});
static_assert(modified_eui64({{0x02, 0, 0, 0, 0, 1}})[0] == 0x00, "the bit is flipped, not set");
static_assert(MacAddress{{0, 0, 0, 0, 1, 0}} < MacAddress{{0, 0, 0, 1, 0, 0}});

struct Row {
  std::string_view text;
  MacAddress expected;
};

TEST(ParseMac, EveryNotation) {
  constexpr MacAddress abc{{0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}};
  constexpr MacAddress short_groups{{8, 0, 0x20, 1, 2, 3}};
  constexpr Row rows[] = {
      {"aa:bb:cc:dd:ee:ff", abc},
      {"AA:BB:CC:DD:EE:FF", abc},
      {"aA:bB:Cc:dD:Ee:fF", abc},
      {"aa-bb-cc-dd-ee-ff", abc},
      {"AA-BB-CC-DD-EE-FF", abc},
      {"aabb.ccdd.eeff", abc},
      {"AABB.CCDD.EEFF", abc},
      {"aabbccddeeff", abc},
      {"AABBCCDDEEFF", abc},
      {"8:0:20:1:2:3", short_groups},
      {"08:00:20:01:02:03", short_groups},
      {"8-0-20-1-2-3", short_groups},
      {"0800.2001.0203", short_groups},
      {"f0:18:98:1c:8:75", {{0xf0, 0x18, 0x98, 0x1c, 0x08, 0x75}}},
      {"0:0:0:0:0:0", {}},
      {"ff:ff:ff:ff:ff:ff", broadcast_mac},
  };
  for (const Row& row : rows) {
    const auto parsed = parse_mac(row.text);
    ASSERT_TRUE(parsed) << row.text;
    EXPECT_EQ(*parsed, row.expected) << row.text;
  }
}

TEST(ParseMac, EverythingElseIsRefusedAndQuoted) {
  const std::string_view refused[] = {
      "",
      "aa:bb-cc:dd:ee:ff",  // mixed separators
      "aa:bb:cc:dd:ee-ff",
      "aabb.cc:dd.eeff",
      "aa:bb:cc:dd:ee",  // count of groups
      "aa:bb:cc:dd:ee:ff:00",
      "aabb.ccdd",
      "aabb.ccdd.eeff.0011",
      "aa-bb",
      "100:0:0:0:0:0",  // a group above ff
      "aa:bb:cc:dd:ee:fff",
      "1aabb.ccdd.eeff",    // a group above ffff
      "aa.bb.cc.dd.ee.ff",  // dots part groups of four
      "abb.ccdd.eeff",
      "aa::cc:dd:ee:ff",  // empty groups
      ":aa:bb:cc:dd:ee",
      "aa:bb:cc:dd:ee:",
      "..",
      ":::::",
      "aa:bb:cc:dd:ee:ff ",  // blanks
      " aa:bb:cc:dd:ee:ff",
      "aa:bb:cc: dd:ee:ff",
      "aa bb cc dd ee ff",
      "aa:bb:cc:dd:ee:ff\n",
      "aa:bb:cc:dd:ee:ffx",  // trailing text
      "aabbccddeeffx",
      "aabbccddeeff00",
      "aabbccddeef",
      "0xaabbccddee",
      "gg:bb:cc:dd:ee:ff",  // not hexadecimal
      "aa:bb:cc:dd:ee:-1",
      "+a:bb:cc:dd:ee:ff",
      "aa_bb_cc_dd_ee_ff",
  };
  for (const std::string_view text : refused) {
    const auto parsed = parse_mac(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::usage) << text;
    EXPECT_NE(parsed.error().context.find("'" + std::string{text} + "'"), std::string::npos) << parsed.error().context;
  }
}

TEST(ParseMac, NulIsNotTheEndOfTheText) {
  EXPECT_FALSE(parse_mac(std::string_view{"aa:bb:cc:dd:ee:ff\0", 18}));
  EXPECT_FALSE(parse_mac(std::string_view{"aa:bb:cc:dd:ee:\0f", 17}));
}

TEST(ParseMac, TheReasonNamesTheFault) {
  const auto reason = [](std::string_view text) { return parse_mac(text).error().context; };
  EXPECT_NE(reason("aa:bb-cc:dd:ee:ff").find("mixed separators"), std::string::npos);
  EXPECT_NE(reason("aa:bb").find("number of groups"), std::string::npos);
  EXPECT_NE(reason("aa::cc:dd:ee:ff").find("empty group"), std::string::npos);
  EXPECT_NE(reason("aaa:bb:cc:dd:ee:ff").find("too long"), std::string::npos);
  EXPECT_NE(reason("gg:bb:cc:dd:ee:ff").find("hexadecimal"), std::string::npos);
}

TEST(MacText, CanonicalIsLowerCaseWithColons) {
  EXPECT_EQ(to_string(mac), "00:0c:29:b0:61:05");
  EXPECT_EQ(to_string(*parse_mac("8:0:20:A:B:C")), "08:00:20:0a:0b:0c") << "N-015";
}

TEST(MacText, NotationsReadBack) {
  EXPECT_EQ(to_string(mac, MacNotation::dash), "00-0c-29-b0-61-05");
  EXPECT_EQ(to_string(mac, MacNotation::dot), "000c.29b0.6105");
  EXPECT_EQ(to_string(mac, MacNotation::bare), "000c29b06105");
  for (const auto notation : {MacNotation::colon, MacNotation::dash, MacNotation::dot, MacNotation::bare}) {
    EXPECT_EQ(parse_mac(to_string(mac, notation)), mac);
  }
}

TEST(MacAddress, HashesDifferForNeighbours) {
  std::unordered_set<std::size_t> hashes;
  for (std::uint64_t i = 0; i < 4096; ++i)
    hashes.insert(std::hash<MacAddress>{}(MacAddress::from_value(mac.value() + i)));
  EXPECT_EQ(hashes.size(), 4096U);
}

TEST(HardwareAddress, AnyLengthUpToThirtyTwo) {
  EXPECT_EQ(parse_hardware_address("7")->size(), 1U);
  EXPECT_EQ(to_string(*parse_hardware_address("4:51")), "04:51");
  const std::string infiniband = "80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:0a:bc:de";
  EXPECT_EQ(to_string(*parse_hardware_address(infiniband)), infiniband);
  std::string longest = "ff";
  for (int i = 1; i < 32; ++i) longest += ":ff";
  EXPECT_EQ(parse_hardware_address(longest)->size(), 32U);
  EXPECT_FALSE(parse_hardware_address(longest + ":ff"));
}

TEST(HardwareAddress, OfSixOctetsIsAMacInEveryNotation) {
  for (const std::string_view text : {"00:0c:29:b0:61:05", "00-0c-29-b0-61-05", "000c.29b0.6105", "000c29b06105"}) {
    EXPECT_EQ(parse_hardware_address(text)->mac(), mac) << text;
  }
  EXPECT_EQ(HardwareAddress{mac}, *parse_hardware_address("0:c:29:b0:61:5"));
  EXPECT_EQ(parse_hardware_address("1:2:3:4:5:6:7")->mac(), std::nullopt);
}

TEST(HardwareAddress, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", ":", "1:", ":1", "1::2", "100", "1:100", "g", "1-2-3", "1 2", "1:2 ", "1:-2"}) {
    const auto parsed = parse_hardware_address(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::usage);
  }
}

TEST(HardwareAddress, FromBytesOfAPacket) {
  const std::array<std::byte, 33> bytes{std::byte{4}, std::byte{0x51}};
  EXPECT_EQ(to_string(*HardwareAddress::from_bytes(Bytes{bytes}.first(2))), "04:51");
  EXPECT_EQ(HardwareAddress::from_bytes({})->size(), 0U);
  EXPECT_EQ(HardwareAddress::from_bytes(bytes), std::nullopt);
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/ip_address.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace onlink {
namespace {

constexpr Ipv4Address host = Ipv4Address::of(192, 0, 2, 1);
static_assert(host.value == 0xc0000201);
static_assert(Ipv4Address::from_octets(host.octets()) == host);
static_assert(Ipv4Address{}.is_unspecified() && !host.is_unspecified());
static_assert(Ipv4Address::of(127, 0, 0, 5).is_loopback() && !Ipv4Address::of(128, 0, 0, 1).is_loopback());
static_assert(Ipv4Address::of(224, 0, 0, 0).is_multicast() && Ipv4Address::of(239, 255, 255, 255).is_multicast());
static_assert(!Ipv4Address::of(223, 255, 255, 255).is_multicast() && !Ipv4Address::of(240, 0, 0, 0).is_multicast());
static_assert(Ipv4Address::of(255, 255, 255, 255).is_broadcast());
static_assert(Ipv4Address::of(169, 254, 9, 9).is_link_local() && !Ipv4Address::of(169, 253, 9, 9).is_link_local());

constexpr Ipv6Address sample{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34, 0x56}};
constexpr Ipv6Address sample_group = solicited_node_address(sample);
static_assert(sample_group == Ipv6Address{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x12, 0x34, 0x56}}, "N-016");
static_assert(multicast_mac(sample_group) == MacAddress{{0x33, 0x33, 0xff, 0x12, 0x34, 0x56}}, "N-016");
static_assert(sample_group.is_solicited_node() && sample_group.is_multicast());
static_assert(!all_nodes_address.is_solicited_node() && all_nodes_address.is_multicast() && !sample.is_multicast());
static_assert(multicast_mac(Ipv4Address::of(239, 129, 2, 3)) == MacAddress{{0x01, 0x00, 0x5e, 0x01, 0x02, 0x03}},
              "N-017");
static_assert(link_local_address({{0x02, 0, 0, 0, 0, 2}}) ==
              Ipv6Address{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 2}});
static_assert(Ipv6Address{{0xfe, 0xbf}}.is_link_local() && !Ipv6Address{{0xfe, 0xc0}}.is_link_local());
static_assert(Ipv6Address{}.is_unspecified() && !Ipv6Address{}.is_loopback());
static_assert(Ipv6Address{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}.is_loopback());

TEST(Ipv4Text, FourDecimalOctets) {
  EXPECT_EQ(parse_ipv4("192.0.2.1"), host);
  EXPECT_EQ(parse_ipv4("0.0.0.0"), Ipv4Address{});
  EXPECT_EQ(parse_ipv4("255.255.255.255")->value, 0xffffffffU);
  EXPECT_EQ(to_string(host), "192.0.2.1");
  EXPECT_EQ(to_string(Ipv4Address{}), "0.0.0.0");
}

TEST(Ipv4Text, NothingElse) {
  for (const std::string_view text :
       {"",         "1",         "1.2.3",   "1.2.3.4.5", "1.2.3.256",  "1.2.3.04",          "01.2.3.4",
        "00.0.0.0", "1.2.3.",    ".1.2.3",  "1..2.3",    "1.2.3.4 ",   " 1.2.3.4",          "1.2.3.+4",
        "1.2.3.-4", "0x1.2.3.4", "1.2.3.a", "1,2,3,4",   "1.2.3.4/24", "1.2.3.99999999999", "3232235777"}) {
    const auto parsed = parse_ipv4(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::usage);
    EXPECT_NE(parsed.error().context.find("'" + std::string{text} + "'"), std::string::npos) << parsed.error().context;
  }
}

struct TextRow {
  std::string_view text;
  std::string_view canonical;
};

TEST(Ipv6Text, CanonicalFormOfRfc5952) {
  constexpr TextRow rows[] = {
      // Section 1 and 2: one address, many spellings.
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8::1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:0db8::1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8:0:0:1::1", "2001:db8::1:0:0:1"},
      {"2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"},
      // Section 4.1: leading zeros; 4.2.1: as short as can be; 4.2.2: a single zero group is not shortened.
      {"2001:0db8::0001", "2001:db8::1"},
      {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      // Section 4.2.3: the longest run; of equal ones the first.
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      // Section 4.3: lower case.
      {"2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:1", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"},
      // Section 5: IPv4-mapped addresses.
      {"::ffff:c000:201", "::ffff:192.0.2.1"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"::192.0.2.1", "::c000:201"},
      // The ends.
      {"::", "::"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"0:0:1:1:1:1:0:0", "::1:1:1:1:0:0"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
      {"fe80::ff:fe00:2", "fe80::ff:fe00:2"},
  };
  for (const TextRow& row : rows) {
    const auto parsed = parse_ipv6(row.text);
    ASSERT_TRUE(parsed) << row.text;
    EXPECT_EQ(to_string(*parsed), row.canonical) << row.text;
    EXPECT_EQ(parse_ipv6(row.canonical), *parsed) << row.canonical;
  }
}

TEST(Ipv6Text, NothingElse) {
  for (const std::string_view text : {"",
                                      ":",
                                      ":::",
                                      "1",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1::2::3",
                                      "1:::2",
                                      ":1::2",
                                      "1::2:",
                                      "1:2:3:4:5:6:7:",
                                      ":2:3:4:5:6:7:8",
                                      "::1:2:3:4:5:6:7:8",
                                      "1:2:3:4::5:6:7:8",
                                      "12345::",
                                      "00001::",
                                      "g::",
                                      "1::0x2",
                                      "::1 ",
                                      " ::1",
                                      "[::1]",
                                      "::1/128",
                                      "::1.2.3",
                                      "::1.2.3.4.5",
                                      "::1.2.3.256",
                                      "1.2.3.4::",
                                      "1.2.3.4",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "::1.2.3.4:5",
                                      "::+1",
                                      "-1::"}) {
    const auto parsed = parse_ipv6(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::usage);
    EXPECT_NE(parsed.error().context.find("'" + std::string{text} + "'"), std::string::npos) << parsed.error().context;
  }
}

TEST(Ipv6Text, AZoneIsRefusedAndTheRemedyNamed) {
  const auto parsed = parse_ipv6("fe80::1%eth0");
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().context.find("zone"), std::string::npos);
  EXPECT_NE(parsed.error().context.find("-i"), std::string::npos);
}

TEST(IpAddress, IsOfOneFamilyOrTheOther) {
  const IpAddress four = *parse_ip("192.0.2.1");
  const IpAddress six = *parse_ip("2001:db8::1");
  EXPECT_TRUE(four.is_ipv4());
  EXPECT_EQ(four.ipv4(), host);
  EXPECT_EQ(four.bits(), 32U);
  EXPECT_EQ(four.size(), 4U);
  EXPECT_TRUE(six.is_ipv6());
  EXPECT_EQ(six.bits(), 128U);
  EXPECT_EQ(to_string(four), "192.0.2.1");
  EXPECT_EQ(to_string(six), "2001:db8::1");
  EXPECT_EQ(to_string(four.family()), "ipv4");
  EXPECT_EQ(to_string(six.family()), "ipv6");
  EXPECT_FALSE(parse_ip("localhost"));
}

TEST(IpAddress, OfIpv4OnlyFourOctetsCount) {
  std::array<std::uint8_t, 16> octets{10, 9, 0, 1, 99};
  EXPECT_EQ(IpAddress::from_octets(Family::ipv4, octets), IpAddress{Ipv4Address::of(10, 9, 0, 1)});
}

TEST(IpAddress, MappedAndNativeAreDifferent) {
  EXPECT_NE(*parse_ip("192.0.2.1"), *parse_ip("::ffff:192.0.2.1"));
  EXPECT_NE(*parse_ip("0.0.0.0"), *parse_ip("::"));
  EXPECT_TRUE(parse_ip("0.0.0.0")->is_unspecified());
  EXPECT_TRUE(parse_ip("::")->is_unspecified());
}

TEST(IpAddress, OrderIsIpv4ThenByNumber) {
  EXPECT_LT(*parse_ip("255.255.255.255"), *parse_ip("::"));
  EXPECT_LT(*parse_ip("9.255.255.255"), *parse_ip("10.0.0.0"));
  EXPECT_LT(*parse_ip("127.255.255.255"), *parse_ip("128.0.0.0")) << "unsigned";
  EXPECT_LT(*parse_ip("2001:db8::ffff"), *parse_ip("2001:db8::1:0"));
}

TEST(IpAddress, KindsAskTheFamily) {
  EXPECT_TRUE(parse_ip("224.0.0.1")->is_multicast());
  EXPECT_TRUE(parse_ip("ff02::1")->is_multicast());
  EXPECT_FALSE(parse_ip("254.128.0.1")->is_link_local()) << "fe80 as IPv4 octets";
  EXPECT_TRUE(parse_ip("fe80::1")->is_link_local());
  EXPECT_TRUE(parse_ip("169.254.0.1")->is_link_local());
}

TEST(IpAddress, HashesDifferForNeighbours) {
  std::unordered_set<std::size_t> hashes;
  for (std::uint32_t i = 0; i < 4096; ++i) {
    hashes.insert(std::hash<IpAddress>{}(Ipv4Address{host.value + i}));
    Ipv6Address six = sample;
    six.octets[14] = static_cast<std::uint8_t>(i >> 8);
    six.octets[15] = static_cast<std::uint8_t>(i);
    hashes.insert(std::hash<IpAddress>{}(six));
  }
  EXPECT_EQ(hashes.size(), 8192U);
}

}  // namespace
}  // namespace onlink

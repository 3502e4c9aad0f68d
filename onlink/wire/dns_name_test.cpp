// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/dns_name.hpp"

#include <gtest/gtest.h>

namespace onlink {
namespace {

DnsName name_of(std::string_view text) {
  auto name = parse_dns_name(text);
  EXPECT_TRUE(name) << text;
  return name.value_or(DnsName{});
}

TEST(DnsName, TextAndWireFormAgree) {
  const DnsName name = name_of("www.example");
  constexpr std::string_view wire{"\3www\7example\0", 13};
  EXPECT_TRUE(same_bytes(name.wire(), std::as_bytes(std::span{wire})));
  EXPECT_EQ(to_string(name), "www.example");
  EXPECT_EQ(name_of("www.example."), name);
  EXPECT_EQ(to_string(DnsName{}), ".");
  EXPECT_EQ(name_of("."), DnsName{});
}

TEST(DnsName, ComparesWithoutRegardToCaseOfAsciiLettersOnly) {
  EXPECT_EQ(name_of("WWW.Example"), name_of("www.eXAMPLE"));
  EXPECT_NE(name_of("www.example"), name_of("wwwe.xample"));
  EXPECT_NE(name_of("a@"), name_of("a`"));
  EXPECT_NE(name_of("\\196"), name_of("\\228"));
}

TEST(DnsName, EscapesSurviveTheRoundTrip) {
  for (const std::string_view text :
       {"a\\.b.c", "back\\\\slash.x", "nul\\000.x", "tab\\009.x", "\\255.x", "two\\032words.x"}) {
    EXPECT_EQ(to_string(name_of(text)), text);
  }
  EXPECT_EQ(to_string(name_of("\\097bc")), "abc");
}

TEST(DnsName, Utf8IsShownWhereItIsSoundAndHarmless) {
  const auto shown = [](std::string_view text) { return to_string(name_of(text), DnsNameText::utf8); };
  EXPECT_EQ(shown("küche.local"), "küche.local");
  EXPECT_EQ(shown("家.local"), "家.local");
  EXPECT_EQ(to_string(name_of("kü"), DnsNameText::escaped), "k\\195\\188");
  EXPECT_EQ(shown("cut\\195"), "cut\\195");                          // half a character
  EXPECT_EQ(shown("\\192\\175"), "\\192\\175");                      // an overlong slash
  EXPECT_EQ(shown("\\194\\155"), "\\194\\155");                      // the C1 control sequence introducer
  EXPECT_EQ(shown("\\237\\160\\128"), "\\237\\160\\128");            // a surrogate
  EXPECT_EQ(shown("\\226\\128\\174"), "\\226\\128\\174");            // right-to-left override
  EXPECT_EQ(shown("\\244\\144\\128\\128"), "\\244\\144\\128\\128");  // above U+10FFFF
  EXPECT_EQ(shown("\\027[31m"), "\\027[31m");
}

TEST(DnsName, LimitsOfLabelAndNameAreKept) {
  EXPECT_TRUE(parse_dns_name(std::string(63, 'a')));
  EXPECT_FALSE(parse_dns_name(std::string(64, 'a')));
  DnsName name;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(name.append(std::string(63, 'a')));
  EXPECT_FALSE(name.append(std::string(62, 'a')));
  ASSERT_TRUE(name.append(std::string(61, 'a')));
  EXPECT_EQ(name.size(), dns_name_limit);
  EXPECT_FALSE(name.append("a"));
}

TEST(DnsName, WhatIsNoNameIsRefusedWithTheReason) {
  for (const std::string_view text : {"", "..", "a..b", ".a", "a\\", "a\\25", "a\\256", "a\\2x5"}) {
    const auto name = parse_dns_name(text);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().code, ErrorCode::usage);
    EXPECT_NE(name.error().context.find("is not a domain name: "), std::string::npos);
  }
}

TEST(ReverseName, BothFamiliesThereAndBack) {
  const IpAddress v4 = *parse_ip("192.0.2.10");
  EXPECT_EQ(to_string(reverse_name(v4)), "10.2.0.192.in-addr.arpa");
  EXPECT_EQ(reversed_address(reverse_name(v4)), v4);
  const IpAddress v6 = *parse_ip("2001:db8::567:89ab");  // RFC 3596 section 2.5 has its like
  EXPECT_EQ(to_string(reverse_name(v6)), "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  EXPECT_EQ(reversed_address(reverse_name(v6)), v6);
  EXPECT_EQ(reversed_address(name_of("10.2.0.192.IN-ADDR.ARPA")), v4);
}

TEST(ReverseName, OnlyFullCanonicalNamesAreAddresses) {
  for (const std::string_view text :
       {"in-addr.arpa", "2.0.192.in-addr.arpa", "1.10.2.0.192.in-addr.arpa", "010.2.0.192.in-addr.arpa",
        "256.2.0.192.in-addr.arpa", "x.2.0.192.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa", "10.2.0.192.in-addr.example",
        "0x1.2.0.192.in-addr.arpa", "g.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"}) {
    EXPECT_FALSE(reversed_address(name_of(text))) << text;
  }
}

}  // namespace
}  // namespace onlink

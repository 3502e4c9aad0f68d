// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/prefix.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace onlink {
namespace {

IpAddress ip(std::string_view text) { return parse_ip(text).value(); }
Prefix prefix(std::string_view text) { return parse_prefix(text).value(); }
AddressRange range(std::string_view text) { return parse_range(text).value(); }

struct PrefixRow {
  std::string_view text;
  std::string_view network;
  std::string_view last;
};

TEST(Prefix, NetworkAndLastAddress) {
  constexpr PrefixRow rows[] = {
      {"192.0.2.7/24", "192.0.2.0", "192.0.2.255"},
      {"192.0.2.7/32", "192.0.2.7", "192.0.2.7"},
      {"192.0.2.7/31", "192.0.2.6", "192.0.2.7"},
      {"192.0.2.200/25", "192.0.2.128", "192.0.2.255"},
      {"172.16.77.1/12", "172.16.0.0", "172.31.255.255"},
      {"255.255.255.255/1", "128.0.0.0", "255.255.255.255"},
      {"1.2.3.4/0", "0.0.0.0", "255.255.255.255"},
      {"2001:db8::1/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"},
      {"2001:db8::1/128", "2001:db8::1", "2001:db8::1"},
      {"2001:db8::1/127", "2001:db8::", "2001:db8::1"},
      {"2001:db8:ffff::/35", "2001:db8:e000::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"::1/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
  };
  for (const PrefixRow& row : rows) {
    const Prefix parsed = prefix(row.text);
    EXPECT_EQ(parsed.network(), ip(row.network)) << row.text;
    EXPECT_EQ(parsed.last_address(), ip(row.last)) << row.text;
    EXPECT_EQ(parsed.range(), (AddressRange{ip(row.network), ip(row.last)})) << row.text;
    EXPECT_EQ(to_string(parsed), row.text) << "host bits are kept as given";
  }
}

TEST(Prefix, ContainsItsEndsAndNoNeighbour) {
  const Prefix home = prefix("192.0.2.7/24");
  EXPECT_TRUE(home.contains(ip("192.0.2.0")));
  EXPECT_TRUE(home.contains(ip("192.0.2.255")));
  EXPECT_FALSE(home.contains(ip("192.0.1.255")));
  EXPECT_FALSE(home.contains(ip("192.0.3.0")));
  EXPECT_TRUE(prefix("0.0.0.0/0").contains(ip("255.255.255.255")));
  EXPECT_TRUE(prefix("::/0").contains(ip("ffff::")));
  EXPECT_FALSE(prefix("2001:db8::5/128").contains(ip("2001:db8::4")));
}

TEST(Prefix, NeverContainsTheOtherFamily) {
  EXPECT_FALSE(prefix("0.0.0.0/0").contains(ip("::")));
  EXPECT_FALSE(prefix("::/0").contains(ip("0.0.0.0")));
  EXPECT_FALSE(range("0.0.0.0/0").contains(ip("::1")));
}

TEST(Prefix, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "/", "/24", "192.0.2.0", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/024",
        "192.0.2.0/8 ", "192.0.2.0/8/8", "192.0.2/24", "2001:db8::/129", "2001:db8::/a", "192.0.2.0/255.255.255.0",
        "192.0.2.0/4294967304"}) {
    const auto parsed = parse_prefix(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::usage);
    EXPECT_NE(parsed.error().context.find("'" + std::string{text} + "'"), std::string::npos) << parsed.error().context;
  }
}

struct AdvanceRow {
  std::string_view from;
  std::uint64_t offset;
  std::string_view to;
};

TEST(Advance, CarriesAndWrapsWithinTheFamily) {
  constexpr AdvanceRow rows[] = {
      {"192.0.2.1", 0, "192.0.2.1"},
      {"192.0.2.255", 1, "192.0.3.0"},
      {"0.255.255.255", 1, "1.0.0.0"},
      {"255.255.255.255", 1, "0.0.0.0"},
      {"10.0.0.0", 0x100000000, "10.0.0.0"},
      {"0.0.0.0", std::numeric_limits<std::uint64_t>::max(), "255.255.255.255"},
      {"2001:db8::ffff", 1, "2001:db8::1:0"},
      {"2001:db8::ffff:ffff:ffff:ffff", 1, "2001:db8:0:1::"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, "::"},
      {"::", std::numeric_limits<std::uint64_t>::max(), "::ffff:ffff:ffff:ffff"},
  };
  for (const AdvanceRow& row : rows) {
    EXPECT_EQ(advance(ip(row.from), row.offset), ip(row.to)) << row.from;
    if (row.offset != 1) continue;
    EXPECT_EQ(previous(ip(row.to)), ip(row.from)) << row.to;
  }
}

struct CountRow {
  std::string_view text;
  std::uint64_t count;
};

TEST(CountAddresses, OfEverySize) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  constexpr CountRow rows[] = {
      {"192.0.2.7", 1},
      {"192.0.2.0/24", 256},
      {"10.0.0.0/8", 1 << 24},
      {"0.0.0.0/0", std::uint64_t{1} << 32},
      {"192.0.2.255-192.0.3.0", 2},
      {"2001:db8::/128", 1},
      {"2001:db8::/108", 1 << 20},
      {"2001:db8::/65", std::uint64_t{1} << 63},
      {"2001:db8::/64", most},
      {"::-0:0:0:1::", most},
      {"::/0", most},
      {"2001:db8::1-2001:db8::ffff:ffff:ffff:ffff", most},
      {"2001:db8::2-2001:db8::ffff:ffff:ffff:ffff", most - 1},
      {"2001:db8::ffff:ffff:ffff:ffff-2001:db8:0:1::", 2},
  };
  for (const CountRow& row : rows) EXPECT_EQ(count_addresses(range(row.text)), row.count) << row.text;
}

TEST(Range, EveryForm) {
  EXPECT_EQ(range("192.0.2.1"), (AddressRange{ip("192.0.2.1"), ip("192.0.2.1")}));
  EXPECT_EQ(range("192.0.2.9/30"), (AddressRange{ip("192.0.2.8"), ip("192.0.2.11")}));
  EXPECT_EQ(range("192.0.2.1-192.0.2.9"), (AddressRange{ip("192.0.2.1"), ip("192.0.2.9")}));
  EXPECT_EQ(range("192.0.2.1-9"), (AddressRange{ip("192.0.2.1"), ip("192.0.2.9")}));
  EXPECT_EQ(range("192.0.2.1-1"), (AddressRange{ip("192.0.2.1"), ip("192.0.2.1")}));
  EXPECT_EQ(range("2001:db8::1-2001:db8::ff"), (AddressRange{ip("2001:db8::1"), ip("2001:db8::ff")}));
}

TEST(Range, TextReadsBack) {
  for (const std::string_view text : {"192.0.2.1", "192.0.2.1-192.0.2.9", "2001:db8::1-2001:db8::ff", "::"}) {
    EXPECT_EQ(to_string(range(text)), text);
  }
}

TEST(Range, ContainsBothEnds) {
  const AddressRange few = range("192.0.2.1-9");
  EXPECT_TRUE(few.contains(ip("192.0.2.1")));
  EXPECT_TRUE(few.contains(ip("192.0.2.9")));
  EXPECT_FALSE(few.contains(ip("192.0.2.0")));
  EXPECT_FALSE(few.contains(ip("192.0.2.10")));
}

TEST(Range, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "-", "192.0.2.1-", "-9", "192.0.2.9-192.0.2.1", "192.0.2.9-1", "192.0.2.1-256", "192.0.2.1-2001:db8::1",
        "2001:db8::1-9", "192.0.2.0/24-192.0.3.0/24", "192.0.2.1-2-3", "192.0.2.1 - 192.0.2.9", "192.0.2.1-09",
        "host"}) {
    const auto parsed = parse_range(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::usage) << text;
    EXPECT_NE(parsed.error().context.find("'" + std::string{text} + "'"), std::string::npos) << parsed.error().context;
  }
}

}  // namespace
}  // namespace onlink

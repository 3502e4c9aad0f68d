// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_targets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {
namespace {

std::vector<AddressRange> ranges(const std::vector<std::string>& texts) {
  std::vector<AddressRange> parsed;
  for (const std::string& text : texts) parsed.push_back(parse_range(text).value());
  return parsed;
}

struct Case {
  std::string name;
  std::vector<std::string> included;
  std::vector<std::string> excluded;
  std::vector<std::string> expected;
};

class TargetSetRanges : public testing::TestWithParam<Case> {};

TEST_P(TargetSetRanges, AreWhatIsAskedMinusWhatIsNot) {
  const Case& param = GetParam();
  const auto set = TargetSet::make(ranges(param.included), ranges(param.excluded));
  ASSERT_TRUE(set) << set.error().context;
  const std::vector<AddressRange> got(set->ranges().begin(), set->ranges().end());
  EXPECT_EQ(got, ranges(param.expected));
}

INSTANTIATE_TEST_SUITE_P(Cases, TargetSetRanges,
                         testing::Values(Case{.name = "nothing", .included = {}, .excluded = {}, .expected = {}},
                                         Case{.name = "overlap",
                                              .included = {"10.0.0.5-10.0.0.9", "10.0.0.1-10.0.0.6"},
                                              .excluded = {},
                                              .expected = {"10.0.0.1-10.0.0.9"}},
                                         Case{.name = "inside",
                                              .included = {"10.0.0.0/24", "10.0.0.7"},
                                              .excluded = {},
                                              .expected = {"10.0.0.0/24"}},
                                         Case{.name = "adjacent",
                                              .included = {"10.0.1.0/24", "10.0.0.0/24"},
                                              .excluded = {},
                                              .expected = {"10.0.0.0/23"}},
                                         Case{.name = "gap_of_one",
                                              .included = {"10.0.0.1", "10.0.0.3"},
                                              .excluded = {},
                                              .expected = {"10.0.0.1", "10.0.0.3"}},
                                         Case{.name = "hole",
                                              .included = {"10.0.0.0/24"},
                                              .excluded = {"10.0.0.7"},
                                              .expected = {"10.0.0.0-10.0.0.6", "10.0.0.8-10.0.0.255"}},
                                         Case{.name = "holes_at_both_ends",
                                              .included = {"10.0.0.0/29"},
                                              .excluded = {"10.0.0.0", "10.0.0.7"},
                                              .expected = {"10.0.0.1-10.0.0.6"}},
                                         Case{.name = "swallowed",
                                              .included = {"10.0.0.8/29", "10.0.1.1"},
                                              .excluded = {"10.0.0.0/24"},
                                              .expected = {"10.0.1.1"}},
                                         Case{.name = "one_hole_over_two",
                                              .included = {"10.0.0.1-10.0.0.4", "10.0.0.6-10.0.0.9"},
                                              .excluded = {"10.0.0.4-10.0.0.6"},
                                              .expected = {"10.0.0.1-10.0.0.3", "10.0.0.7-10.0.0.9"}},
                                         Case{.name = "two_holes_in_one",
                                              .included = {"10.0.0.1-10.0.0.9"},
                                              .excluded = {"10.0.0.2", "10.0.0.5-10.0.0.6"},
                                              .expected = {"10.0.0.1", "10.0.0.3-10.0.0.4", "10.0.0.7-10.0.0.9"}},
                                         Case{.name = "network_and_broadcast_stay",
                                              .included = {"192.0.2.0/30"},
                                              .excluded = {},
                                              .expected = {"192.0.2.0-192.0.2.3"}},
                                         Case{.name = "never_owned",
                                              .included = {"0.0.0.0/0"},
                                              .excluded = {},
                                              .expected = {"0.0.0.1-223.255.255.255", "240.0.0.0-255.255.255.254"}},
                                         Case{.name = "families_in_order",
                                              .included = {"2001:db8::1", "10.0.0.1"},
                                              .excluded = {},
                                              .expected = {"10.0.0.1", "2001:db8::1"}},
                                         Case{.name = "ipv6_hole",
                                              .included = {"2001:db8::/120"},
                                              .excluded = {"2001:db8::10-2001:db8::1f"},
                                              .expected = {"2001:db8::-2001:db8::f", "2001:db8::20-2001:db8::ff"}},
                                         Case{.name = "unspecified_and_groups",
                                              .included = {"::", "ff02::1", "::1"},
                                              .excluded = {},
                                              .expected = {"::1"}}),
                         [](const auto& tested) { return tested.param.name; });

TEST(TargetSet, NumbersItsAddressesInOrder) {
  const auto set = TargetSet::make(ranges({"10.0.0.250-10.0.1.3", "192.0.2.9", "2001:db8::ffff-2001:db8::1:1"}));
  ASSERT_TRUE(set);
  std::vector<std::string> all;
  for (std::uint64_t i = 0; i < set->count(); ++i) all.push_back(to_string((*set)[i]));
  EXPECT_THAT(all, testing::ElementsAre("10.0.0.250", "10.0.0.251", "10.0.0.252", "10.0.0.253", "10.0.0.254",
                                        "10.0.0.255", "10.0.1.0", "10.0.1.1", "10.0.1.2", "10.0.1.3", "192.0.2.9",
                                        "2001:db8::ffff", "2001:db8::1:0", "2001:db8::1:1"));
}

TEST(TargetSet, ContainsExactlyWhatItNumbers) {
  Rng rng{7};
  for (int round = 0; round < 50; ++round) {
    std::vector<AddressRange> included, excluded;
    for (int i = 0; i < 8; ++i) {
      const auto first = static_cast<std::uint32_t>(0x0a000000 + rng.below(200));
      auto& list = rng.chance(0.6) ? included : excluded;
      list.push_back({Ipv4Address{first}, Ipv4Address{first + static_cast<std::uint32_t>(rng.below(40))}});
    }
    const auto set = TargetSet::make(included, excluded);
    ASSERT_TRUE(set);
    std::set<IpAddress> numbered;
    for (std::uint64_t i = 0; i < set->count(); ++i) numbered.insert((*set)[i]);
    EXPECT_EQ(numbered.size(), set->count());
    const auto in = [](const std::vector<AddressRange>& list, const IpAddress& address) {
      return std::ranges::any_of(list, [&](const AddressRange& range) { return range.contains(address); });
    };
    for (std::uint32_t value = 0x0a000000 - 2; value < 0x0a000000 + 250; ++value) {
      const IpAddress address = Ipv4Address{value};
      EXPECT_EQ(set->contains(address), in(included, address) && !in(excluded, address)) << to_string(address);
      EXPECT_EQ(set->contains(address), numbered.contains(address)) << to_string(address);
    }
  }
}

TEST(TargetSet, CountsAllOfIpv4WithoutOverflow) {
  const auto set = TargetSet::make(ranges({"0.0.0.0/0"}));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->count(), 0xffffffffULL - 0x10000000ULL - 1);  // all but one /4, 0.0.0.0 and 255.255.255.255
  EXPECT_EQ((*set)[set->count() - 1], IpAddress{Ipv4Address{0xfffffffe}});
}

TEST(TargetSet, TakesUpToTwoToTheTwentyIpv6Addresses) {
  const auto most = TargetSet::make(ranges({"2001:db8::/108"}));
  ASSERT_TRUE(most);
  EXPECT_EQ(most->count(), TargetSet::max_ipv6_targets);
  EXPECT_TRUE(TargetSet::make(ranges({"2001:db8::/107"}), ranges({"2001:db8::10:0/108"}))) << "after the excludes";

  const auto more = TargetSet::make(ranges({"2001:db8::/108", "2001:db9::1"}));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::usage);
  EXPECT_THAT(more.error().context, testing::StartsWith("the IPv6 ranges: too many addresses together"));
  EXPECT_THAT(more.error().context, testing::HasSubstr("at most 1048576"));
}

TEST(TargetSet, RefusesHugeIpv6RangesAndNamesThem) {
  for (const char* text : {"2001:db8::/64", "::/0"}) {
    const auto set = TargetSet::make(ranges({"2001:db8:1::1", text}));
    ASSERT_FALSE(set) << text;
    EXPECT_EQ(set.error().code, ErrorCode::usage);
    EXPECT_THAT(set.error().context, testing::StartsWith(to_string(parse_range(text).value()) + ": 2^64 addresses"));
  }
}

}  // namespace
}  // namespace onlink::inline v0

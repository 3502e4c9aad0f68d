// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_targets.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "onlink/cli/compat/arp_scan_setup.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

ArpScanTargets read(const std::string& text, bool numeric, std::string& said) {
  HostNames names;
  StringWriter err;
  ArpScanTargets targets;
  static_cast<void>(add_scan_target(text, numeric, names, targets, err));
  said = err.text();
  return targets;
}

struct Expression {
  std::string text;
  std::string first, last;
  std::uint64_t size = 0;
  std::string said{};
};

TEST(ArpScanTargets, ReadsEveryFormOfATarget) {
  for (const Expression& row : std::vector<Expression>{
           {"192.0.2.5", "192.0.2.5", "192.0.2.5", 1},
           {"192.0.2.0/30", "192.0.2.0", "192.0.2.3", 4},
           {"192.0.2.5/31", "192.0.2.4", "192.0.2.5", 2, "WARNING: host part of 192.0.2.5/31 is non-zero\n"},
           {"192.0.2.0:255.255.255.252", "192.0.2.0", "192.0.2.3", 4},
           {"192.0.0.4:255.255.0.255", "192.0.0.4", "192.0.1.3", 256},
           {"192.0.2.1-192.0.2.9", "192.0.2.1", "192.0.2.9", 9},
           {"255.255.255.254-255.255.255.255", "255.255.255.254", "255.255.255.255", 2},
           {"010.9.0.1/32", "8.9.0.1", "8.9.0.1", 1},
           {"10.9.1", "10.9.0.1", "10.9.0.1", 1},
       }) {
    std::string said;
    const ArpScanTargets targets = read(row.text, false, said);
    ASSERT_EQ(targets.size(), row.size) << row.text;
    EXPECT_EQ(to_string(targets[0]), row.first) << row.text;
    EXPECT_EQ(to_string(targets[row.size - 1]), row.last) << row.text;
    EXPECT_EQ(said, row.said) << row.text;
  }
}

TEST(ArpScanTargets, SaysWhatIsWrongInTheOriginalsWords) {
  for (const auto& [text, line] : std::vector<std::pair<std::string, std::string>>{
           {"192.0.2.5/33", "ERROR: Number of bits in 192.0.2.5/33 must be between 3 and 32\n"},
           {"192.0.2.5/3x", "ERROR: \"3x\" is not a valid numeric value\n"},
           {"x192.0.2.1/24", "ERROR: x192.0.2.1 is not a valid IP address\n"},
           {"192.0.2.1-192.0.2.300", "ERROR: 192.0.2.300 is not a valid IP address\n"},
           {"192.0.2.1:255.255.255.300", "ERROR: 192.0.2.1 is not a valid netmask\n"},
           {"192.0.2.1-192.0.2.3/24", "ERROR: 192.0.2.1-192.0.2.3 is not a valid IP address\n"},
       }) {
    std::string said;
    EXPECT_TRUE(read(text, false, said).empty()) << text;
    EXPECT_EQ(said, line);
  }
  std::string said;
  EXPECT_TRUE(read("10.9", true, said).empty());
  EXPECT_EQ(said, "WARNING: \"10.9\" is not a valid IPv4 address - target ignored\n");
}

TEST(ArpScanTargets, ARangeThatRunsBackwardsHasNoTargets) {
  std::string said;
  EXPECT_TRUE(read("192.0.2.3-192.0.2.1", false, said).empty());
  EXPECT_EQ(said, "");
}

TEST(ArpScanTargets, ASignCountsOnlyBetweenAddresses) {
  EXPECT_EQ(split_scan_target("my-host").form, ScanTargetForm::address);
  EXPECT_EQ(split_scan_target("2001:db8::1").form, ScanTargetForm::address);
  EXPECT_EQ(split_scan_target("host/24").form, ScanTargetForm::address);
  EXPECT_EQ(split_scan_target("192.0.2/24").form, ScanTargetForm::address);
  EXPECT_EQ(split_scan_target("1.2.3.4-1.2.3.5").form, ScanTargetForm::range);
}

TEST(ArpScanTargets, FindsTheNearestPlaceGoingBackwards) {
  ArpScanTargets targets;
  const auto a = Ipv4Address::of(192, 0, 2, 1), b = Ipv4Address::of(192, 0, 2, 9);
  for (const auto address : {a, b, a, b}) targets.add(address);
  targets.make_index();
  EXPECT_EQ(targets.find(a, 3), 2U);
  EXPECT_EQ(targets.find(a, 1), 0U);
  EXPECT_EQ(targets.find(b, 0), 3U);
  EXPECT_FALSE(targets.find(Ipv4Address::of(192, 0, 2, 2), 0));
}

TEST(ArpScanTargets, ANetworkOfSixteenMillionIsOneRun) {
  ArpScanTargets targets;
  targets.add(Ipv4Address::of(10, 0, 0, 0), 1 << 24);
  targets.make_index();
  EXPECT_EQ(targets.starts().size(), 1U);
  EXPECT_EQ(to_string(targets[(1 << 24) - 1]), "10.255.255.255");
  EXPECT_EQ(targets.find(Ipv4Address::of(10, 0, 1, 0), 5), 256U);
}

TEST(ArpScanTargets, ShufflingKeepsEveryTargetAndFollowsFromTheSeed) {
  ArpScanTargets targets;
  targets.add(Ipv4Address::of(192, 0, 2, 0), 256);
  const ArpScanTargets shuffled = targets.shuffled(7);
  std::set<Ipv4Address> seen;
  bool moved = false;
  for (std::uint64_t i = 0; i < shuffled.size(); ++i) {
    seen.insert(shuffled[i]);
    moved |= shuffled[i] != targets[i];
    EXPECT_EQ(shuffled[i], targets.shuffled(7)[i]);
  }
  EXPECT_EQ(seen.size(), 256U);
  EXPECT_TRUE(moved);
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

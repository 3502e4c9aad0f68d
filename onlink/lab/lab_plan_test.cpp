// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/lab_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "onlink/base/rng.hpp"

namespace onlink::inline v0::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

AddressRange range(const char* text) { return parse_range(text).value(); }

std::vector<std::string> texts(const auto& values) {
  std::vector<std::string> out;
  for (const auto& value : values) out.push_back(to_string(value));
  return out;
}

TEST(RangeWithoutHoles, KeepsWhatLiesBetween) {
  EXPECT_THAT(without(range("192.0.2.0-192.0.2.9"), {range("192.0.2.7"), range("192.0.2.2-192.0.2.3")}),
              ElementsAre(range("192.0.2.0-192.0.2.1"), range("192.0.2.4-192.0.2.6"), range("192.0.2.8-192.0.2.9")));
  EXPECT_THAT(without(range("192.0.2.0/24"), {range("198.51.100.1"), range("2001:db8::1")}),
              ElementsAre(range("192.0.2.0/24")));
}

TEST(RangeWithoutHoles, HoldsAtBothEnds) {
  EXPECT_THAT(without(range("192.0.2.0/24"), {range("192.0.2.0"), range("192.0.2.255")}),
              ElementsAre(range("192.0.2.1-192.0.2.254")));
  EXPECT_THAT(without(range("192.0.2.0/24"), {range("192.0.0.0/16")}), IsEmpty());
  EXPECT_THAT(without(range("255.255.255.0/24"), {range("255.255.255.255")}),
              ElementsAre(range("255.255.255.0-255.255.255.254")));
  EXPECT_THAT(without(range("0.0.0.0/24"), {range("0.0.0.0")}), ElementsAre(range("0.0.0.1-0.0.0.255")));
}

TEST(RangeWithoutHoles, OverlappingHolesAreOne) {
  EXPECT_THAT(without(range("192.0.2.0-192.0.2.9"),
                      {range("192.0.2.2-192.0.2.5"), range("192.0.2.3"), range("192.0.2.4-192.0.2.6")}),
              ElementsAre(range("192.0.2.0-192.0.2.1"), range("192.0.2.7-192.0.2.9")));
}

TEST(RangeToPrefixes, TakesTheFewest) {
  EXPECT_THAT(texts(to_prefixes(range("192.0.2.0/24"))), ElementsAre("192.0.2.0/24"));
  EXPECT_THAT(texts(to_prefixes(range("192.0.2.1-192.0.2.6"))),
              ElementsAre("192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/31", "192.0.2.6/32"));
  EXPECT_THAT(texts(to_prefixes(range("0.0.0.0-255.255.255.255"))), ElementsAre("0.0.0.0/0"));
  EXPECT_THAT(texts(to_prefixes(range("255.255.255.254-255.255.255.255"))), ElementsAre("255.255.255.254/31"));
  EXPECT_THAT(texts(to_prefixes(range("2001:db8::-2001:db8::ffff"))), ElementsAre("2001:db8::/112"));
}

TEST(RangeToPrefixes, CoversExactlyTheRange) {
  Rng rng(1);
  for (int i = 0; i < 200; ++i) {
    const IpAddress first = Ipv4Address{static_cast<std::uint32_t>(rng.next())};
    const IpAddress last = advance(first, rng.below(5000));
    if (last < first) continue;
    IpAddress next = first;
    for (const Prefix& prefix : to_prefixes({first, last})) {
      EXPECT_EQ(prefix.address, next);
      EXPECT_EQ(prefix.network(), prefix.address);
      next = advance(prefix.last_address(), 1);
    }
    EXPECT_EQ(next, advance(last, 1));
  }
}

TEST(TakenAddresses, AreTheHostsOwnAndTheirNetworksBroadcast) {
  LabPlan plan;
  plan.hosts.push_back({.name = "a", .addresses = {parse_prefix("192.0.2.1/24").value()}});
  plan.hosts.push_back(
      {.name = "b", .addresses = {parse_prefix("2001:db8::1/64").value(), parse_prefix("198.51.100.0/31").value()}});
  EXPECT_THAT(taken_addresses(plan),
              ElementsAre(range("192.0.2.1"), range("192.0.2.255"), range("198.51.100.0"), range("2001:db8::1")));
}

}  // namespace
}  // namespace onlink::inline v0::lab

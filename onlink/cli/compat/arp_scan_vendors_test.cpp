// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_vendors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace onlink::inline v0::cli::compat {
namespace {

constexpr MacAddress mac{{0x08, 0x00, 0x27, 0x00, 0x00, 0x02}};

struct Loaded {
  std::size_t count = 0;
  std::string name;
  std::vector<std::string> broken;
};

Loaded load(std::string_view text) {
  ArpScanVendors vendors;
  Loaded loaded;
  loaded.count = vendors.add(text, [&](std::string_view line) { loaded.broken.emplace_back(line); });
  loaded.name = vendors.name(mac);
  return loaded;
}

TEST(ArpScanVendors, ReadsPrefixesOfAnyLengthInAnyNotation) {
  for (const char* digits : {"08", "080027", "08:00:27", "08-00-27-0", "0800.2700.0002", " 080027 "}) {
    EXPECT_EQ(load(std::string{digits} + "\tName\n").name, "Name") << digits;
  }
  for (const char* digits : {"8", "08:0:27", "0x080027", "08002700000200", "080028"}) {
    const Loaded loaded = load(std::string{digits} + "\tName\n");
    EXPECT_EQ(loaded.name, "(Unknown)") << digits;
    EXPECT_EQ(loaded.count, 1U);
  }
}

TEST(ArpScanVendors, TheLongestPrefixWinsAndOfEqualOnesTheFirst) {
  EXPECT_EQ(load("080027\tA\n080027000002\tB\n0800\tC\n").name, "B");
  EXPECT_EQ(load("080027\tA\n080027\tB\n").name, "A");
}

TEST(ArpScanVendors, ANameEndsAtATabOrTheLinesEnd) {
  EXPECT_EQ(load("080027\t  lead and trail  \n").name, "lead and trail  ");
  EXPECT_EQ(load("080027\ta\tb\n").name, "a");
  EXPECT_EQ(load("080027\tcr\r\n").name, "cr");
  EXPECT_EQ(load("080027\tno line end").name, "no line end");
}

TEST(ArpScanVendors, TellsOfLinesThatAreNone) {
  const Loaded loaded = load("# comment\n\n080027 no tab\n\tno digits\n080027\t\n");
  EXPECT_EQ(loaded.count, 0U);
  EXPECT_THAT(loaded.broken, testing::ElementsAre("080027 no tab\n", "\tno digits\n", "080027\t\n"));
}

TEST(ArpScanVendors, WithoutFilesOurOwnRegistryKnows) {
  ArpScanVendors vendors;
  EXPECT_EQ(vendors.name({{0xd4, 0x61, 0xda, 0x51, 0xf8, 0x1a}}), "(Unknown)");
  EXPECT_EQ(vendors.name({{2, 0, 0, 0, 0, 1}}), "(Unknown: locally administered)");
  vendors.use_builtin();
  EXPECT_EQ(vendors.name({{0xd4, 0x61, 0xda, 0x51, 0xf8, 0x1a}}), "Apple, Inc.");
  vendors.add("d461\tShorter\nd461da51\tLonger\n", [](std::string_view) {});
  EXPECT_EQ(vendors.name({{0xd4, 0x61, 0xda, 0x51, 0xf8, 0x1a}}), "Longer");
  EXPECT_EQ(vendors.name({{0xd4, 0x61, 0xda, 0x52, 0xf8, 0x1a}}), "Apple, Inc.");
}

}  // namespace
}  // namespace onlink::inline v0::cli::compat

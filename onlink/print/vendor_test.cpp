// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/vendor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "onlink/print/oui_text.hpp"

namespace onlink::inline v0 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

MacAddress mac(std::string_view text) { return parse_mac(text).value(); }

VendorRegistry registry(std::string_view text) {
  auto parsed = VendorRegistry::parse(text, "test");
  EXPECT_TRUE(parsed) << parsed.error().context;
  return *std::move(parsed);
}

TEST(VendorRegistry, LongestPrefixWins) {
  const auto nested = registry(
      "70:b3:d5\tBlock\n70:b3:d5:f/28\tMedium\n70:b3:d5:f2:f/36\tSmall\n70:b3:d5:f2:f1:23\tOne\n80/1\tHalf of all\n");
  EXPECT_EQ(nested.name(mac("70:b3:d5:f2:f1:23")), "One");
  EXPECT_EQ(nested.name(mac("70:b3:d5:f2:f1:24")), "Small");
  EXPECT_EQ(nested.name(mac("70:b3:d5:f2:e1:24")), "Medium");
  EXPECT_EQ(nested.name(mac("70:b3:d5:e2:e1:24")), "Block");
  EXPECT_EQ(nested.name(mac("70:b3:d6:00:00:00")), "");
  EXPECT_EQ(nested.name(mac("fe:00:00:00:00:00")), "Half of all");
}

TEST(VendorRegistry, FindsTheFirstTheLastAndNothingBetween) {
  const auto sparse = registry("00:00:01\tFirst\n00:00:03\tMiddle\nff:ff:fe\tLast\n");
  EXPECT_EQ(sparse.name(mac("00:00:00:ff:ff:ff")), "");
  EXPECT_EQ(sparse.name(mac("00:00:01:00:00:00")), "First");
  EXPECT_EQ(sparse.name(mac("00:00:02:00:00:00")), "");
  EXPECT_EQ(sparse.name(mac("00:00:03:ff:ff:ff")), "Middle");
  EXPECT_EQ(sparse.name(mac("ff:ff:fe:00:00:00")), "Last");
  EXPECT_EQ(sparse.name(mac("ff:ff:ff:ff:ff:ff")), "");
}

TEST(VendorRegistry, OnePrefixWithSeveralOwnersNamesAll) {
  const auto shared = registry("08:00:30\tNETWORK RESEARCH\n08:00:30\tCERN\n08:00:30\tCERN\n");
  EXPECT_EQ(shared.name(mac("08:00:30:00:00:01")), "CERN / NETWORK RESEARCH");
  EXPECT_EQ(shared.size(), 1U);
}

TEST(VendorRegistry, GroupAddressBelongsToTheOwnerOfItsPrefix) {
  const auto iana = registry("00:00:5e\tIANA\n");
  EXPECT_EQ(iana.name(mac("01:00:5e:00:00:01")), "IANA");
  const auto listed = registry("00:00:5e\tIANA\n01:00:5e\tIPv4 multicast\n");
  EXPECT_EQ(listed.name(mac("01:00:5e:00:00:01")), "IPv4 multicast");
}

TEST(VendorRegistry, SearchesNamesInAnyCase) {
  const auto some = registry("00:00:01\tXerox Corporation\n00:00:02\tApple, Inc.\n00:00:03\tXEROX\n");
  const auto found = some.search_name("xErOx");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "Xerox Corporation");
  EXPECT_EQ(found[1].name, "XEROX");
  EXPECT_THAT(some.search_name("xeroxx"), IsEmpty());
}

TEST(VendorRegistry, SearchesAroundAndWithinAPrefix) {
  const auto nested = registry("70:b3:d5\tBlock\n70:b3:d5:f2:f/36\tSmall\n70:b3:d5:00:1/36\tOther\n70:b3:d6\tNext\n");
  const auto names = [&](const char* text) {
    std::vector<std::string> out;
    for (const auto& match : nested.search_prefix(*parse_mac_prefix(text))) out.emplace_back(match.name);
    return out;
  };
  EXPECT_THAT(names("70:b3:d5"), ElementsAre("Block", "Other", "Small"));
  EXPECT_THAT(names("70:b3:d5:f/28"), ElementsAre("Block", "Small"));
  EXPECT_THAT(names("70:b3"), ElementsAre("Block", "Other", "Small", "Next"));
  EXPECT_THAT(names("70:b4"), IsEmpty());
}

TEST(VendorRegistry, RegistryFollowsFromTheBlock) {
  EXPECT_EQ(registry_name(*parse_mac_prefix("00:22:72")), "MA-L");
  EXPECT_EQ(registry_name(*parse_mac_prefix("74:1a:e0:9/28")), "MA-M");
  EXPECT_EQ(registry_name(*parse_mac_prefix("70:b3:d5:f2:f/36")), "MA-S");
  EXPECT_EQ(registry_name(*parse_mac_prefix("00:50:c2:7d:5/36")), "IAB");
  EXPECT_EQ(registry_name(*parse_mac_prefix("40:d8:55:11:c/36")), "IAB");
  EXPECT_EQ(registry_name(*parse_mac_prefix("0a:00:01")), "CID");
  EXPECT_EQ(registry_name(*parse_mac_prefix("00:00:5e:00:01")), "");
}

TEST(VendorRegistry, LoadSaysWhyAFileCannotBeRead) {
  const auto absent = VendorRegistry::load("/nonexistent/oui.txt");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::system);
  EXPECT_EQ(absent.error().context, "/nonexistent/oui.txt: open vendor registry: No such file or directory");
  const auto folder = VendorRegistry::load("/");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().context, "/: read vendor registry: Is a directory");
  const auto endless = VendorRegistry::load("/dev/zero");
  ASSERT_FALSE(endless);
  EXPECT_THAT(endless.error().context, HasSubstr("larger than any vendor registry"));
}

// The source files again, by the same parser but another table: every address block must come back from the image.
class SourceFiles {
 public:
  SourceFiles() {
    for (const char* name : {"oui", "mam", "oui36", "iab"}) {
      std::ifstream in(std::string(ONLINK_OUI_DIR "/") + name + ".csv", std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      auto entries = parse_oui_text(text, name).value();
      for (OuiEntry& entry : entries) {
        rows_ += 1;
        names_[{entry.prefix << (48 - entry.bits), entry.bits}].insert(std::move(entry.name));
      }
    }
  }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] const auto& names() const { return names_; }

 private:
  std::size_t rows_ = 0;
  std::map<std::pair<std::uint64_t, unsigned>, std::set<std::string>> names_;
};

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : " / ") + name;
  return out;
}

TEST(BuiltinRegistry, HoldsEveryRegistrationOfItsSourceFilesAndNoOther) {
  const SourceFiles source;
  const auto rows = VendorRegistry::builtin().search_name("");
  std::size_t same = 0;
  for (const VendorMatch& row : rows) {
    const auto entry = source.names().find({row.prefix.address.value(), row.prefix.bits});
    ASSERT_NE(entry, source.names().end()) << to_string(row.prefix);
    EXPECT_EQ(row.name, joined(entry->second)) << to_string(row.prefix);
    same += row.name == joined(entry->second);
  }
  std::printf("same %zu of %zu blocks (%zu rows in the files), image %zu bytes\n", same, source.names().size(),
              source.rows(), VendorRegistry::builtin().image_size());
  EXPECT_EQ(same, source.names().size());
  EXPECT_GT(source.rows(), 40000U);
}

TEST(BuiltinRegistry, FindsEveryBlockByItsFirstAndLastAddress) {
  const SourceFiles source;
  for (const auto& [block, names] : source.names()) {
    const auto [prefix, bits] = block;
    for (const std::uint64_t value : {prefix, prefix | ((std::uint64_t{1} << (48 - bits)) - 1)}) {
      const auto match = VendorRegistry::builtin().find(MacAddress::from_value(value));
      ASSERT_TRUE(match) << std::hex << value;
      // A longer registration at the block's edge is the better answer.
      EXPECT_TRUE(match->prefix.bits > bits || match->name == joined(names)) << std::hex << value;
      EXPECT_GE(match->prefix.bits, bits);
    }
  }
}

// The text form leaves quotation marks out.
std::string without_quotes(std::string_view name) {
  std::string out(name);
  std::erase(out, '"');
  return clean_vendor_name(out);
}

TEST(BuiltinRegistry, AgreesWithTheIeeesOtherFormOfTheSameFiles) {
  const VendorRegistry& builtin = VendorRegistry::builtin();
  std::size_t same = 0;
  std::size_t total = 0;
  for (const char* name : {"oui", "mam", "oui36", "iab"}) {
    std::ifstream in(std::string(ONLINK_OUI_DIR "/") + name + ".txt", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto entries = parse_oui_text(text, name);
    ASSERT_TRUE(entries) << entries.error().context;
    for (const OuiEntry& entry : *entries) {
      const auto match = builtin.find(MacAddress::from_value(entry.prefix << (48 - entry.bits)));
      ++total;
      same += match && (without_quotes(match->name).find(without_quotes(entry.name)) != std::string::npos ||
                        match->prefix.bits > entry.bits);
    }
  }
  std::printf("same %zu of %zu rows of the text form\n", same, total);
  EXPECT_GT(total, 40000U);
  EXPECT_EQ(same, total);
}

}  // namespace
}  // namespace onlink::inline v0

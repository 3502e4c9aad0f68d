// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/oui_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onlink::inline v0 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<OuiEntry> parsed(std::string_view text) {
  const auto entries = parse_oui_text(text, "registry");
  EXPECT_TRUE(entries) << entries.error().context;
  return entries.value_or(std::vector<OuiEntry>{});
}

std::string refusal(std::string_view text) {
  const auto entries = parse_oui_text(text, "registry");
  if (entries) return "accepted";
  EXPECT_EQ(entries.error().code, ErrorCode::usage);
  return entries.error().context;
}

TEST(OuiText, ReadsTheIeeeCsvWithQuotesAndLineEndsInFields) {
  EXPECT_THAT(parsed("Registry,Assignment,Organization Name,Organization Address\r\n"
                     "MA-L,002272,American Micro-Fuel Device Corp.,2181 Buchanan Loop\r\n"
                     "MA-M,741AE09,\"Say \"\"Hi\"\",\n Ltd.\",\"Street 1,\nTown\"\r\n"
                     "MA-S,70B3D5F2F, spaced   out ,"),
              ElementsAre(OuiEntry{0x002272, 24, "American Micro-Fuel Device Corp."},
                          OuiEntry{0x741ae09, 28, "Say \"Hi\", Ltd."}, OuiEntry{0x70b3d5f2f, 36, "spaced out"}));
}

TEST(OuiText, ReadsTheIeeeTextOfEveryRegistry) {
  EXPECT_THAT(parsed("OUI/MA-L   Organization\n\n"
                     "00-22-72   (hex)\t\tAmerican Micro-Fuel Device Corp.\n"
                     "002272     (base 16)\t\tAmerican Micro-Fuel Device Corp.\n"
                     "\t\t\t\t2181 Buchanan Loop\n\n"
                     "74-1A-E0   (hex)\t\tPrivate\n"
                     "900000-9FFFFF     (base 16)\t\tPrivate\n\n"
                     "00-50-C2                      (hex)                         DEUTA-WERKE GmbH    \n"
                     "7D5000-7D5FFF                 (base 16)                     DEUTA-WERKE GmbH    \n"),
              ElementsAre(OuiEntry{0x002272, 24, "American Micro-Fuel Device Corp."},
                          OuiEntry{0x741ae09, 28, "Private"}, OuiEntry{0x0050c27d5, 36, "DEUTA-WERKE GmbH"}));
}

TEST(OuiText, ReadsWiresharksManufOldAndNew) {
  EXPECT_THAT(parsed("# a comment\n"
                     "00:00:00\tXerox\tXerox Corporation\n"
                     "00:00:01   \tXerox  \tXEROX CORPORATION\n"
                     "00:1B:C5:00:00:00/36\tConvergi\tConverging Systems Inc.\n"
                     "00:00:02\tXerox                  # XEROX CORPORATION\n"
                     "01-80-C2-00-00-00/45\tSpanning\n"),
              ElementsAre(OuiEntry{0x000000, 24, "Xerox Corporation"}, OuiEntry{0x000001, 24, "XEROX CORPORATION"},
                          OuiEntry{0x001bc5000, 36, "Converging Systems Inc."},
                          OuiEntry{0x000002, 24, "XEROX CORPORATION"}, OuiEntry{0x0180c2000000 >> 3, 45, "Spanning"}));
}

TEST(OuiText, ReadsArpScansAndNmapsLines) {
  EXPECT_THAT(parsed("0050C27D5\tDEUTA-WERKE GmbH\n"
                     "52:54:00\tQEMU\n"
                     "00:00:5e:00:01\tVRRP (last octet is VRID)\n"
                     "01:23:45:6\tHalf\n"
                     "000000 Xerox\n"),
              ElementsAre(OuiEntry{0x0050c27d5, 36, "DEUTA-WERKE GmbH"}, OuiEntry{0x525400, 24, "QEMU"},
                          OuiEntry{0x00005e0001, 40, "VRRP (last octet is VRID)"}, OuiEntry{0x0123456, 28, "Half"},
                          OuiEntry{0x000000, 24, "Xerox"}));
}

TEST(OuiText, SkipsAByteOrderMark) {
  EXPECT_THAT(parsed("\xef\xbb\xbfRegistry,Assignment,Organization Name\nMA-L,002272,A\n"),
              ElementsAre(OuiEntry{0x002272, 24, "A"}));
}

TEST(OuiText, NamesTheBrokenLine) {
  EXPECT_THAT(refusal("# fine\n00:22:72\tA\nhello world\n"), HasSubstr("registry:3: 'hello': not a MAC prefix"));
  EXPECT_THAT(refusal("00:22:72\n"), HasSubstr("registry:1: no name behind the prefix"));
  EXPECT_THAT(refusal("Registry,Assignment,Organization Name\nMA-L,002272,A\nMA-L,xyz,B\n"), HasSubstr("registry:3: "));
  EXPECT_THAT(refusal("Registry,Assignment,Organization Name\nMA-L,0022720000001,A\n"), HasSubstr("registry:2: "));
  EXPECT_THAT(refusal("00-22 (hex) A\n(base 16)"), HasSubstr("registry:1: no OUI in front of (hex)"));
  EXPECT_THAT(refusal("00-22-72 (hex) A\n9FFFFF-900000 (base 16) A"), HasSubstr("registry:2: no block"));
}

TEST(OuiText, RefusesAFileWithoutVendors) {
  EXPECT_THAT(refusal(""), HasSubstr("registry: no vendor in it"));
  EXPECT_THAT(refusal("# only\n# comments\n"), HasSubstr("no vendor in it"));
  EXPECT_THAT(refusal("Registry,Assignment,Organization Name\n"), HasSubstr("no vendor in it"));
}

TEST(OuiText, NamesAreHarmlessAndUtf8) {
  EXPECT_EQ(clean_vendor_name("  a \t b\r\n"), "a b");
  EXPECT_EQ(clean_vendor_name("a\x1b[31mb\x7f"), "a [31mb");
  EXPECT_EQ(clean_vendor_name("Caf\xc3\xa9"), "Caf\xc3\xa9");
  EXPECT_EQ(clean_vendor_name("Caf\xe9 X"), "Caf X");
  EXPECT_EQ(clean_vendor_name("x\xc2\x9by"), "x y") << "a C1 control is an escape sequence to some terminals";
  EXPECT_EQ(clean_vendor_name("\xe2\x82"), "") << "cut short";
}

}  // namespace
}  // namespace onlink::inline v0

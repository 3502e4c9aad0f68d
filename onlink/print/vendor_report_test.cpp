// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/vendor_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onlink::inline v0 {
namespace {

using testing::HasSubstr;
using testing::Not;

const VendorRegistry& registry() {
  static const auto parsed = VendorRegistry::parse("00:22:72\tAmerican Micro-Fuel\n00:00:5e\tIANA\n", "test").value();
  return parsed;
}
MacAddress mac(std::string_view text) { return parse_mac(text).value(); }

TEST(VendorReport, BlockShowsEverythingThatFollowsFromTheAddress) {
  EXPECT_EQ(vendor_block(mac("00:22:72:01:02:03"), registry()),
            "00:22:72:01:02:03\n"
            "  vendor          American Micro-Fuel\n"
            "  registered as   00:22:72, 24 bits (MA-L)\n"
            "  kind            universal: its maker assigned it\n"
            "  notations       00:22:72:01:02:03  00-22-72-01-02-03  0022.7201.0203  002272010203\n"
            "  modified EUI-64 02:22:72:ff:fe:01:02:03\n"
            "  link-local      fe80::222:72ff:fe01:203\n"
            "  solicited-node  ff02::1:ff01:203 at 33:33:ff:01:02:03\n");
}

TEST(VendorReport, GroupHasNoInterfaceIdentifier) {
  const std::string block = vendor_block(mac("01:00:5e:00:00:fb"), registry());
  EXPECT_THAT(block, HasSubstr("kind            group (IPv4 multicast, 224.0.0.251 or 31 others (mDNS)): "));
  EXPECT_THAT(block, Not(HasSubstr("link-local")));
  EXPECT_THAT(to_json(vendor_row(mac("ff:ff:ff:ff:ff:ff"), registry())), Not(HasSubstr("link_local")));
}

TEST(VendorReport, UndividedRestOfADividedBlockIsSaidToBeUnassigned) {
  const auto divided = VendorRegistry::parse("70:b3:d5\tIEEE Registration Authority\n", "test").value();
  EXPECT_THAT(vendor_block(mac("70:b3:d5:00:00:01"), divided), HasSubstr("this one is in none of them"));
}

TEST(VendorReport, LineNamesVendorOrKind) {
  EXPECT_EQ(vendor_line(mac("00:22:72:01:02:03"), registry()),
            "00:22:72:01:02:03  universal       American Micro-Fuel");
  EXPECT_EQ(vendor_line(mac("52:54:00:12:34:56"), registry()), "52:54:00:12:34:56  virtual-host    QEMU/KVM");
  EXPECT_EQ(vendor_line(mac("00:00:5e:00:01:0a"), registry()),
            "00:00:5e:00:01:0a  virtual-router  VRRP/CARP 10 (IANA)");
  EXPECT_EQ(vendor_line(mac("da:a1:19:3c:4d:5e"), registry()), "da:a1:19:3c:4d:5e  random          -");
  EXPECT_EQ(vendor_line(mac("01:00:5e:00:00:05"), registry()),
            "01:00:5e:00:00:05  group           IPv4 multicast, 224.0.0.5 or 31 others (OSPF)");
}

TEST(VendorReport, JsonCarriesKindRegistrationAndNotations) {
  EXPECT_EQ(to_json(vendor_row(mac("02:00:00:00:00:0b"), registry())),
            R"({"kind":"vendor","mac":"02:00:00:00:00:0b","mac_kind":"local","slap_quadrant":"AAI","notations":[)"
            R"("02:00:00:00:00:0b","02-00-00-00-00-0b","0200.0000.000b","02000000000b"],)"
            R"("eui64":"00:00:00:ff:fe:00:00:0b","link_local":"fe80::ff:fe00:b"})");
  const std::string registered = to_json(vendor_row(mac("00:22:72:01:02:03"), registry()));
  EXPECT_THAT(registered, HasSubstr(R"("prefix":"00:22:72:00:00:00","prefix_bits":24,"registry":"MA-L")"));
}

TEST(VendorReport, KnownIsARegisteredVendorOrAWellKnownKind) {
  for (const char* text : {"00:22:72:01:02:03", "52:54:00:12:34:56", "00:00:5e:00:01:0a", "ff:ff:ff:ff:ff:ff",
                           "00:00:00:00:00:00", "33:33:00:00:00:01"}) {
    EXPECT_TRUE(is_known(mac(text), registry())) << text;
  }
  for (const char* text : {"00:22:73:01:02:03", "da:a1:19:3c:4d:5e", "02:00:00:00:00:0b", "0b:11:22:33:44:55"}) {
    EXPECT_FALSE(is_known(mac(text), registry())) << text;
  }
}

}  // namespace
}  // namespace onlink::inline v0

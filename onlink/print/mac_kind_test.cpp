// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/mac_kind.hpp"

#include <gtest/gtest.h>

#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0 {
namespace {

struct KindRow {
  const char* name;
  const char* mac;
  MacKind kind;
  const char* detail;
};

class MacKindTable : public testing::TestWithParam<KindRow> {};

TEST_P(MacKindTable, IsRecognised) {
  const auto mac = parse_mac(GetParam().mac);
  ASSERT_TRUE(mac);
  const MacClass found = classify(*mac);
  EXPECT_EQ(to_string(found.kind), to_string(GetParam().kind));
  EXPECT_EQ(found.detail, GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(
    , MacKindTable,
    testing::Values(
        KindRow{"Universal", "00:22:72:01:02:03", MacKind::universal, ""},
        KindRow{"Zero", "00:00:00:00:00:00", MacKind::zero, ""},
        KindRow{"Broadcast", "ff:ff:ff:ff:ff:ff", MacKind::broadcast, ""},
        KindRow{"Ipv4Group", "01:00:5e:00:00:fb", MacKind::group, "IPv4 multicast, 224.0.0.251 or 31 others (mDNS)"},
        KindRow{"Ipv4GroupOfSsdp", "01:00:5e:7f:ff:fa", MacKind::group,
                "IPv4 multicast, 239.255.255.250 or 31 others (SSDP)"},
        KindRow{"MplsIsNoIpv4Group", "01:00:5e:80:00:01", MacKind::group, "MPLS multicast (RFC 5332)"},
        KindRow{"Ipv6Group", "33:33:00:00:00:01", MacKind::group, "IPv6 multicast, ff02::1 or alike (all nodes)"},
        KindRow{"SolicitedNode", "33:33:ff:01:02:03", MacKind::group,
                "IPv6 multicast, solicited-node of addresses ending in 01:0203"},
        KindRow{"SpanningTree", "01:80:c2:00:00:00", MacKind::group, "spanning tree (STP)"},
        KindRow{"Lldp", "01:80:c2:00:00:0e", MacKind::group, "LLDP (nearest bridge)"},
        KindRow{"ReservedBridgeGroup", "01:80:c2:00:00:0a", MacKind::group,
                "IEEE 802.1 reserved, not forwarded by bridges"},
        KindRow{"Cfm", "01:80:c2:00:00:3f", MacKind::group, "connectivity fault management (CFM)"},
        KindRow{"UnknownGroup", "0b:11:22:33:44:55", MacKind::group, ""},
        KindRow{"Vrrp", "00:00:5e:00:01:0a", MacKind::virtual_router, "VRRP/CARP 10"},
        KindRow{"VrrpIpv6", "00:00:5e:00:02:ff", MacKind::virtual_router, "VRRP IPv6 255"},
        KindRow{"IanaBlockIsNoVrrp", "00:00:5e:00:03:01", MacKind::universal, ""},
        KindRow{"Hsrp", "00:00:0c:07:ac:05", MacKind::virtual_router, "HSRP 5"},
        KindRow{"HsrpTwo", "00:00:0c:9f:f1:2c", MacKind::virtual_router, "HSRPv2 300"},
        KindRow{"HsrpIpv6", "00:05:73:a0:0f:ff", MacKind::virtual_router, "HSRPv2 IPv6 4095"},
        KindRow{"Glbp", "00:07:b4:01:02:03", MacKind::virtual_router, "GLBP 258 forwarder 3"},
        KindRow{"CiscoBlockIsNoGlbp", "00:07:b4:04:00:00", MacKind::universal, ""},
        KindRow{"Qemu", "52:54:00:12:34:56", MacKind::virtual_host, "QEMU/KVM"},
        KindRow{"Vmware", "00:0c:29:12:34:56", MacKind::virtual_host, "VMware"},
        KindRow{"Docker", "02:42:ac:11:00:02", MacKind::virtual_host, "Docker"},
        KindRow{"Random", "da:a1:19:3c:4d:5e", MacKind::random, ""},
        KindRow{"SetByHand", "02:00:00:00:00:0b", MacKind::local, ""},
        KindRow{"SetByHandToOneDigit", "0a:aa:aa:aa:aa:aa", MacKind::local, ""},
        KindRow{"RegisteredBeforeTheLocalBit", "aa:00:04:00:11:22", MacKind::universal,
                "block older than the local bit"}),
    [](const auto& row) { return row.param.name; });

TEST(MacKind, NotesNameWhatStandsOutOnly) {
  const auto note = [](const char* text) { return mac_note(*parse_mac(text)); };
  EXPECT_EQ(note("00:22:72:01:02:03"), "");
  EXPECT_EQ(note("00:00:5e:00:01:0a"), "virtual router (VRRP/CARP 10)");
  EXPECT_EQ(note("52:54:00:12:34:56"), "virtual machine (QEMU/KVM)");
  EXPECT_EQ(note("da:a1:19:3c:4d:5e"), "random MAC");
  EXPECT_EQ(note("02:00:00:00:00:0b"), "local MAC");
  EXPECT_EQ(note("01:00:5e:00:00:01"), "group MAC");
  EXPECT_EQ(note("00:00:00:00:00:00"), "zero MAC");
}

TEST(MacKind, QuadrantFollowsTheSecondDigit) {
  EXPECT_EQ(slap_quadrant(*parse_mac("02:00:00:00:00:00")), "AAI");
  EXPECT_EQ(slap_quadrant(*parse_mac("0a:00:00:00:00:00")), "ELI");
  EXPECT_EQ(slap_quadrant(*parse_mac("0e:00:00:00:00:00")), "SAI");
  EXPECT_EQ(slap_quadrant(*parse_mac("06:00:00:00:00:00")), "reserved");
  EXPECT_EQ(slap_quadrant(*parse_mac("00:22:72:00:00:00")), "");
}

TEST(MacKind, ModifiedEui64GoesBackToItsAddress) {
  for (const char* text : {"00:22:72:01:02:03", "02:00:00:00:00:0b", "fc:ff:ff:ff:ff:ff"}) {
    const MacAddress mac = *parse_mac(text);
    EXPECT_EQ(mac_of_eui64(modified_eui64(mac)), mac);
  }
  EXPECT_EQ(mac_of_eui64({2, 0x22, 0x72, 0xff, 0xff, 1, 2, 3}), std::nullopt) << "no ff:fe in the middle";
  EXPECT_EQ(mac_of_eui64({3, 0x22, 0x72, 0xff, 0xfe, 1, 2, 3}), std::nullopt) << "a group has no interface";
}

}  // namespace
}  // namespace onlink::inline v0

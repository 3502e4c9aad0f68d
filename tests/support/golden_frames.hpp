// SPDX-License-Identifier: Apache-2.0
// Frames that were not made by this code. What has no other origin in its comment was sent by Linux 6.18 on a veth pair
// (02:00:00:00:00:01 with 192.0.2.1, 2001:db8::1; and :02) and captured by tcpdump.
#pragma once

#include <string_view>

namespace onlink::inline v0::test {

struct GoldenFrame {
  std::string_view name;
  std::string_view hex;
};

namespace golden {

// A broadcast request of Linux 6.18.
inline constexpr std::string_view arp_request =
    "ffffffffffff02000000000108060001080006040001020000000001c0000201000000000000c0000202";
inline constexpr std::string_view arp_reply =
    "02000000000102000000000208060001080006040002020000000002c0000202020000000001c0000201";
// Linux confirming an entry: unicast, target hardware address zero.
inline constexpr std::string_view arp_unicast_probe =
    "02000000000102000000000208060001080006040001020000000002c0000202000000000000c0000201";
// Hop-by-hop header with a router alert, then MLDv2.
inline constexpr std::string_view mld_report =
    "33330000001602000000000286dd6000000000240001fe80000000000000000000fffe000002ff020000000000000000"
    "0000000000163a000502000001008f0072050000000104000000ff0200000000000000000001ff000002";
// Duplicate address detection with a nonce (RFC 7527).
inline constexpr std::string_view dad_solicitation =
    "3333ff00000102000000000186dd6000000000203aff00000000000000000000000000000000ff020000000000000000"
    "0001ff000001870080500000000020010db80000000000000000000000010e01b0633be5d24a";
inline constexpr std::string_view router_solicitation =
    "33330000000202000000000286dd6000000000103afffe80000000000000000000fffe000002ff020000000000000000"
    "00000000000285007b2a000000000101020000000002";
inline constexpr std::string_view neighbor_solicitation =
    "3333ff00000202000000000186dd6000000000203aff20010db8000000000000000000000001ff020000000000000000"
    "0001ff00000287001c270000000020010db80000000000000000000000020101020000000001";
inline constexpr std::string_view neighbor_advertisement =
    "02000000000102000000000286dd6000000000203aff20010db800000000000000000000000220010db8000000000000"
    "00000000000188008a716000000020010db80000000000000000000000020201020000000002";
inline constexpr std::string_view unicast_solicitation =
    "02000000000102000000000286dd6000000000203afffe80000000000000000000fffe00000220010db8000000000000"
    "00000000000187001cab0000000020010db80000000000000000000000010101020000000002";
// The answer to it: solicited, no override, no option.
inline constexpr std::string_view plain_advertisement =
    "02000000000202000000000186dd6000000000183aff20010db8000000000000000000000001fe800000000000000000"
    "00fffe0000028800deb54000000020010db8000000000000000000000001";
inline constexpr std::string_view echo_request_ipv6 =
    "02000000000202000000000186dd600da43e000e3a4020010db800000000000000000000000120010db8000000000000"
    "0000000000028000d9f6000700016f6e6c696e6b";
inline constexpr std::string_view echo_reply_ipv6 =
    "02000000000102000000000286dd600e2277000e3a4020010db800000000000000000000000220010db8000000000000"
    "0000000000018100d8f6000700016f6e6c696e6b";
// IPv4 with options: record route, end of list.
inline constexpr std::string_view echo_request_record_route =
    "02000000000202000000000108004800002e31c440004001713ac0000201c0000202070b08c000020100000000000800"
    "adb4000700016f6e6c696e6b";
inline constexpr std::string_view echo_reply_record_route =
    "02000000000102000000000208004800002e5089000040018bb3c0000202c0000201070b0cc0000201c0000202000000"
    "b5b4000700016f6e6c696e6b";
// Every option of RFC 4861, 4191, 8106, 8781, 3971 and an unknown one (200); checksum confirmed by tcpdump.
inline constexpr std::string_view router_advertisement =
    "33330000000102000000000186dd6000000000b83afffe800000000000000000000000000001ff020000000000000000"
    "0000000000018600581940c8070800007530000003e8010102000000000105010000000005dc030440e000278d000009"
    "3a800000000020010db8000000000000000000000001190500000000070820010db80000000000000000000000532001"
    "0db80000000000000000000000541f03000000000708076578616d706c6503636f6d0000000018023008000004b02001"
    "0db800aa0000260202580064ff9b00000000000000000e01010203040506c802000102030405060708090a0b0c0d";
// With the packet that caused it; checksum confirmed by tcpdump.
inline constexpr std::string_view redirect =
    "02000000000202000000000186dd6000000000683afffe800000000000000000000000000001fe800000000000000000"
    "0000000000028900a9d300000000fe80000000000000000000000000009920010db80001000000000000000000090201"
    "02000000009904070000000000006000000000083a40fe80000000000000000000000000000220010db8000100000000"
    "0000000000098000536f00070001";
// A request captured on macOS.
inline constexpr std::string_view textbook_arp_request =
    "fffffffffffff018981c087508060001080006040001f018981c0875c0a81f19000000000000c0a81f02";
// Padded to the Ethernet minimum of 60 octets.
inline constexpr std::string_view arp_padded =
    "ffffffffffff02000000000108060001080006040001020000000001c0000201000000000000c0000202000000000000"
    "000000000000000000000000";
// IEEE 802.1Q, priority 3, VLAN 5.
inline constexpr std::string_view arp_vlan_5 =
    "ffffffffffff0200000000018100600508060001080006040001020000000001c0000201000000000000c0000202";
// IEEE 802.1ad VLAN 200 outside 802.1Q VLAN 100.
inline constexpr std::string_view arp_qinq =
    "ffffffffffff02000000000188a800c88100006408060001080006040001020000000001c0000201000000000000c000"
    "0202";
// IEEE 802.3, LLC/SNAP (RFC 1042), padded.
inline constexpr std::string_view arp_snap =
    "ffffffffffff0200000000010024aaaa0300000008060001080006040001020000000001c0000201000000000000c000"
    "020200000000000000000000";
// IEEE 802.3 with LLC 42 42 03: a configuration BPDU.
inline constexpr std::string_view spanning_tree =
    "0180c2000000020000000001002642420300000000008000020000000001000000008000020000000001800100001400"
    "02000f000000000000000000";
// RFC 903.
inline constexpr std::string_view rarp_request =
    "ffffffffffff020000000001803500010800060400030200000000010000000002000000000100000000";
// RFC 2390 on Frame Relay: hardware type 15, addresses of 2 octets.
inline constexpr std::string_view inarp_request =
    "ffffffffffff0200000000010806000f0800020400080401c0000201045100000000";
// RFC 2734: no target hardware address.
inline constexpr std::string_view arp_ieee1394 =
    "ffffffffffff0200000000010806001808001004000101020304050607080a02fffe00000000c0000201c0000202";
// RFC 4391: addresses of 20 octets.
inline constexpr std::string_view arp_infiniband =
    "ffffffffffff0200000000010806002008001404000100000048fe800000000000000000000000000001c00002010000"
    "000000000000000000000000000000000000c0000202";

}  // namespace golden

inline constexpr GoldenFrame golden_frames[] = {
    {"arp_request", golden::arp_request},
    {"arp_reply", golden::arp_reply},
    {"arp_unicast_probe", golden::arp_unicast_probe},
    {"mld_report", golden::mld_report},
    {"dad_solicitation", golden::dad_solicitation},
    {"router_solicitation", golden::router_solicitation},
    {"neighbor_solicitation", golden::neighbor_solicitation},
    {"neighbor_advertisement", golden::neighbor_advertisement},
    {"unicast_solicitation", golden::unicast_solicitation},
    {"plain_advertisement", golden::plain_advertisement},
    {"echo_request_ipv6", golden::echo_request_ipv6},
    {"echo_reply_ipv6", golden::echo_reply_ipv6},
    {"echo_request_record_route", golden::echo_request_record_route},
    {"echo_reply_record_route", golden::echo_reply_record_route},
    {"router_advertisement", golden::router_advertisement},
    {"redirect", golden::redirect},
    {"textbook_arp_request", golden::textbook_arp_request},
    {"arp_padded", golden::arp_padded},
    {"arp_vlan_5", golden::arp_vlan_5},
    {"arp_qinq", golden::arp_qinq},
    {"arp_snap", golden::arp_snap},
    {"spanning_tree", golden::spanning_tree},
    {"rarp_request", golden::rarp_request},
    {"inarp_request", golden::inarp_request},
    {"arp_ieee1394", golden::arp_ieee1394},
    {"arp_infiniband", golden::arp_infiniband},
};

}  // namespace onlink::inline v0::test

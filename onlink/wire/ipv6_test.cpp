// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/ipv6.hpp"

#include <gtest/gtest.h>

#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;

const Ipv6Address ip_1{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
const Ipv6Address ip_2{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};

std::vector<std::byte> packet_with(IpProtocol next_header, std::string_view payload_hex) {
  const auto payload = from_hex(payload_hex);
  std::vector<std::byte> bytes(ipv6_header_size + payload.size());
  Writer out{bytes};
  encode(Ipv6Header{.next_header = next_header, .hop_limit = 64, .source = ip_1, .destination = ip_2}, payload.size(),
         out);
  out.bytes(payload);
  return bytes;
}

TEST(Ipv6, HeaderOfLinux) {
  const auto bytes = from_hex(test::golden::echo_request_ipv6.substr(28));
  const auto packet = decode_ipv6(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header, (Ipv6Header{.traffic_class = 0,
                                        .flow_label = 0xda43e,
                                        .next_header = IpProtocol::icmpv6,
                                        .hop_limit = 64,
                                        .source = ip_1,
                                        .destination = ip_2}));
  EXPECT_EQ(packet->payload.size(), 14U);
  EXPECT_EQ(packet->upper_protocol, IpProtocol::icmpv6);
  EXPECT_TRUE(same_bytes(packet->upper, packet->payload));
  EXPECT_EQ(packet->final_destination, ip_2);
}

TEST(Ipv6, TrafficClassStraddlesTwoOctets) {
  std::array<std::byte, 40> memory{};
  Writer out{memory};
  const Ipv6Header header{.traffic_class = 0xb8, .flow_label = 0xfedcb, .next_header = IpProtocol::no_next_header};
  encode(header, 0, out);
  EXPECT_EQ(to_hex(Bytes{memory}.first(4)), "6b8fedcb");
  EXPECT_EQ(decode_ipv6(memory)->header, header);
}

TEST(Ipv6, LinkPaddingIsNoPayload) {
  auto bytes = packet_with(IpProtocol::udp, "0102030405060708");
  bytes.resize(bytes.size() + 6);
  EXPECT_EQ(decode_ipv6(bytes)->payload.size(), 8U);
}

TEST(Ipv6, WrongVersionAndLengths) {
  auto bytes = packet_with(IpProtocol::udp, "0102030405060708");
  EXPECT_EQ(decode_ipv6(Bytes{bytes}.first(39)).error(), DecodeError::truncated);
  EXPECT_EQ(decode_ipv6(Bytes{bytes}.first(47)).error(), DecodeError::truncated);
  bytes[0] = std::byte{0x45};
  EXPECT_EQ(decode_ipv6(bytes).error(), DecodeError::bad_version);
}

TEST(Ipv6, HopByHopOfLinux) {
  const auto bytes = from_hex(test::golden::mld_report.substr(28));
  const auto packet = decode_ipv6(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.next_header, IpProtocol::hop_by_hop);
  EXPECT_EQ(packet->upper_protocol, IpProtocol::icmpv6);
  EXPECT_EQ(packet->upper.size(), 28U);
}

struct WalkRow {
  std::string_view what;
  IpProtocol next_header;
  std::string_view payload;
  IpProtocol upper_protocol;
  std::string_view upper;
  bool fragment_header = false;
  bool fragmented = false;
};

TEST(Ipv6, WalksEveryExtensionHeader) {
  constexpr std::string_view all =
      "2b00 0104 00000000 "                                     // hop-by-hop, padded; then routing
      "3c00 0400 00000000 "                                     // routing without segments; then destination options
      "3301 0104 00000000 0000000000000000 "                    // destination options, 16 octets; then authentication
      "1104 0000 00000001 00000002 0000000000000000 00000000 "  // authentication: 4 octets a unit; then UDP
      "aabb";
  constexpr WalkRow rows[] = {
      {"all in a row", IpProtocol::hop_by_hop, all, IpProtocol::udp, "aabb"},
      {"none", IpProtocol::udp, "aabb", IpProtocol::udp, "aabb"},
      {"no next header", IpProtocol::no_next_header, "", IpProtocol::no_next_header, ""},
      {"unknown upper layer", IpProtocol{132}, "0102", IpProtocol{132}, "0102"},
      {"first fragment", IpProtocol::fragment, "3a00 0001 00000007 aabb", IpProtocol::icmpv6, "aabb", true, true},
      {"later fragment", IpProtocol::fragment, "3a00 0008 00000007 aabb", IpProtocol::icmpv6, "", true, true},
      {"later fragment that looks like a header", IpProtocol::fragment, "0000 0009 00000007 aabb",
       IpProtocol::hop_by_hop, "", true, true},
      {"atomic fragment", IpProtocol::fragment, "3a00 0000 00000007 aabb", IpProtocol::icmpv6, "aabb", true, false},
      {"reserved bits are not flags", IpProtocol::fragment, "3aff 0006 00000007 aabb", IpProtocol::icmpv6, "aabb", true,
       false},
  };
  for (const WalkRow& row : rows) {
    const auto bytes = packet_with(row.next_header, row.payload);
    const auto packet = decode_ipv6(bytes);
    ASSERT_TRUE(packet) << row.what;
    EXPECT_EQ(packet->upper_protocol, row.upper_protocol) << row.what;
    EXPECT_EQ(to_hex(packet->upper), row.upper) << row.what;
    EXPECT_EQ(packet->fragment_header, row.fragment_header) << row.what;
    EXPECT_EQ(packet->fragmented, row.fragmented) << row.what;
  }
}

TEST(Ipv6, ExtensionHeadersMustFitThePayload) {
  for (const std::string_view payload :
       {"", "3a", "3a00", "3a00 0104 000000", "3a01 0104 00000000", "3aff 0104 00000000"}) {
    const auto bytes = packet_with(IpProtocol::hop_by_hop, payload);
    const auto packet = decode_ipv6(bytes);
    ASSERT_FALSE(packet) << payload;
    EXPECT_EQ(packet.error(), DecodeError::bad_length) << payload;
  }
  const auto cut = packet_with(IpProtocol::fragment, "3a00 0001 000000");
  EXPECT_EQ(decode_ipv6(cut).error(), DecodeError::bad_length);
}

TEST(Ipv6, ALongChainOfHeadersEnds) {
  std::string payload;
  for (int i = 0; i < 1000; ++i) payload += "3c00 0104 00000000";
  payload += "3b00 0104 00000000";
  const auto bytes = packet_with(IpProtocol::destination_options, payload);
  EXPECT_EQ(decode_ipv6(bytes)->upper_protocol, IpProtocol::no_next_header);
}

struct RoutingRow {
  std::string_view what;
  std::string_view header;
  std::uint8_t last_octet;
};

TEST(Ipv6, RoutingHeaderNamesTheFinalDestination) {
  // Two addresses, ::a and ::b; the packet's own destination ends in 2.
  const std::string list = "0000000000000000000000000000000a 0000000000000000000000000000000b";
  constexpr RoutingRow rows[] = {
      {"type 0: the last of the list", "3b04 0001 00000000", 0x0b},
      {"type 0, all segments done", "3b04 0000 00000000", 2},
      {"type 4 (RFC 8754): the list is backwards", "3b04 0401 01000000", 0x0a},
      {"type 253: unknown, left alone", "3b04 fd01 00000000", 2},
  };
  for (const RoutingRow& row : rows) {
    const auto bytes = packet_with(IpProtocol::routing, std::string{row.header} + list);
    const auto packet = decode_ipv6(bytes);
    ASSERT_TRUE(packet) << row.what;
    EXPECT_EQ(packet->final_destination.octets[15], row.last_octet) << row.what;
  }
  const auto home = packet_with(IpProtocol::routing, "3b02 0201 00000000 0000000000000000000000000000000c");
  EXPECT_EQ(decode_ipv6(home)->final_destination.octets[15], 0x0c) << "type 2 (RFC 6275): the home address";
}

}  // namespace
}  // namespace onlink

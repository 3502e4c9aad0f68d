// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/ethernet.hpp"

#include <gtest/gtest.h>

#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;

constexpr std::string_view addresses = "ffffffffffff 020000000001";

std::expected<EthernetFrame, DecodeError> decode_hex(std::string_view behind_addresses,
                                                     std::vector<std::byte>& memory) {
  memory = from_hex(std::string{addresses} + std::string{behind_addresses});
  return decode_ethernet(memory);
}

DecodeError refusal(std::string_view behind_addresses) {
  std::vector<std::byte> memory;
  const auto frame = decode_hex(behind_addresses, memory);
  EXPECT_FALSE(frame.has_value()) << behind_addresses;
  return frame ? DecodeError{} : frame.error();
}

TEST(Ethernet, HeaderOfTheTextbookRequest) {
  const auto bytes = from_hex(test::golden::textbook_arp_request);
  const auto frame = decode_ethernet(bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->header, (EthernetHeader{.destination = broadcast_mac,
                                           .source = {{0xf0, 0x18, 0x98, 0x1c, 0x08, 0x75}},
                                           .type = EtherType::arp}));
  EXPECT_EQ(frame->payload.data(), bytes.data() + 14);
  EXPECT_EQ(frame->payload.size(), 28U);
  EXPECT_TRUE(frame->trailing.empty());
}

TEST(Ethernet, PaddingOfEthernetTwoStaysInThePayload) {
  const auto bytes = from_hex(test::golden::arp_padded);
  EXPECT_EQ(decode_ethernet(bytes)->payload.size(), 46U);
}

TEST(Ethernet, TypeOrLengthIsToldApartByItsValue) {
  std::vector<std::byte> memory;
  EXPECT_EQ(refusal("05dc aaaa"), DecodeError::bad_length) << "the largest length";
  EXPECT_EQ(refusal("05dd aaaa03"), DecodeError::malformed) << "N-014";
  EXPECT_EQ(refusal("05ff aaaa03"), DecodeError::malformed);
  EXPECT_EQ(decode_hex("0600", memory)->header.type, EtherType{0x0600}) << "the smallest type";
  EXPECT_EQ(decode_hex("0600", memory)->header.encapsulation, Encapsulation::ethernet2);
}

TEST(Ethernet, UndefinedLengthIsMalformedBehindATagToo) {
  EXPECT_EQ(refusal("8100 0005 05dd"), DecodeError::malformed);
}

TEST(Ethernet, OneTag) {
  const auto bytes = from_hex(test::golden::arp_vlan_5);
  const auto frame = decode_ethernet(bytes);
  ASSERT_TRUE(frame);
  ASSERT_EQ(frame->header.vlans.size(), 1U);
  const VlanTag tag = *frame->header.vlans.begin();
  EXPECT_EQ(tag.tpid, EtherType::vlan);
  EXPECT_EQ(tag.id(), 5);
  EXPECT_EQ(tag.priority(), 3);
  EXPECT_FALSE(tag.drop_eligible());
  EXPECT_EQ(frame->header.type, EtherType::arp);
  EXPECT_EQ(frame->payload.data(), bytes.data() + 18);
}

TEST(Ethernet, StackedTagsOuterFirst) {
  const auto bytes = from_hex(test::golden::arp_qinq);
  const auto frame = decode_ethernet(bytes);
  ASSERT_TRUE(frame);
  ASSERT_EQ(frame->header.vlans.size(), 2U);
  EXPECT_EQ(frame->header.vlans.begin()[0], (VlanTag{EtherType::service_vlan, 200}));
  EXPECT_EQ(frame->header.vlans.begin()[1], (VlanTag{EtherType::vlan, 100}));
  EXPECT_EQ(frame->payload.data(), bytes.data() + 22) << "N-012";
}

TEST(Ethernet, LegacyOuterTagsAreTags) {
  for (const std::string_view outer : {"8100", "9100", "9200", "88a8"}) {
    std::vector<std::byte> memory;
    const auto frame = decode_hex(std::string{outer} + "00c8 8100 0064 0806", memory);
    ASSERT_TRUE(frame) << outer;
    EXPECT_EQ(frame->header.vlans.size(), 2U) << outer;
  }
}

TEST(Ethernet, DropEligibleAndPriorityAreTheTopBits) {
  constexpr VlanTag tag{.tpid = EtherType::vlan, .tci = 0xf064};
  static_assert(tag.priority() == 7 && tag.drop_eligible() && tag.id() == 100);
}

TEST(Ethernet, FiveTagsAreTooMany) {
  std::vector<std::byte> memory;
  EXPECT_TRUE(decode_hex("81000001 81000002 81000003 81000004 0806", memory));
  EXPECT_EQ(refusal("81000001 81000002 81000003 81000004 81000005 0806"), DecodeError::unsupported);
}

TEST(Ethernet, SnapPayloadEndsWhereTheLengthSays) {
  const auto bytes = from_hex(test::golden::arp_snap);
  const auto frame = decode_ethernet(bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->header.encapsulation, Encapsulation::snap);
  EXPECT_EQ(frame->header.type, EtherType::arp);
  EXPECT_EQ(frame->header.llc, (LlcHeader{.dsap = 0xaa, .ssap = 0xaa, .control = 3}));
  EXPECT_EQ(frame->payload.data(), bytes.data() + 22);
  EXPECT_EQ(frame->payload.size(), 28U);
  EXPECT_EQ(frame->trailing.size(), 10U);
}

TEST(Ethernet, SnapKeepsAForeignOui) {
  std::vector<std::byte> memory;
  const auto frame = decode_hex("0008 aaaa03 00000c 2000", memory);  // Cisco Discovery Protocol
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->header.llc.oui, (std::array<std::uint8_t, 3>{0, 0, 0x0c}));
  EXPECT_EQ(frame->header.type, EtherType{0x2000});
}

TEST(Ethernet, LlcWithoutSnapHasNoType) {
  const auto bytes = from_hex(test::golden::spanning_tree);
  const auto frame = decode_ethernet(bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->header.encapsulation, Encapsulation::llc);
  EXPECT_EQ(frame->header.llc, (LlcHeader{.dsap = 0x42, .ssap = 0x42, .control = 3}));
  EXPECT_EQ(frame->header.type, EtherType{0});
  EXPECT_EQ(frame->payload.data(), bytes.data() + 17);
  EXPECT_EQ(frame->payload.size(), 35U);
}

TEST(Ethernet, LengthFieldMustFitHeaderAndFrame) {
  EXPECT_EQ(refusal("0005 424203 00"), DecodeError::bad_length) << "past the end";
  EXPECT_EQ(refusal("0002 424203"), DecodeError::bad_length) << "less than LLC";
  EXPECT_EQ(refusal("0000"), DecodeError::bad_length);
  EXPECT_EQ(refusal("0007 aaaa03 000000 0806"), DecodeError::bad_length) << "less than SNAP";
}

TEST(Ethernet, TaggedHeadersAreTruncatedAnywhere) {
  EXPECT_EQ(refusal(""), DecodeError::truncated);
  EXPECT_EQ(refusal("81"), DecodeError::truncated);
  EXPECT_EQ(refusal("8100"), DecodeError::truncated);
  EXPECT_EQ(refusal("8100 0005 08"), DecodeError::truncated);
}

TEST(Ethernet, SizeCountsTagsAndLlc) {
  EthernetHeader header;
  EXPECT_EQ(header.size(), 14U);
  header.vlans.push({EtherType::service_vlan, 200});
  header.vlans.push({EtherType::vlan, 100});
  EXPECT_EQ(header.size(), 22U);
  header.encapsulation = Encapsulation::llc;
  EXPECT_EQ(header.size(), 25U);
  header.encapsulation = Encapsulation::snap;
  EXPECT_EQ(header.size(), 30U);
}

TEST(Ethernet, EncodedLengthCountsLlcAndPayload) {
  std::array<std::byte, 64> memory{};
  Writer out{memory};
  const EthernetHeader header{.destination = broadcast_mac,
                              .source = {{2, 0, 0, 0, 0, 1}},
                              .encapsulation = Encapsulation::snap,
                              .type = EtherType::arp,
                              .llc = {.dsap = 0xaa, .ssap = 0xaa, .control = 3}};
  encode(header, 28, out);
  EXPECT_EQ(out.size(), header.size());
  EXPECT_EQ(to_hex(out.written()), test::golden::arp_snap.substr(0, 44));
}

TEST(Ethernet, NamesOfTypes) {
  EXPECT_EQ(to_string(EtherType::arp), "ARP");
  EXPECT_EQ(to_string(EtherType::ipv6), "IPv6");
  EXPECT_EQ(to_string(EtherType{0x1234}), "0x1234");
  EXPECT_EQ(to_string(EtherType{0x000a}), "0x000a");
}

}  // namespace
}  // namespace onlink

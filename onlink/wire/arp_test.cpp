// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/arp.hpp"

#include <gtest/gtest.h>

#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;

constexpr MacAddress mac_1{{2, 0, 0, 0, 0, 1}};
constexpr MacAddress mac_2{{2, 0, 0, 0, 0, 2}};
constexpr Ipv4Address ip_1 = Ipv4Address::of(192, 0, 2, 1);
constexpr Ipv4Address ip_2 = Ipv4Address::of(192, 0, 2, 2);

constexpr ArpPacket request{.operation = ArpOperation::request,
                            .sender_hardware_addr = mac_1,
                            .sender_protocol_addr = ip_1,
                            .target_hardware_addr = {},
                            .target_protocol_addr = ip_2};

std::vector<std::byte> payload_of(std::string_view frame) { return from_hex(frame.substr(28)); }

TEST(Arp, RequestOfLinux) {
  const auto bytes = payload_of(test::golden::arp_request);
  EXPECT_EQ(decode_arp(bytes), request);
  std::array<std::byte, arp_packet_size> out{};
  encode(request, out);
  EXPECT_TRUE(same_bytes(out, bytes));
}

TEST(Arp, ReplyOfLinux) {
  const auto bytes = payload_of(test::golden::arp_reply);
  EXPECT_EQ(decode_arp(bytes), (ArpPacket{.operation = ArpOperation::reply,
                                          .sender_hardware_addr = mac_2,
                                          .sender_protocol_addr = ip_2,
                                          .target_hardware_addr = mac_1,
                                          .target_protocol_addr = ip_1}));
}

TEST(Arp, TextbookRequest) {
  const auto bytes = payload_of(test::golden::textbook_arp_request);
  EXPECT_EQ(decode_arp(bytes), (ArpPacket{.operation = ArpOperation::request,
                                          .sender_hardware_addr = {{0xf0, 0x18, 0x98, 0x1c, 0x08, 0x75}},
                                          .sender_protocol_addr = Ipv4Address::of(192, 168, 31, 25),
                                          .target_protocol_addr = Ipv4Address::of(192, 168, 31, 2)}));
}

TEST(Arp, PaddingChangesNothing) {
  auto bytes = payload_of(test::golden::arp_request);
  for (const std::size_t padding : {18U, 1000U}) {
    bytes.resize(arp_packet_size + padding, std::byte{0xa5});
    EXPECT_EQ(decode_arp(bytes), request) << "N-002, " << padding;
  }
}

TEST(Arp, TwentySevenOctetsAreTruncated) {
  auto bytes = payload_of(test::golden::arp_request);
  bytes.pop_back();
  EXPECT_EQ(decode_arp(bytes).error(), DecodeError::truncated) << "N-003";
  EXPECT_EQ(decode_arp_message(bytes).error(), DecodeError::truncated);
}

struct FieldRow {
  std::string_view what;
  std::size_t offset;
  std::uint8_t value;
  std::optional<DecodeError> refused;
};

TEST(Arp, StrictFormLooksAtEveryFixedField) {
  constexpr FieldRow rows[] = {
      {"N-004 hlen 5", 4, 5, DecodeError::bad_length},
      {"N-004 plen 16", 5, 16, DecodeError::bad_length},
      {"N-007 hardware type 6", 1, 6, std::nullopt},
      {"N-008 hardware type 0", 1, 0, DecodeError::unsupported},
      {"N-008 hardware type 15", 1, 15, DecodeError::unsupported},
      {"hardware type 257", 0, 1, DecodeError::unsupported},
      {"N-009 protocol 0x86dd", 2, 0x86, DecodeError::unsupported},
      {"N-010 operation 0", 7, 0, std::nullopt},
      {"N-010 operation 3", 7, 3, std::nullopt},
      {"N-010 operation 8", 7, 8, std::nullopt},
  };
  for (const FieldRow& row : rows) {
    auto bytes = payload_of(test::golden::arp_request);
    bytes[row.offset] = std::byte{row.value};
    const auto packet = decode_arp(bytes);
    EXPECT_EQ(packet ? std::nullopt : std::optional{packet.error()}, row.refused) << row.what;
  }
}

TEST(Arp, HardwareTypeSixIsKept) {
  auto bytes = payload_of(test::golden::arp_request);
  bytes[1] = std::byte{6};
  const auto packet = decode_arp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->hardware_type, ArpHardwareType::ieee802);
  std::array<std::byte, arp_packet_size> out{};
  encode(*packet, out);
  EXPECT_TRUE(same_bytes(out, bytes));
  EXPECT_EQ(ArpPacket{}.hardware_type, ArpHardwareType::ethernet) << "what an answer carries";
}

TEST(Arp, ProbesAndAnnouncements) {
  ArpPacket packet = request;
  EXPECT_FALSE(packet.is_probe());
  EXPECT_FALSE(packet.is_announcement());
  packet.sender_protocol_addr = {};
  EXPECT_TRUE(packet.is_probe());
  EXPECT_FALSE(packet.is_announcement());
  packet.sender_protocol_addr = packet.target_protocol_addr;
  EXPECT_TRUE(packet.is_announcement());
  packet.operation = ArpOperation::reply;
  EXPECT_FALSE(packet.is_announcement()) << "RFC 5227 section 3: announcements are requests";
  packet.sender_protocol_addr = packet.target_protocol_addr = {};
  packet.operation = ArpOperation::request;
  EXPECT_TRUE(packet.is_probe());
  EXPECT_FALSE(packet.is_announcement());
}

TEST(ArpMessage, LongAddressesStandAtTheirOffsets) {
  // N-005: hlen 8, plen 16.
  const auto bytes = from_hex(
      "001b 86dd 08 10 0001 0102030405060708 20010db8000000000000000000000001 1112131415161718 "
      "20010db8000000000000000000000002");
  const auto message = decode_arp_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->hardware_type, ArpHardwareType::eui64);
  EXPECT_EQ(message->protocol_type, EtherType::ipv6);
  EXPECT_EQ(to_hex(message->sender_hardware_addr), "0102030405060708");
  EXPECT_EQ(to_hex(message->sender_protocol_addr), "20010db8000000000000000000000001");
  EXPECT_EQ(to_hex(message->target_hardware_addr), "1112131415161718");
  EXPECT_EQ(to_hex(message->target_protocol_addr), "20010db8000000000000000000000002");
  EXPECT_EQ(message->size(), bytes.size());
}

TEST(ArpMessage, EmptyAddressesMakeEightOctets) {
  const auto bytes = from_hex("0001 0800 00 00 0001");
  const auto message = decode_arp_message(bytes);
  ASSERT_TRUE(message) << "N-006";
  EXPECT_EQ(message->size(), 8U);
  EXPECT_TRUE(message->sender_hardware_addr.empty());
  EXPECT_TRUE(message->target_protocol_addr.empty());
  EXPECT_EQ(decode_arp(bytes).error(), DecodeError::bad_length);
}

TEST(ArpMessage, LargestMessage) {
  std::vector<std::byte> bytes = from_hex("ffff ffff ff ff ffff");
  bytes.resize(8 + 4 * 255, std::byte{1});
  EXPECT_EQ(decode_arp_message(bytes)->size(), bytes.size());
  bytes.pop_back();
  EXPECT_EQ(decode_arp_message(bytes).error(), DecodeError::truncated);
}

TEST(ArpMessage, FirewireHasNoTargetHardwareAddress) {
  const auto bytes = payload_of(test::golden::arp_ieee1394);
  const auto message = decode_arp_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->size(), bytes.size());
  EXPECT_EQ(message->sender_hardware_addr.size(), 16U);
  EXPECT_TRUE(message->target_hardware_addr.empty());
  EXPECT_EQ(to_hex(message->target_protocol_addr), "c0000202");
}

TEST(ArpMessage, InfinibandAddressesHaveTwentyOctets) {
  const auto bytes = payload_of(test::golden::arp_infiniband);
  const auto message = decode_arp_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->hardware_type, ArpHardwareType::infiniband);
  EXPECT_EQ(message->sender_hardware_addr.size(), 20U);
  EXPECT_EQ(to_hex(message->target_protocol_addr), "c0000202");
}

TEST(ArpMessage, InverseArpOnFrameRelay) {
  const auto bytes = payload_of(test::golden::inarp_request);
  const auto message = decode_arp_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->operation, ArpOperation::inverse_request);
  EXPECT_EQ(message->hardware_type, ArpHardwareType::frame_relay);
  EXPECT_EQ(to_hex(message->sender_hardware_addr), "0401");
  EXPECT_EQ(to_hex(message->target_hardware_addr), "0451");
}

TEST(ArpMessage, AtmIsNotGuessedAt) {
  auto bytes = payload_of(test::golden::arp_request);
  bytes[1] = std::byte{19};
  EXPECT_EQ(decode_arp_message(bytes).error(), DecodeError::unsupported);
  EXPECT_EQ(decode_arp(bytes).error(), DecodeError::unsupported);
}

TEST(ArpMessage, EqualityLooksAtContent) {
  const auto a = payload_of(test::golden::arp_infiniband);
  auto b = a;
  EXPECT_EQ(decode_arp_message(a), decode_arp_message(b));
  b.back() ^= std::byte{1};
  EXPECT_NE(decode_arp_message(a), decode_arp_message(b));
}

TEST(ArpNames, OperationsAndHardwareTypes) {
  EXPECT_EQ(to_string(ArpOperation::request), "request");
  EXPECT_EQ(to_string(ArpOperation::reverse_reply), "reverse-reply");
  EXPECT_EQ(to_string(ArpOperation::inverse_request), "inarp-request");
  EXPECT_EQ(to_string(ArpOperation::experimental_2), "experimental-2");
  EXPECT_EQ(to_string(ArpOperation{0}), "unknown(0)");
  EXPECT_EQ(to_string(ArpOperation{99}), "unknown(99)");
  EXPECT_EQ(to_string(ArpHardwareType::ethernet), "Ethernet");
  EXPECT_EQ(to_string(ArpHardwareType::infiniband), "InfiniBand");
  EXPECT_EQ(to_string(ArpHardwareType{65535}), "unknown(65535)");
}

TEST(ArpNames, EveryNumberInUseHasAName) {
  for (std::uint16_t number = 1; number <= 25; ++number) {
    EXPECT_EQ(to_string(ArpOperation{number}).find("unknown"), std::string::npos) << number;
  }
}

}  // namespace
}  // namespace onlink

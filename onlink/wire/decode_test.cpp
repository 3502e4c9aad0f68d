// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/decode.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;

// Values without memory of their own: what lets a million frames a second pass.
static_assert(std::is_trivially_copyable_v<Packet>);
static_assert(noexcept(decode(Bytes{})));

std::vector<std::byte> frame_with(std::string_view type_and_payload) {
  return from_hex("ffffffffffff 020000000001" + std::string{type_and_payload});
}

template <class Alternative>
bool decodes_to(std::string_view hex) {
  const auto frame = from_hex(hex);
  const auto packet = decode(frame);
  return packet && std::holds_alternative<Alternative>(packet->payload);
}

TEST(Decode, EveryProtocolComesOutAsItself) {
  EXPECT_TRUE(decodes_to<ArpPacket>(test::golden::arp_request));
  EXPECT_TRUE(decodes_to<ArpPacket>(test::golden::arp_padded));
  EXPECT_TRUE(decodes_to<ArpPacket>(test::golden::arp_vlan_5));
  EXPECT_TRUE(decodes_to<ArpPacket>(test::golden::arp_qinq));
  EXPECT_TRUE(decodes_to<ArpPacket>(test::golden::arp_snap)) << "N-013";
  EXPECT_TRUE(decodes_to<ArpPacket>(test::golden::rarp_request));
  EXPECT_TRUE(decodes_to<ArpMessage>(test::golden::inarp_request));
  EXPECT_TRUE(decodes_to<ArpMessage>(test::golden::arp_infiniband));
  EXPECT_TRUE(decodes_to<ArpMessage>(test::golden::arp_ieee1394));
  EXPECT_TRUE(decodes_to<Ipv4Datagram>(test::golden::echo_request_record_route));
  EXPECT_TRUE(decodes_to<Icmpv6Datagram>(test::golden::neighbor_advertisement));
  EXPECT_TRUE(decodes_to<Icmpv6Datagram>(test::golden::mld_report));
  EXPECT_TRUE(decodes_to<Unrecognized>(test::golden::spanning_tree));
}

TEST(Decode, VlansAndEncapsulationStandInTheHeader) {
  const auto qinq = from_hex(test::golden::arp_qinq);
  EXPECT_EQ(to_string(decode(qinq)->ethernet.vlans), "200.100");
  const auto snap = from_hex(test::golden::arp_snap);
  EXPECT_EQ(decode(snap)->ethernet.encapsulation, Encapsulation::snap);
  const auto rarp = from_hex(test::golden::rarp_request);
  EXPECT_EQ(decode(rarp)->ethernet.type, EtherType::rarp);
}

TEST(Decode, WholeFrameIsKept) {
  const auto frame = from_hex(test::golden::arp_padded);
  const auto packet = decode(frame);
  EXPECT_EQ(packet->frame.data(), frame.data());
  EXPECT_EQ(packet->frame.size(), 60U);
}

TEST(Decode, UnknownTypeIsUnrecognizedWithoutFault) {
  const auto frame = frame_with("88cc 0207");
  EXPECT_EQ(decode(frame)->payload, Payload{Unrecognized{}});
}

TEST(Decode, ABadPayloadSaysWhy) {
  const auto cut = frame_with("0806 0001 0800 06 04 0001 0200");
  EXPECT_EQ(decode(cut)->payload, Payload{Unrecognized{DecodeError::truncated}});
  const auto atm = frame_with("0806 0013 0800 06 04 0001");
  EXPECT_EQ(decode(atm)->payload, Payload{Unrecognized{DecodeError::unsupported}});
  const auto version = frame_with("0800 6500 0014 0000 0000 4001 0000 c0000201 c0000202");
  EXPECT_EQ(decode(version)->payload, Payload{Unrecognized{DecodeError::bad_version}});
  const auto six = frame_with("86dd 6000");
  EXPECT_EQ(decode(six)->payload, Payload{Unrecognized{DecodeError::truncated}});
}

TEST(Decode, ABadFrameIsNoPacket) {
  EXPECT_EQ(decode(from_hex("ffff")).error(), DecodeError::truncated);
  EXPECT_EQ(decode(frame_with("05dd 0000")).error(), DecodeError::malformed);
}

TEST(Decode, RefusedNdpIsStillAnIpv6Packet) {
  auto frame = from_hex(test::golden::neighbor_solicitation);
  frame[14 + 7] = std::byte{254};
  const auto packet = decode(frame);
  ASSERT_TRUE(packet);
  const auto* datagram = std::get_if<Ipv6Datagram>(&packet->payload);
  ASSERT_NE(datagram, nullptr);
  EXPECT_EQ(datagram->error, DecodeError::bad_hop_limit);
  EXPECT_EQ(datagram->ip.header.hop_limit, 254);
}

TEST(Decode, OtherUpperLayersAreNoFault) {
  const auto frame = frame_with(
      "86dd 60000000 0008 11 40 fe800000000000000000000000000001 fe800000000000000000000000000002 "
      "0035003500080000");
  const auto packet = decode(frame);
  ASSERT_TRUE(packet);
  const auto* datagram = std::get_if<Ipv6Datagram>(&packet->payload);
  ASSERT_NE(datagram, nullptr);
  EXPECT_EQ(datagram->ip.upper_protocol, IpProtocol::udp);
  EXPECT_EQ(datagram->error, std::nullopt);
}

TEST(Decode, SnapOfAnotherOrganisationIsNotArp) {
  const auto frame = frame_with("0024 aaaa03 00000c 0806 0001080006040001020000000001c000020100000000 0000c0000202");
  EXPECT_EQ(decode(frame)->payload, Payload{Unrecognized{}});
}

TEST(Decode, SnapLengthBoundsTheBody) {
  // The length field leaves out the last octet of the ARP body, though the frame holds it: N-013.
  auto frame = from_hex(test::golden::arp_snap);
  frame[13] = std::byte{0x23};
  EXPECT_EQ(decode(frame)->payload, Payload{Unrecognized{DecodeError::truncated}});
}

TEST(Decode, NoTruncationOfAnyFrameReadsPastItsEnd) {
  for (const auto& golden : test::golden_frames) {
    const auto whole = from_hex(golden.hex);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      const auto packet = decode(cut);
      EXPECT_EQ(packet.has_value(), decode_ethernet(cut).has_value()) << golden.name << " at " << size;
    }
  }
}

}  // namespace
}  // namespace onlink

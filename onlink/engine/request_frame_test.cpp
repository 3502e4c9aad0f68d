// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/request_frame.hpp"

#include <gtest/gtest.h>

#include <string>

#include "onlink/wire/decode.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

constexpr MacAddress own_mac{{0x02, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress other_mac{{0x02, 0, 0, 0, 0, 0x0b}};
constexpr Ipv4Address own_ipv4 = Ipv4Address::of(10, 0, 0, 1);
constexpr Ipv4Address target_ipv4 = Ipv4Address::of(10, 0, 0, 2);
constexpr Ipv6Address own_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Ipv6Address target_ipv6{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 7, 0x01, 0x01, 0x02, 0x03}};
constexpr ProbeNonce nonce{0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6};

LinkIdentity identity() { return {.mac = own_mac, .ipv4 = own_ipv4, .ipv6 = own_ipv6}; }

// The frame that `append` builds, in hex.
template <class Append>
std::string built(const LinkIdentity& who, Append append) {
  const RequestBuilder builder{who};
  FrameBatch batch;
  append(builder, batch);
  EXPECT_EQ(batch.size(), 1U);
  return test::to_hex(batch[0]);
}

// The expected octets were put together from the RFCs' layouts by a script that shares no code with the library,
// checksums included.
TEST(RequestFrame, ArpRequestIsBroadcastAndPaddedTo60) {
  EXPECT_EQ(built(identity(), [](const RequestBuilder& b, FrameBatch& out) { b.arp_request(target_ipv4, out); }),
            "ffffffffffff02000000000a0806000108000604000102000000000a0a0000010000000000000a000002"
            "000000000000000000000000000000000000");
}

TEST(RequestFrame, ArpProbeToOneStationCarriesBothTagsAndNoSender) {
  LinkIdentity who = identity();
  who.vlans.push({EtherType::service_vlan, 200});
  who.vlans.push({EtherType::vlan, 0x6064});
  EXPECT_EQ(built(who, [](const RequestBuilder& b, FrameBatch& out) { b.arp_probe(target_ipv4, out, other_mac); }),
            "02000000000b02000000000a88a800c8810060640806000108000604000102000000000a000000000000000000000a000002"
            "00000000000000000000");
}

TEST(RequestFrame, WithoutPaddingArpTakes42Octets) {
  LinkIdentity who = identity();
  who.pad = false;
  EXPECT_EQ(built(who, [](const RequestBuilder& b, FrameBatch& out) { b.arp_request(target_ipv4, out); }),
            "ffffffffffff02000000000a0806000108000604000102000000000a0a0000010000000000000a000002");
}

TEST(RequestFrame, WithoutAnIpv4AddressARequestIsAProbe) {
  LinkIdentity who = identity();
  who.ipv4.reset();
  EXPECT_EQ(built(who, [](const RequestBuilder& b, FrameBatch& out) { b.arp_request(target_ipv4, out); }),
            built(who, [](const RequestBuilder& b, FrameBatch& out) { b.arp_probe(target_ipv4, out); }));
}

TEST(RequestFrame, SolicitationGoesToTheGroupWithOurLinkLayerAddress) {
  EXPECT_EQ(
      built(identity(), [](const RequestBuilder& b, FrameBatch& out) { b.neighbor_solicitation(target_ipv6, out); }),
      "3333ff01020302000000000a86dd6000000000203afffe800000000000000000000000000001ff0200000000000000000001ff010203"
      "8700464b0000000020010db8000000000000000701010203010102000000000a");
}

TEST(RequestFrame, SolicitationOfOneStationGoesToTheTarget) {
  EXPECT_EQ(built(identity(), [](const RequestBuilder& b,
                                 FrameBatch& out) { b.neighbor_solicitation(target_ipv6, out, other_mac); }),
            "02000000000b02000000000a86dd6000000000203afffe80000000000000000000000000000120010db80000000000000007"
            "01010203870015900000000020010db8000000000000000701010203010102000000000a");
}

TEST(RequestFrame, SolicitationFromNobodyShowsNoLinkLayerAddress) {
  LinkIdentity who = identity();
  who.ipv6.reset();
  EXPECT_EQ(built(who, [](const RequestBuilder& b, FrameBatch& out) { b.neighbor_solicitation(target_ipv6, out); }),
            "3333ff01020302000000000a86dd6000000000183aff00000000000000000000000000000000ff0200000000000000000001"
            "ff010203870047e00000000020010db8000000000000000701010203");
}

TEST(RequestFrame, SolicitationOfOneStationFromNobodyStillGoesToTheGroup) {
  LinkIdentity who = identity();
  who.ipv6.reset();
  const RequestBuilder builder{who};
  FrameBatch batch;
  builder.neighbor_solicitation(target_ipv6, batch, other_mac);
  const Packet packet = decode(batch[0]).value();
  EXPECT_EQ(packet.ethernet.destination, other_mac);
  EXPECT_EQ(std::get<Icmpv6Datagram>(packet.payload).ip.header.destination, solicited_node_address(target_ipv6));
}

TEST(RequestFrame, ProbeForAnIpv6AddressCarriesItsNonce) {
  EXPECT_EQ(
      built(identity(), [](const RequestBuilder& b, FrameBatch& out) { b.neighbor_probe(target_ipv6, nonce, out); }),
      "3333ff01020302000000000a86dd6000000000203aff00000000000000000000000000000000ff0200000000000000000001ff010203"
      "8700ee580000000020010db80000000000000007010102030e01a1b2c3d4e5f6");
}

TEST(RequestFrame, EchoRequestGoesToAllNodes) {
  EXPECT_EQ(built(identity(), [](const RequestBuilder& b,
                                 FrameBatch& out) { b.echo_request({.identifier = 0x1234, .sequence = 7}, out); }),
            "33330000000102000000000a86dd6000000000083afffe800000000000000000000000000001ff0200000000000000000000"
            "00000001"
            "80006ffc12340007");
}

TEST(RequestFrame, AFormIsNotSpoiledByTheFramesMadeFromIt) {
  const RequestBuilder builder{identity()};
  FrameBatch batch;
  Ipv6Address other = target_ipv6;
  other.octets[15] = 0xff;
  builder.neighbor_solicitation(target_ipv6, batch);
  builder.neighbor_solicitation(other, batch, other_mac);
  builder.neighbor_solicitation(target_ipv6, batch);
  EXPECT_EQ(test::to_hex(batch[0]), test::to_hex(batch[2]));
  EXPECT_NE(test::to_hex(batch[0]), test::to_hex(batch[1]));
}

TEST(RequestFrame, EveryTaggedFormPassesTheReceiveChecks) {
  LinkIdentity who = identity();
  while (who.vlans.push({EtherType::vlan, 100})) {
  }
  const RequestBuilder builder{who};
  FrameBatch batch;
  builder.arp_request(target_ipv4, batch);
  builder.neighbor_solicitation(target_ipv6, batch);
  builder.neighbor_solicitation(target_ipv6, batch, other_mac);
  builder.neighbor_probe(target_ipv6, nonce, batch);
  builder.neighbor_probe(target_ipv6, nonce, batch, other_mac);
  builder.echo_request({}, batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto packet = decode(batch[i]);
    ASSERT_TRUE(packet) << i;
    EXPECT_TRUE(packet->ethernet.vlans.same_network(who.vlans)) << i;
    EXPECT_EQ(std::holds_alternative<ArpPacket>(packet->payload), i == 0) << i;
    EXPECT_EQ(std::holds_alternative<Icmpv6Datagram>(packet->payload), i != 0) << i;
  }
}

}  // namespace
}  // namespace onlink

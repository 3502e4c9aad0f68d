// SPDX-License-Identifier: Apache-2.0
// The messages, by frames of real origin. What must be refused is in ndp_receive_test.cpp.
#include "onlink/wire/icmpv6.hpp"

#include <gtest/gtest.h>

#include "onlink/wire/checksum.hpp"
#include "tests/support/codec_laws.hpp"
#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/wire_codecs.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;

constexpr MacAddress mac_1{{2, 0, 0, 0, 0, 1}};
constexpr MacAddress mac_2{{2, 0, 0, 0, 0, 2}};

Ipv6Address ip(std::string_view text) { return parse_ipv6(text).value(); }

// Keeps the bytes alive that the message points into.
template <class Message>
class Decoded {
 public:
  explicit Decoded(std::string_view frame) : bytes_(from_hex(frame.substr(28))) {
    const auto datagram = test::Icmpv6Codec::decode(bytes_);
    EXPECT_TRUE(datagram.has_value()) << frame;
    if (!datagram) return;
    EXPECT_TRUE(std::holds_alternative<Message>(datagram->message)) << frame;
    if (const auto* message = std::get_if<Message>(&datagram->message)) message_ = *message;
    ip_ = datagram->ip;
  }
  const Message* operator->() const { return &message_; }
  const Message& operator*() const { return message_; }
  const Ipv6Packet& packet() const { return ip_; }

 private:
  std::vector<std::byte> bytes_;
  Message message_;
  Ipv6Packet ip_;
};

TEST(Icmpv6, NeighborSolicitation) {
  const Decoded<NeighborSolicitation> message{test::golden::neighbor_solicitation};
  EXPECT_EQ(message->target, ip("2001:db8::2"));
  EXPECT_EQ(message->reserved, 0U);
  EXPECT_EQ(message->options.first<SourceLinkLayerAddress>()->address, mac_1);
}

TEST(Icmpv6, DuplicateAddressDetection) {
  const Decoded<NeighborSolicitation> message{test::golden::dad_solicitation};
  EXPECT_EQ(message->target, ip("2001:db8::1"));
  EXPECT_TRUE(message.packet().header.source.is_unspecified());
  EXPECT_EQ(to_hex(message->options.first<NonceOption>()->nonce), "b0633be5d24a");
}

TEST(Icmpv6, NeighborAdvertisement) {
  const Decoded<NeighborAdvertisement> message{test::golden::neighbor_advertisement};
  EXPECT_FALSE(message->router);
  EXPECT_TRUE(message->solicited);
  EXPECT_TRUE(message->override_flag);
  EXPECT_EQ(message->target, ip("2001:db8::2"));
  EXPECT_EQ(message->options.first<TargetLinkLayerAddress>()->address, mac_2);
}

TEST(Icmpv6, AdvertisementWithoutOptionOrOverride) {
  const Decoded<NeighborAdvertisement> message{test::golden::plain_advertisement};
  EXPECT_TRUE(message->solicited);
  EXPECT_FALSE(message->override_flag);
  EXPECT_EQ(message->options, NdpOptions{});
}

TEST(Icmpv6, RouterSolicitation) {
  const Decoded<RouterSolicitation> message{test::golden::router_solicitation};
  EXPECT_EQ(message->options.first<SourceLinkLayerAddress>()->address, mac_2);
}

TEST(Icmpv6, RouterAdvertisement) {
  const Decoded<RouterAdvertisement> message{test::golden::router_advertisement};
  EXPECT_EQ(message->hop_limit, 64);
  EXPECT_TRUE(message->managed);
  EXPECT_TRUE(message->other);
  EXPECT_FALSE(message->home_agent);
  EXPECT_EQ(message->preference, RouterPreference::high);
  EXPECT_EQ(message->router_lifetime, 1800);
  EXPECT_EQ(message->reachable_time, 30000U);
  EXPECT_EQ(message->retrans_timer, 1000U);
  EXPECT_EQ(message->options.first<MtuOption>()->mtu, 1500U);
  EXPECT_EQ(message->options.first<PrefixInformation>()->prefix_length, 64);
  EXPECT_EQ(message->options.first<RdnssOption>()->count(), 2U);
  EXPECT_EQ(message->options.first<Pref64Option>()->scaled_lifetime, 75);
}

TEST(Icmpv6, Redirect) {
  const Decoded<Redirect> message{test::golden::redirect};
  EXPECT_EQ(message->target, ip("fe80::99"));
  EXPECT_EQ(message->destination, ip("2001:db8:1::9"));
  EXPECT_EQ(message->options.first<TargetLinkLayerAddress>()->address, (MacAddress{{2, 0, 0, 0, 0, 0x99}}));
  EXPECT_EQ(message->options.first<RedirectedHeader>()->packet.size(), 48U);
}

TEST(Icmpv6, Echo) {
  const Decoded<Icmpv6Echo> request{test::golden::echo_request_ipv6};
  EXPECT_FALSE(request->reply);
  EXPECT_EQ(request->identifier, 7);
  EXPECT_EQ(request->sequence, 1);
  EXPECT_EQ(to_hex(request->data), "6f6e6c696e6b");
  const Decoded<Icmpv6Echo> reply{test::golden::echo_reply_ipv6};
  EXPECT_TRUE(reply->reply);
  EXPECT_EQ(to_hex(reply->data), "6f6e6c696e6b");
}

TEST(Icmpv6, OtherTypesAreKept) {
  const Decoded<Icmpv6Other> report{test::golden::mld_report};
  EXPECT_EQ(report->type, 143);
  EXPECT_EQ(report->body.size(), 24U);
}

TEST(Icmpv6, ChecksumCoversTheLastStopOfASourceRoute) {
  // Echo request on its way to 2001:db8::2 first, then to ::a (segment routing, one segment left).
  const Ipv6Address source = ip("2001:db8::1");
  auto payload = from_hex("3a02 0401 00000000 0000000000000000000000000000000a 8000 0000 00070001");
  const Bytes message = Bytes{payload}.last(8);
  const std::uint16_t sum = ipv6_checksum(source, ip("::a"), IpProtocol::icmpv6, message);
  store_be(sum, MutableBytes{payload}.last(6).first<2>());
  std::vector<std::byte> bytes(ipv6_header_size);
  Writer out{bytes};
  encode(Ipv6Header{.next_header = IpProtocol::routing, .source = source, .destination = ip("2001:db8::2")},
         payload.size(), out);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  EXPECT_TRUE(test::Icmpv6Codec::decode(bytes));
  EXPECT_EQ(test::broken_law<test::Icmpv6Codec>(bytes), "");
}

TEST(Icmpv6, FlagsOfMessagesOneByOne) {
  std::array<std::byte, 64> memory{};
  const auto second_word = [&](const Icmpv6Message& message) {
    Writer out{memory};
    encode(message, Ipv6Address{}, Ipv6Address{}, out);
    return to_hex(out.written().subspan(4, 4));
  };
  EXPECT_EQ(second_word(NeighborAdvertisement{.router = true}), "80000000");
  EXPECT_EQ(second_word(NeighborAdvertisement{.solicited = true}), "40000000");
  EXPECT_EQ(second_word(NeighborAdvertisement{.override_flag = true}), "20000000");
  EXPECT_EQ(second_word(NeighborAdvertisement{.reserved = 0xffffffff}), "1fffffff");
  EXPECT_EQ(second_word(RouterAdvertisement{.managed = true}), "00800000");
  EXPECT_EQ(second_word(RouterAdvertisement{.other = true}), "00400000");
  EXPECT_EQ(second_word(RouterAdvertisement{.home_agent = true}), "00200000");
  EXPECT_EQ(second_word(RouterAdvertisement{.preference = RouterPreference::low}), "00180000");
  EXPECT_EQ(second_word(RouterAdvertisement{.reserved_flags = 0xff}), "00070000");
}

TEST(Icmpv6, WriterWithoutRoomSaysSo) {
  std::array<std::byte, 23> memory{};
  Writer out{memory};
  encode(NeighborSolicitation{.target = ip("fe80::1")}, Ipv6Address{}, Ipv6Address{}, out);
  EXPECT_FALSE(out.ok());
}

TEST(Icmpv6, LessThanAHeaderIsTruncated) {
  for (std::size_t size = 0; size < 4; ++size) {
    const std::array<std::byte, 4> message{};
    const Ipv6Packet packet{.upper_protocol = IpProtocol::icmpv6, .upper = Bytes{message}.first(size)};
    EXPECT_EQ(decode_icmpv6(packet).error(), DecodeError::truncated) << size;
  }
}

}  // namespace
}  // namespace onlink

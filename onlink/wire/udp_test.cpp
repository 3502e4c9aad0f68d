// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/udp.hpp"

#include <gtest/gtest.h>

#include "tests/support/hex.hpp"
#include "tests/support/wire_codecs.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;
using test::UdpIpv4Codec;
using test::UdpIpv6Codec;

std::string written(const UdpMessage& message) {
  std::vector<std::byte> memory(message.size());
  Writer out{memory};
  UdpIpv4Codec::encode(message, out);
  EXPECT_TRUE(out.ok());
  return to_hex(memory);
}

TEST(Udp, PortsAndDataByTheLengthField) {
  const auto bytes = from_hex("d431 0007 000e 5d52 6f6e6c696e6b 0000");  // two octets of padding
  const auto message = UdpIpv4Codec::decode(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->source_port, 54321);
  EXPECT_EQ(message->destination_port, 7);
  EXPECT_TRUE(message->checksummed);
  EXPECT_EQ(to_hex(message->data), "6f6e6c696e6b");
}

TEST(Udp, NoChecksumIsLegalOverIpv4Only) {
  const auto bytes = from_hex("d431 0007 0009 0000 01");
  const auto message = UdpIpv4Codec::decode(bytes);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->checksummed);
  EXPECT_EQ(UdpIpv6Codec::decode(bytes).error(), DecodeError::bad_checksum);
}

TEST(Udp, OverIpv6ThereIsAlwaysAChecksum) {
  std::vector<std::byte> memory(8);
  Writer out{memory};
  UdpIpv6Codec::encode({.source_port = 0, .destination_port = 0xffff, .checksummed = false}, out);
  EXPECT_EQ(to_hex(memory), "0000ffff000804da");
}

// 0x0000 on the wire would mean "none"; RFC 768 has 0xffff sent in its place.
TEST(Udp, ASumOfZeroIsWrittenAsAllOnes) {
  const std::string odd = written({.source_port = 0, .destination_port = 0, .checksummed = true});
  const auto sum = static_cast<std::uint16_t>(std::stoul(odd.substr(12), nullptr, 16));
  EXPECT_EQ(written({.source_port = sum, .destination_port = 0}).substr(12), "ffff");
}

TEST(Udp, SaysWhyItRefuses) {
  auto bytes = from_hex("d431 0007 000e 5d52 6f6e6c696e6b");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(UdpIpv4Codec::decode(Bytes{bytes}.first(size)).error(), DecodeError::truncated) << size;
  }
  EXPECT_EQ(UdpIpv4Codec::decode(from_hex("d431 0007 0007 0000")).error(), DecodeError::bad_length);
  EXPECT_EQ(decode_udp(Ipv4Packet{.header = {.more_fragments = true}, .payload = bytes}).error(),
            DecodeError::fragmented);
  Ipv6Packet part;
  part.upper = bytes;
  part.fragmented = true;
  EXPECT_EQ(decode_udp(part).error(), DecodeError::fragmented);
  bytes.back() ^= std::byte{1};
  EXPECT_EQ(UdpIpv4Codec::decode(bytes).error(), DecodeError::bad_checksum);
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/icmp.hpp"

#include <gtest/gtest.h>

#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;

std::expected<IcmpMessage, DecodeError> decode_body(Bytes body, const Ipv4Header& header = {}) {
  return decode_icmp({.header = header, .payload = body});
}

TEST(Icmp, EchoRequestAndReplyOfAKernel) {
  const auto request_frame = from_hex(test::golden::echo_request_record_route);
  const auto packet = decode_ipv4(Bytes{request_frame}.subspan(14));
  ASSERT_TRUE(packet && packet->header.protocol == IpProtocol::icmp);
  const auto message = decode_icmp(*packet);
  ASSERT_TRUE(message);
  EXPECT_FALSE(std::get<IcmpEcho>(*message).reply);
}

TEST(Icmp, PortUnreachableQuotesThePacket) {
  const auto body = from_hex("0303 b1f3 0000 0000 4500 0001 0203 0405");
  const auto message = decode_body(body);
  ASSERT_TRUE(message);
  const auto& unreachable = std::get<IcmpUnreachable>(*message);
  EXPECT_EQ(unreachable.code, UnreachableCode::port);
  EXPECT_EQ(to_hex(unreachable.original), "4500000102030405");
}

TEST(Icmp, FragmentationNeededTellsTheNextHopsMtu) {
  const auto body = from_hex("0304 f61f 0000 05dc 01");
  EXPECT_EQ(std::get<IcmpUnreachable>(decode_body(body).value()).next_hop_mtu, 1500);
}

TEST(Icmp, OtherTypesAreKept) {
  const auto body = from_hex("0b00 f2ff 0200 00");
  const auto message = decode_body(body);
  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<IcmpOther>(*message).type, 11);
  EXPECT_EQ(to_hex(std::get<IcmpOther>(*message).body), "020000");
}

TEST(Icmp, SaysWhyItRefuses) {
  auto body = from_hex("0800 adb4 0007 0001 6f6e6c696e6b");
  EXPECT_EQ(decode_body(body, {.more_fragments = true}).error(), DecodeError::fragmented);
  EXPECT_EQ(decode_body(body, {.fragment_offset = 1}).error(), DecodeError::fragmented);
  for (std::size_t size = 0; size < 4; ++size) {
    EXPECT_EQ(decode_body(Bytes{body}.first(size)).error(), DecodeError::truncated) << size;
  }
  body.back() ^= std::byte{1};
  EXPECT_EQ(decode_body(body).error(), DecodeError::bad_checksum);
  EXPECT_EQ(decode_body(from_hex("0800 f7f8 0007")).error(), DecodeError::truncated) << "an echo without its sequence";
  EXPECT_EQ(decode_body(from_hex("0303 fcfc")).error(), DecodeError::truncated);
}

TEST(Icmp, WriterWithoutRoomSaysSo) {
  std::array<std::byte, 7> memory{};
  Writer out{memory};
  encode(IcmpMessage{IcmpEcho{}}, out);
  EXPECT_FALSE(out.ok());
}

}  // namespace
}  // namespace onlink

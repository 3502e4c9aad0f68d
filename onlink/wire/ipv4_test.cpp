// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/ipv4.hpp"

#include <gtest/gtest.h>

#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;

// A UDP datagram's header, widely printed; its checksum is 0xb861.
constexpr std::string_view plain = "4500 0073 0000 4000 4011 b861 c0a80001 c0a800c7";

std::vector<std::byte> plain_packet() {
  auto bytes = from_hex(plain);
  bytes.resize(0x73, std::byte{0x5a});
  return bytes;
}

TEST(Ipv4, PlainHeader) {
  const auto bytes = plain_packet();
  const auto packet = decode_ipv4(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header, (Ipv4Header{.dont_fragment = true,
                                        .time_to_live = 64,
                                        .protocol = IpProtocol::udp,
                                        .source = Ipv4Address::of(192, 168, 0, 1),
                                        .destination = Ipv4Address::of(192, 168, 0, 199)}));
  EXPECT_EQ(packet->payload.size(), 0x73U - 20);
}

TEST(Ipv4, EncoderComputesTheChecksum) {
  std::array<std::byte, 20> memory{};
  Writer out{memory};
  encode(Ipv4Header{.dont_fragment = true,
                    .protocol = IpProtocol::udp,
                    .source = Ipv4Address::of(192, 168, 0, 1),
                    .destination = Ipv4Address::of(192, 168, 0, 199)},
         0x73 - 20, out);
  EXPECT_TRUE(out.ok());
  EXPECT_EQ(out.size(), 20U);
  EXPECT_TRUE(same_bytes(memory, from_hex(plain)));
}

TEST(Ipv4, EncodesBehindOtherBytes) {
  std::array<std::byte, 34> memory{};
  Writer out{memory};
  out.zeros(14);
  const auto bytes = plain_packet();
  const auto packet = decode_ipv4(bytes);
  encode(packet->header, packet->payload.size(), out);
  EXPECT_TRUE(same_bytes(Bytes{memory}.subspan(14), from_hex(plain)));
}

TEST(Ipv4, OptionsOfLinux) {
  const auto bytes = from_hex(test::golden::echo_request_record_route.substr(28));
  const auto packet = decode_ipv4(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.size(), 32U);
  EXPECT_EQ(to_hex(packet->header.options), "070b08c00002010000000000");
  EXPECT_EQ(packet->header.protocol, IpProtocol::icmp);
  EXPECT_EQ(packet->payload.size(), 14U);
}

TEST(Ipv4, LinkPaddingIsNoPayload) {
  auto bytes = plain_packet();
  bytes.resize(bytes.size() + 30);
  EXPECT_EQ(decode_ipv4(bytes)->payload.size(), 0x73U - 20);
}

TEST(Ipv4, FragmentFieldsAreKept) {
  std::array<std::byte, 20> memory{};
  for (const bool flag : {false, true}) {
    Writer out{memory};
    const Ipv4Header header{.identification = 0xabcd,
                            .reserved_flag = flag,
                            .dont_fragment = !flag,
                            .more_fragments = flag,
                            .fragment_offset = 0x1abc};
    encode(header, 0, out);
    EXPECT_EQ(decode_ipv4(memory)->header, header);
  }
}

struct Fault {
  std::string_view what;
  std::size_t offset;
  std::uint8_t value;
  DecodeError error;
};

TEST(Ipv4, EveryFaultHasItsReason) {
  constexpr Fault faults[] = {
      {"version 6", 0, 0x65, DecodeError::bad_version},
      {"version 0", 0, 0x05, DecodeError::bad_version},
      {"IHL 4", 0, 0x44, DecodeError::bad_length},
      {"IHL 0", 0, 0x40, DecodeError::bad_length},
      {"total length less than the header", 3, 19, DecodeError::bad_length},
      {"total length zero", 3, 0, DecodeError::bad_length},
      {"total length past the end", 3, 0x74, DecodeError::truncated},
      {"IHL past the total length", 0, 0x4f, DecodeError::bad_length},
      {"a bit of the source flipped", 12, 0xc1, DecodeError::bad_checksum},
      {"checksum itself", 10, 0xb9, DecodeError::bad_checksum},
  };
  for (const Fault& fault : faults) {
    auto bytes = plain_packet();
    if (fault.what.starts_with("IHL past")) bytes[3] = std::byte{30};
    bytes[fault.offset] = std::byte{fault.value};
    const auto packet = decode_ipv4(bytes);
    ASSERT_FALSE(packet) << fault.what;
    EXPECT_EQ(packet.error(), fault.error) << fault.what;
  }
}

TEST(Ipv4, LessThanAHeaderIsTruncated) {
  const auto bytes = plain_packet();
  EXPECT_EQ(decode_ipv4(Bytes{bytes}.first(0)).error(), DecodeError::truncated);
  EXPECT_EQ(decode_ipv4(Bytes{bytes}.first(19)).error(), DecodeError::truncated);
}

TEST(Ipv4, TheOtherZeroIsAGoodChecksumToo) {
  // 4500 + 0014 + ... summing to 0xffff: the encoder writes 0000, ffff must hold as well (RFC 1624).
  auto bytes = from_hex("4500 0014 0000 0000 4001 0000 c0000201 00000000");
  std::uint32_t sum = 0x4500 + 0x14 + 0x4001 + 0xc000 + 0x0201;
  sum = (sum & 0xffff) + (sum >> 16);
  store_be(static_cast<std::uint16_t>(0xffff - sum), MutableBytes{bytes}.subspan(18).first<2>());
  EXPECT_TRUE(decode_ipv4(bytes));
  bytes[10] = bytes[11] = std::byte{0xff};
  EXPECT_TRUE(decode_ipv4(bytes));
}

}  // namespace
}  // namespace onlink

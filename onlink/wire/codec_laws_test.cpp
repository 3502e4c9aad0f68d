// SPDX-License-Identifier: Apache-2.0
// Every codec under the same laws (tests/support/codec_laws.hpp).
#include "tests/support/codec_laws.hpp"

#include <gtest/gtest.h>

#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/wire_codecs.hpp"

namespace onlink {
namespace {

using namespace test;
using Example = std::vector<std::byte>;

// What follows the Ethernet header in the golden frames of one type, cut to what `Codec` decodes of it.
template <class Codec>
std::vector<Example> golden_payloads(EtherType type) {
  std::vector<Example> found;
  for (const GoldenFrame& golden : golden_frames) {
    const auto bytes = from_hex(golden.hex);
    const auto frame = decode_ethernet(bytes);
    if (!frame || frame->header.type != type) continue;
    const auto value = Codec::decode(frame->payload);
    if (!value) continue;
    const Bytes used = frame->payload.first(Codec::covered(*value, frame->payload));
    found.emplace_back(used.begin(), used.end());
  }
  return found;
}

struct EthernetLaws : EthernetCodec {
  static std::vector<Example> examples() {
    const std::string addresses = "ffffffffffff020000000001";
    return {from_hex(addresses + "0806"),
            from_hex(addresses + "8100 e005 0806"),
            from_hex(addresses + "88a8 00c8 8100 0064 86dd"),
            from_hex(addresses + "81000001 91000002 92000003 88a80004 0600"),
            from_hex(addresses + "0007 424203 01020304"),
            from_hex(addresses + "8100 0000 000a aaaa03 00000c 2000 0102")};
  }
};
struct ArpMessageLaws : ArpMessageCodec {
  static std::vector<Example> examples() {
    auto found = golden_payloads<ArpMessageCodec>(EtherType::arp);
    found.push_back(from_hex("0001 0800 00 00 0001"));
    found.push_back(from_hex("ffff ffff 01 03 fffe 01 020304 05 060708"));
    return found;
  }
};
struct ArpPacketLaws : ArpPacketCodec {
  static std::vector<Example> examples() {
    auto found = golden_payloads<ArpPacketCodec>(EtherType::arp);
    found.push_back(golden_payloads<ArpPacketCodec>(EtherType::rarp).at(0));
    found.push_back(from_hex("0006 0800 06 04 ffff 010203040506 01020304 0a0b0c0d0e0f fffefdfc"));
    return found;
  }
};
struct Ipv4Laws : Ipv4Codec {
  static std::vector<Example> examples() { return golden_payloads<Ipv4Codec>(EtherType::ipv4); }
};
struct Ipv6Laws : Ipv6Codec {
  static std::vector<Example> examples() { return golden_payloads<Ipv6Codec>(EtherType::ipv6); }
};
struct Icmpv6Laws : Icmpv6Codec {
  static std::vector<Example> examples() { return golden_payloads<Icmpv6Codec>(EtherType::ipv6); }
};
struct IcmpLaws : IcmpCodec {
  static std::vector<Example> examples() {
    return {from_hex("0800 adb4 0007 0001 6f6e6c696e6b"), from_hex("0000 b5b4 0007 0001 6f6e6c696e6b"),
            from_hex("0303 b1f3 0000 0000 4500 0001 0203 0405"), from_hex("0304 f61f 0000 05dc 01"),
            from_hex("0b00 f1ff 0200 01")};
  }
};
struct UdpIpv4Laws : UdpIpv4Codec {
  static std::vector<Example> examples() {
    return {from_hex("d431 0007 000e 5d52 6f6e6c696e6b"), from_hex("d431 0007 0009 0000 01"),
            from_hex("0000 ffff 0008 7bda")};
  }
};
struct UdpIpv6Laws : UdpIpv6Codec {
  static std::vector<Example> examples() {
    return {from_hex("d431 0007 000e e651 6f6e6c696e6b"), from_hex("0000 ffff 0008 04da")};
  }
};
struct NdpOptionLaws : NdpOptionCodec {
  static std::vector<Example> examples() {
    const auto frame = from_hex(golden::router_advertisement);
    std::vector<Example> found;
    const auto options = NdpOptions::decode(Bytes{frame}.subspan(14 + 40 + 16)).value();
    for (const NdpOption option : options) {
      std::array<std::byte, 256> memory{};
      Writer out{memory};
      onlink::encode(option, out);
      found.emplace_back(out.written().begin(), out.written().end());
    }
    found.push_back(from_hex("0201 020000000099"));
    found.push_back(from_hex("0402 000000000001 6000000000083a40"));
    found.push_back(from_hex("1902 0000 00000708 0000000000000000"));
    return found;
  }
};

template <class Codec>
class CodecLaws : public testing::Test {};
using Codecs = testing::Types<EthernetLaws, ArpMessageLaws, ArpPacketLaws, Ipv4Laws, Ipv6Laws, Icmpv6Laws, IcmpLaws,
                              UdpIpv4Laws, UdpIpv6Laws, NdpOptionLaws>;
TYPED_TEST_SUITE(CodecLaws, Codecs);

TYPED_TEST(CodecLaws, EveryExampleIsAccepted) {
  EXPECT_GE(TypeParam::examples().size(), 2U);
  for (const Example& example : TypeParam::examples()) EXPECT_TRUE(TypeParam::decode(example)) << to_hex(example);
}

TYPED_TEST(CodecLaws, EncodingAndDecodingUndoEachOther) {
  for (const Example& example : TypeParam::examples()) EXPECT_EQ(broken_law<TypeParam>(example), "");
}

TYPED_TEST(CodecLaws, TheySurviveEveryFlippedBit) {
  for (Example example : TypeParam::examples()) {
    for (std::size_t bit = 0; bit < 8 * example.size(); ++bit) {
      const auto mask = static_cast<std::byte>(1 << bit % 8);
      example[bit / 8] ^= mask;
      EXPECT_EQ(broken_law<TypeParam>(example), "");
      example[bit / 8] ^= mask;
    }
  }
}

TYPED_TEST(CodecLaws, EveryTruncationIsRefused) {
  for (const Example& example : TypeParam::examples()) {
    EXPECT_EQ(accepted_truncation<TypeParam>(example), std::nullopt) << to_hex(example);
  }
}

TYPED_TEST(CodecLaws, WantOfRoomIsNoticed) {
  for (const Example& example : TypeParam::examples()) {
    EXPECT_TRUE(notices_want_of_room<TypeParam>(example)) << to_hex(example);
  }
}

// The codecs whose own length fields say where they end; link padding follows them.
template <class Codec>
class SelfDelimitingCodecLaws : public testing::Test {};
using SelfDelimitingCodecs =
    testing::Types<ArpMessageLaws, ArpPacketLaws, Ipv4Laws, Ipv6Laws, Icmpv6Laws, UdpIpv4Laws, UdpIpv6Laws>;
TYPED_TEST_SUITE(SelfDelimitingCodecLaws, SelfDelimitingCodecs);

TYPED_TEST(SelfDelimitingCodecLaws, OctetsBehindChangeNothing) {
  for (const Example& example : TypeParam::examples()) {
    Example padded = example;
    padded.insert(padded.end(), 7, std::byte{0xa5});
    EXPECT_EQ(TypeParam::decode(padded), TypeParam::decode(example)) << to_hex(example);
  }
}

}  // namespace
}  // namespace onlink

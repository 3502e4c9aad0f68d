// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/ndp.hpp"

#include <gtest/gtest.h>

#include <ranges>
#include <vector>

#include "tests/support/golden_frames.hpp"
#include "tests/support/hex.hpp"

namespace onlink {
namespace {

using test::from_hex;
using test::to_hex;

static_assert(std::ranges::input_range<NdpOptions>);

// The only option in `bytes`, which must outlive it.
NdpOption only_option(Bytes bytes) {
  const auto options = NdpOptions::decode(bytes);
  EXPECT_TRUE(options.has_value());
  if (!options) return RawNdpOption{};
  EXPECT_EQ(std::ranges::distance(*options), 1);
  return *options->begin();
}

template <class Option>
Option only(Bytes bytes) {
  const NdpOption option = only_option(bytes);
  const auto* found = std::get_if<Option>(&option);
  EXPECT_NE(found, nullptr) << to_hex(bytes);
  return found != nullptr ? *found : Option{};
}

std::string encoded(const NdpOption& option) {
  std::array<std::byte, 256> memory{};
  Writer out{memory};
  encode(option, out);
  EXPECT_TRUE(out.ok());
  return to_hex(out.written());
}

constexpr MacAddress mac{{2, 0, 0, 0, 0, 0x99}};

TEST(NdpOptions, LinkLayerAddresses) {
  EXPECT_EQ(only<SourceLinkLayerAddress>(from_hex("0101 020000000099")).address, mac);
  EXPECT_EQ(only<TargetLinkLayerAddress>(from_hex("0201 020000000099")).address, mac);
  EXPECT_EQ(encoded(SourceLinkLayerAddress{mac}), "0101020000000099");
  EXPECT_EQ(encoded(TargetLinkLayerAddress{mac}), "0201020000000099");
}

TEST(NdpOptions, PrefixInformation) {
  const auto bytes = from_hex("0304 40 e0 00278d00 00093a80 00000000 20010db8000000000000000000000001");
  const PrefixInformation option = only<PrefixInformation>(bytes);
  EXPECT_EQ(option, (PrefixInformation{.prefix_length = 64,
                                       .on_link = true,
                                       .autonomous = true,
                                       .router_address = true,
                                       .valid_lifetime = 2592000,
                                       .preferred_lifetime = 604800,
                                       .prefix = {{0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}}));
  EXPECT_EQ(encoded(option), to_hex(bytes));
}

TEST(NdpOptions, PrefixFlagsOneByOne) {
  const auto with_flags = [](std::string_view flags) {
    return only<PrefixInformation>(from_hex("0304 40 " + std::string{flags} + std::string(56, '0')));
  };
  EXPECT_TRUE(with_flags("80").on_link);
  EXPECT_TRUE(with_flags("40").autonomous);
  EXPECT_TRUE(with_flags("20").router_address);
  EXPECT_EQ(with_flags("1f").reserved_flags, 0x1f);
  EXPECT_FALSE(with_flags("7f").on_link);
}

TEST(NdpOptions, RedirectedHeader) {
  const auto bytes = from_hex("0402 000000000000 6000000000083a40");
  const RedirectedHeader option = only<RedirectedHeader>(bytes);
  EXPECT_EQ(to_hex(option.packet), "6000000000083a40");
  EXPECT_EQ(encoded(option), to_hex(bytes));
  EXPECT_TRUE(only<RedirectedHeader>(from_hex("0401 000000000000")).packet.empty());
}

TEST(NdpOptions, RedirectedHeaderIsPaddedToWholeUnits) {
  const auto packet = from_hex("0102030405060708090a");
  EXPECT_EQ(encoded(RedirectedHeader{.packet = packet}),
            "0403000000000000"
            "0102030405060708"
            "090a000000000000");
}

TEST(NdpOptions, Mtu) {
  EXPECT_EQ(only<MtuOption>(from_hex("0501 0000 000005dc")).mtu, 1500U);
  EXPECT_EQ(encoded(MtuOption{.mtu = 1500}), "05010000000005dc");
}

TEST(NdpOptions, Nonce) {
  const auto bytes = from_hex("0e01 b0633be5d24a");
  EXPECT_EQ(to_hex(only<NonceOption>(bytes).nonce), "b0633be5d24a");
  EXPECT_EQ(encoded(only<NonceOption>(bytes)), to_hex(bytes));
  EXPECT_EQ(only<NonceOption>(from_hex("0e02 0102030405060708090a0b0c0d0e")).nonce.size(), 14U);
}

TEST(NdpOptions, RouteInformationOfEveryLength) {
  const auto none = from_hex("1801 00 18 000004b0");
  EXPECT_EQ(only<RouteInformation>(none).preference, RouterPreference::low);
  EXPECT_EQ(only<RouteInformation>(none).lifetime, 1200U);
  EXPECT_TRUE(only<RouteInformation>(none).prefix.empty());
  const auto half = from_hex("1802 30 08 000004b0 20010db800aa0000");
  EXPECT_EQ(only<RouteInformation>(half).prefix_length, 48);
  EXPECT_EQ(only<RouteInformation>(half).preference, RouterPreference::high);
  EXPECT_EQ(to_hex(only<RouteInformation>(half).prefix), "20010db800aa0000");
  const auto whole = from_hex("1803 80 00 000004b0 20010db800aa00000000000000000001");
  EXPECT_EQ(only<RouteInformation>(whole).prefix.size(), 16U);
  for (const auto& bytes : {none, half, whole}) EXPECT_EQ(encoded(only_option(bytes)), to_hex(bytes));
}

TEST(NdpOptions, RdnssServers) {
  const auto bytes = from_hex("1905 0000 00000708 20010db8000000000000000000000053 20010db8000000000000000000000054");
  const RdnssOption option = only<RdnssOption>(bytes);
  EXPECT_EQ(option.lifetime, 1800U);
  ASSERT_EQ(option.count(), 2U);
  EXPECT_EQ(to_string(option.address(0)), "2001:db8::53");
  EXPECT_EQ(to_string(option.address(1)), "2001:db8::54");
  EXPECT_EQ(encoded(option), to_hex(bytes));
}

TEST(NdpOptions, DnsslNames) {
  const auto bytes = from_hex("1f03 0000 00000708 076578616d706c6503636f6d00000000");
  const DnsslOption option = only<DnsslOption>(bytes);
  EXPECT_EQ(option.lifetime, 1800U);
  EXPECT_EQ(to_hex(option.names), "076578616d706c6503636f6d00000000");
  EXPECT_EQ(encoded(option), to_hex(bytes));
}

TEST(NdpOptions, Pref64) {
  const auto bytes = from_hex("2602 0259 0064ff9b0000000000000000");
  const Pref64Option option = only<Pref64Option>(bytes);
  EXPECT_EQ(option.scaled_lifetime, 75) << "600 seconds in units of 8";
  EXPECT_EQ(option.prefix_length_code, 1);
  EXPECT_EQ(encoded(option), to_hex(bytes));
}

TEST(NdpOptions, UnknownTypesAreKept) {
  const auto bytes = from_hex("c802 000102030405060708090a0b0c0d");
  const RawNdpOption option = only<RawNdpOption>(bytes);
  EXPECT_EQ(option.type, 200);
  EXPECT_EQ(option.value.size(), 14U);
  EXPECT_EQ(encoded(option), to_hex(bytes));
}

TEST(NdpOptions, ALengthThatDoesNotSuitTheTypeLeavesItRaw) {
  const std::string_view odd[] = {
      "0301 000000000000",                    // prefix information of 1 unit
      "0502 0000 000005dc 0000000000000000",  // MTU of 2
      "1901 0000 00000708",                   // RDNSS without a server
      "1902 0000 00000708 0000000000000000",  // half a server
      // Four units: one server and a half
      ("1904 0000 00000708 "
       "000000000000000000000000000000000000000000000000"),
      "1f01 0000 00000708",  // DNSSL without a name
      "1804 00 00 00000000 000000000000000000000000000000000000000000000000",
      "1802 41 00 00000000 0000000000000000",                  // a /65 in 8 octets
      "1801 01 00 00000000",                                   // a /1 in none
      "1803 81 00 00000000 00000000000000000000000000000000",  // a /129
      "2601 0000 00000000",                                    // PREF64 of 1
      "0304 81 00 00000000 00000000 00000000 00000000000000000000000000000000",
  };
  for (const std::string_view text : odd) {
    const auto bytes = from_hex(text);
    const NdpOption option = only_option(bytes);
    EXPECT_TRUE(std::holds_alternative<RawNdpOption>(option)) << text;
    EXPECT_EQ(encoded(option), to_hex(bytes)) << text;
  }
}

TEST(NdpOptions, LengthZeroIsRefused) {
  EXPECT_EQ(NdpOptions::decode(from_hex("0e00 000000000000")).error(), DecodeError::bad_option_length);
  EXPECT_EQ(NdpOptions::decode(from_hex("0101 020000000001 c800")).error(), DecodeError::bad_option_length)
      << "behind a good one";
}

TEST(NdpOptions, PastTheEndIsRefused) {
  EXPECT_EQ(NdpOptions::decode(from_hex("c8")).error(), DecodeError::bad_option_length);
  EXPECT_EQ(NdpOptions::decode(from_hex("c802 000000000000")).error(), DecodeError::bad_option_length);
  EXPECT_EQ(NdpOptions::decode(from_hex("0101 0200000000")).error(), DecodeError::bad_option_length);
}

TEST(NdpOptions, LinkLayerAddressesMustFitEthernet) {
  for (const std::string_view type : {"01", "02"}) {
    const auto bytes = from_hex(std::string{type} + "02 0200000000010000000000000000");
    EXPECT_EQ(NdpOptions::decode(bytes).error(), DecodeError::bad_option_length) << type;
  }
}

TEST(NdpOptions, NoneAtAll) {
  EXPECT_EQ(NdpOptions::decode({})->begin(), NdpOptions::decode({})->end());
  EXPECT_EQ(NdpOptions{}.first<SourceLinkLayerAddress>(), std::nullopt);
}

TEST(NdpOptions, TheFirstOfRepeatedOptionsCounts) {
  const auto bytes = from_hex("0501 0000 000005dc 0101 020000000001 0101 020000000002");
  const auto options = NdpOptions::decode(bytes);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->first<SourceLinkLayerAddress>()->address, (MacAddress{{2, 0, 0, 0, 0, 1}}));
  EXPECT_EQ(options->first<MtuOption>()->mtu, 1500U);
  EXPECT_EQ(options->first<TargetLinkLayerAddress>(), std::nullopt);
}

TEST(NdpOptions, OrderIsKept) {
  const auto frame = from_hex(test::golden::router_advertisement);
  const auto options = NdpOptions::decode(Bytes{frame}.subspan(14 + 40 + 16));
  ASSERT_TRUE(options);
  std::vector<std::size_t> kinds;
  for (const NdpOption option : *options) kinds.push_back(option.index());
  const std::vector<std::size_t> expected{NdpOption{SourceLinkLayerAddress{}}.index(),
                                          NdpOption{MtuOption{}}.index(),
                                          NdpOption{PrefixInformation{}}.index(),
                                          NdpOption{RdnssOption{}}.index(),
                                          NdpOption{DnsslOption{}}.index(),
                                          NdpOption{RouteInformation{}}.index(),
                                          NdpOption{Pref64Option{}}.index(),
                                          NdpOption{NonceOption{}}.index(),
                                          NdpOption{RawNdpOption{}}.index()};
  EXPECT_EQ(kinds, expected);
}

}  // namespace
}  // namespace onlink

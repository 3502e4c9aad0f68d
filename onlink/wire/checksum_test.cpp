// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/checksum.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "onlink/base/rng.hpp"

namespace onlink {
namespace {

constexpr std::array<std::byte, 8> rfc1071_example{std::byte{0x00}, std::byte{0x01}, std::byte{0xf2}, std::byte{0x03},
                                                   std::byte{0xf4}, std::byte{0xf5}, std::byte{0xf6}, std::byte{0xf7}};
static_assert(InternetChecksum{}.add(rfc1071_example).value() == 0x220d, "RFC 1071 section 3: sum ddf2, inverted");
static_assert(InternetChecksum{}.value() == 0xffff);

// As RFC 1071 section 4.1 computes it: word by word.
std::uint16_t by_the_book(Bytes data) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < data.size(); i += 2) {
    const auto high = std::to_integer<std::uint32_t>(data[i]) << 8;
    sum += high | (i + 1 < data.size() ? std::to_integer<std::uint32_t>(data[i + 1]) : 0);
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

TEST(InternetChecksum, AgreesWithTheBookForEveryLength) {
  Rng rng{1};
  for (std::size_t size = 0; size <= 70; ++size) {
    std::vector<std::byte> data(size);
    for (std::byte& b : data) b = static_cast<std::byte>(rng.next());
    EXPECT_EQ(InternetChecksum{}.add(data).value(), by_the_book(data)) << size;
  }
}

TEST(InternetChecksum, CarriesOfTheLargestPacketAreNotLost) {
  const std::vector<std::byte> data(65535, std::byte{0xff});
  EXPECT_EQ(InternetChecksum{}.add(data).value(), by_the_book(data));
}

TEST(InternetChecksum, PartsAddUpToTheWhole) {
  std::vector<std::byte> data(26);
  Rng rng{2};
  for (std::byte& b : data) b = static_cast<std::byte>(rng.next());
  for (std::size_t cut = 0; cut <= data.size(); cut += 2) {
    const Bytes whole{data};
    EXPECT_EQ(InternetChecksum{}.add(whole.first(cut)).add(whole.subspan(cut)).value(), by_the_book(data)) << cut;
  }
}

TEST(InternetChecksum, NumbersCountAsTheirTwoWords) {
  EXPECT_EQ(InternetChecksum{}.add(0x12345678U).value(), static_cast<std::uint16_t>(~(0x1234 + 0x5678)));
}

TEST(Ipv6Checksum, CoversLengthAndNextHeader) {
  const Ipv6Address source = link_local_address(MacAddress{{2, 0, 0, 0, 0, 1}});
  const std::array<std::byte, 4> message{std::byte{0x80}};
  const std::uint16_t usual = ipv6_checksum(source, all_nodes_address, IpProtocol::icmpv6, message);
  EXPECT_NE(usual, ipv6_checksum(source, all_routers_address, IpProtocol::icmpv6, message));
  EXPECT_NE(usual, ipv6_checksum(source, all_nodes_address, IpProtocol::udp, message));
  EXPECT_NE(usual, ipv6_checksum(source, all_nodes_address, IpProtocol::icmpv6, Bytes{message}.first(2)));
}

}  // namespace
}  // namespace onlink

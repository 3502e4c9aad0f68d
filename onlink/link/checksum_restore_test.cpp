// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/checksum_restore.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "onlink/wire/checksum.hpp"
#include "onlink/wire/ethernet.hpp"
#include "onlink/wire/ipv4.hpp"
#include "onlink/wire/ipv6.hpp"
#include "onlink/wire/udp.hpp"

namespace onlink {
namespace {

constexpr Ipv4Address from = Ipv4Address::of(192, 0, 2, 1);
constexpr Ipv4Address to = Ipv4Address::of(192, 0, 2, 2);
constexpr std::array data{std::byte{1}, std::byte{2}, std::byte{3}};

// As a kernel hands it to a card: the sum of the pseudo-header where the checksum belongs.
std::vector<std::byte> unfinished(const EthernetHeader& ethernet, Ipv4Header ip = {}) {
  const UdpMessage message{.source_port = 40'000, .destination_port = 7, .data = data};
  std::vector<std::byte> frame(ethernet.size() + ipv4_header_size + message.size());
  Writer out{frame};
  encode(ethernet, 0, out);
  ip.protocol = IpProtocol::udp;
  ip.source = from;
  ip.destination = to;
  encode(ip, message.size(), out);
  encode(message, from, to, out);
  const auto pseudo = InternetChecksum{}
                          .add(from.value)
                          .add(to.value)
                          .add(std::uint32_t{17})
                          .add(static_cast<std::uint32_t>(message.size()))
                          .value();
  const auto field = MutableBytes{frame}.subspan(ethernet.size() + ipv4_header_size + 6).first<2>();
  store_be(static_cast<std::uint16_t>(~pseudo), field);
  return frame;
}

std::expected<UdpMessage, DecodeError> decoded(Bytes frame, std::size_t ethernet) {
  return decode_udp(decode_ipv4(frame.subspan(ethernet)).value());
}

TEST(ChecksumRestore, WritesWhatTheCardWouldHave) {
  EthernetHeader ethernet{.type = EtherType::ipv4};
  auto frame = unfinished(ethernet);
  EXPECT_EQ(decoded(frame, ethernet.size()).error(), DecodeError::bad_checksum);
  complete_checksum(frame);
  EXPECT_TRUE(decoded(frame, ethernet.size()));
  ethernet.vlans.push({EtherType::vlan, 7});
  auto tagged = unfinished(ethernet);
  complete_checksum(tagged);
  EXPECT_TRUE(decoded(tagged, ethernet.size()));
}

TEST(ChecksumRestore, LeavesAloneWhatItCannotFinish) {
  const EthernetHeader ethernet{.type = EtherType::ipv4};
  const auto fragment = unfinished(ethernet, {.more_fragments = true});
  auto tried = fragment;
  complete_checksum(tried);
  EXPECT_EQ(tried, fragment);
  auto cut = unfinished(ethernet);
  for (std::size_t size = cut.size(); size-- > 0;) {
    cut.resize(size);
    const auto before = cut;
    complete_checksum(cut);
    EXPECT_EQ(cut, before) << size;
  }
}

}  // namespace
}  // namespace onlink

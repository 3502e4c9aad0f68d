// SPDX-License-Identifier: Apache-2.0
// The kernel itself runs the program: on a pair of local sockets, whose messages it filters just as it does frames.
#include "onlink/link/packet_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <ostream>
#include <string>
#include <vector>

#include "onlink/link/unique_fd.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {
namespace {

class FilteredSocket {
 public:
  explicit FilteredSocket(const PacketFilter& filter) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends), 0);
    in_.reset(ends[0]);
    out_.reset(ends[1]);
    std::vector<sock_filter> rows = packet_filter_program(filter);
    const sock_fprog program{static_cast<unsigned short>(rows.size()), rows.data()};
    if (!rows.empty()) {
      EXPECT_EQ(::setsockopt(out_.value(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
    }
  }
  // Octets that come through.
  std::size_t pass(const std::vector<std::byte>& frame) {
    EXPECT_EQ(::send(in_.value(), frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
    std::vector<std::byte> heard(frame.size());
    const ssize_t size = ::recv(out_.value(), heard.data(), heard.size(), 0);
    return size < 0 ? 0 : static_cast<std::size_t>(size);
  }

 private:
  UniqueFd in_, out_;
};

std::vector<std::byte> frame_with(std::vector<EtherType> tags, EtherType type, std::vector<std::uint8_t> payload = {}) {
  std::vector<std::byte> frame(12);
  const auto add = [&](std::uint16_t value) {
    frame.push_back(static_cast<std::byte>(value >> 8));
    frame.push_back(static_cast<std::byte>(value));
  };
  for (const EtherType tpid : tags) {
    add(static_cast<std::uint16_t>(tpid));
    add(0x0806);  // a tag's content that looks like a type
  }
  add(static_cast<std::uint16_t>(type));
  for (const std::uint8_t octet : payload) frame.push_back(std::byte{octet});
  frame.resize(frame.size() + 60);
  return frame;
}

std::vector<std::uint8_t> ipv6_header(std::uint8_t next_header, std::uint8_t next_next_header = 0) {
  std::vector<std::uint8_t> packet(41);
  packet[0] = 0x60;
  packet[6] = next_header;
  packet[40] = next_next_header;
  return packet;
}

std::vector<std::uint8_t> ipv4_header(std::uint8_t protocol) {
  std::vector<std::uint8_t> packet(20);
  packet[0] = 0x45;
  packet[9] = protocol;
  return packet;
}

std::vector<std::uint8_t> snap(EtherType type, std::uint8_t oui_end = 0) {
  const auto number = static_cast<std::uint16_t>(type);
  return {0xaa, 0xaa, 3, 0, 0, oui_end, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

using enum EtherType;
constexpr auto length_100 = EtherType{100};

struct Case {
  std::string name;
  std::vector<std::byte> frame;
  bool arp, rarp, icmpv6;  // passes the filter for it alone
  bool icmp = false, udp = false;

  friend void PrintTo(const Case& of, std::ostream* out) { *out << of.name; }
};

class PacketFilterTest : public testing::TestWithParam<Case> {};

TEST_P(PacketFilterTest, PassesWhatItNames) {
  const Case& of = GetParam();
  const auto passes = [&](const PacketFilter& filter) { return FilteredSocket{filter}.pass(of.frame) != 0; };
  EXPECT_EQ(passes({.arp = true, .rarp = false, .icmpv6 = false}), of.arp);
  EXPECT_EQ(passes({.arp = false, .rarp = true, .icmpv6 = false}), of.rarp);
  EXPECT_EQ(passes({.arp = false, .rarp = false, .icmpv6 = true}), of.icmpv6);
  EXPECT_EQ(passes({.arp = true, .rarp = true, .icmpv6 = true}), of.arp || of.rarp || of.icmpv6);
  EXPECT_EQ(passes({.arp = false, .icmp = true}), of.icmp);
  EXPECT_EQ(passes({.arp = false, .udp = true}), of.udp);
  EXPECT_EQ(passes({.arp = true, .icmpv6 = true, .icmp = true, .udp = true}), of.arp || of.icmpv6 || of.icmp || of.udp);
  EXPECT_EQ(FilteredSocket{{.everything = true}}.pass(of.frame), of.frame.size());
}

INSTANTIATE_TEST_SUITE_P(
    , PacketFilterTest,
    testing::Values(
        Case{"arp", frame_with({}, arp), true, false, false}, Case{"rarp", frame_with({}, rarp), false, true, false},
        Case{"ipv4", frame_with({}, ipv4), false, false, false},
        Case{"icmp", frame_with({}, ipv4, ipv4_header(1)), false, false, false, true, false},
        Case{"icmpBelowATag", frame_with({vlan}, ipv4, ipv4_header(1)), false, false, false, true, false},
        Case{"udp4", frame_with({}, ipv4, ipv4_header(17)), false, false, false, false, true},
        Case{"tcp4", frame_with({}, ipv4, ipv4_header(6)), false, false, false},
        Case{"oneTag", frame_with({vlan}, arp), true, false, false},
        Case{"oneTagIpv4", frame_with({vlan}, ipv4), false, false, false},
        Case{"twoTags", frame_with({service_vlan, vlan}, rarp), false, true, false},
        Case{"fourTags", frame_with({legacy_vlan_9200, legacy_vlan_9100, vlan, vlan}, arp), true, false, false},
        Case{"fiveTags", frame_with({vlan, vlan, vlan, vlan, vlan}, arp), false, false, false},
        Case{"icmpv6", frame_with({}, ipv6, ipv6_header(58)), false, false, true},
        Case{"icmpv6BelowTags", frame_with({vlan, vlan}, ipv6, ipv6_header(58)), false, false, true},
        Case{"icmpv6BehindHopByHop", frame_with({}, ipv6, ipv6_header(0, 58)), false, false, true},
        Case{"icmpv6BehindRouting", frame_with({}, ipv6, ipv6_header(43, 58)), false, false, true},
        Case{"icmpv6BehindDestinationOptions", frame_with({}, ipv6, ipv6_header(60, 58)), false, false, true},
        Case{"udpBehindHopByHop", frame_with({}, ipv6, ipv6_header(0, 17)), false, false, false, false, true},
        Case{"fragmentedIcmpv6", frame_with({}, ipv6, ipv6_header(44, 58)), false, false, false},
        Case{"udp6", frame_with({}, ipv6, ipv6_header(17)), false, false, false, false, true},
        Case{"snapArp", frame_with({}, length_100, snap(arp)), true, false, false},
        Case{"snapRarpBelowATag", frame_with({vlan}, length_100, snap(rarp)), false, true, false},
        Case{"snapOfAnotherOui", frame_with({}, length_100, snap(arp, 7)), false, false, false},
        Case{"llcThatIsNoSnap", frame_with({}, length_100, {0x42, 0x42, 3, 0, 0, 0, 8, 6}), false, false, false},
        Case{"tooShort", std::vector<std::byte>(13), false, false, false}),
    [](const auto& of) { return of.param.name; });

TEST(PacketFilter, KeepsTheWholeFrame) {
  auto frame = frame_with({}, arp);
  frame.resize(9000);
  EXPECT_EQ(FilteredSocket{{}}.pass(frame), 9000U);
}

}  // namespace
}  // namespace onlink::inline v0

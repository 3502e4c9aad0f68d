// SPDX-License-Identifier: Apache-2.0
// From which address a host asks. The IPv4 cases are those of nud's observations of arp_announce (N-141).
#include "onlink/engine/solicitation.hpp"

#include <gtest/gtest.h>

namespace onlink {
namespace {

Ipv4Address v4(std::string_view text) { return parse_ipv4(text).value(); }
Ipv6Address v6(std::string_view text) { return parse_ipv6(text).value(); }
Prefix network(std::string_view text) { return parse_prefix(text).value(); }

HostView host() {
  return {.addresses = {{.prefix = network("10.0.0.1/24")},
                        {.prefix = network("10.0.0.5/24"), .secondary = true},
                        {.prefix = network("10.7.0.1/24")},
                        {.prefix = network("fe80::a/64")},
                        {.prefix = network("2001:db8::1/64")},
                        {.prefix = network("2001:db8:0:1::1/64")},
                        {.prefix = network("2001:db8::7/64"), .state = HostAddressState::tentative},
                        {.prefix = network("2001:db8::8/64"), .state = HostAddressState::optimistic},
                        {.prefix = network("2001:db8::9/64"), .anycast = true}},
          .elsewhere = {{.prefix = network("10.1.0.1/24")},
                        {.prefix = network("10.3.0.1/32"), .scope = HostAddressScope::global}}};
}

TEST(ArpSource, ByAnnounceLevel) {
  const struct {
    std::uint8_t level;
    const char* packet_source;
    const char* source;
  } cases[] = {
      {0, "10.0.0.1", "10.0.0.1"}, {0, "10.0.0.5", "10.0.0.5"},  {0, "10.1.0.1", "10.1.0.1"},
      {0, "10.3.0.1", "10.3.0.1"}, {0, "10.99.0.1", "10.0.0.1"}, {1, "10.0.0.5", "10.0.0.5"},
      {1, "10.1.0.1", "10.0.0.1"}, {1, "10.3.0.1", "10.0.0.1"},  {1, "10.7.0.1", "10.0.0.1"},
      {2, "10.0.0.5", "10.0.0.1"}, {2, "10.1.0.1", "10.0.0.1"},  {3, "10.1.0.1", "10.1.0.1"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(arp_source(host(), c.level, v4("10.0.0.2"), v4(c.packet_source)), v4(c.source))
        << "level " << int{c.level} << " packet from " << c.packet_source;
  }
}

TEST(ArpSource, WithoutAPacketItIsThePrimaryOfTheTargetsNetworkElseTheFirst) {
  EXPECT_EQ(arp_source(host(), 0, v4("10.7.0.9"), std::nullopt), v4("10.7.0.1"));
  EXPECT_EQ(arp_source(host(), 0, v4("99.0.0.1"), std::nullopt), v4("10.0.0.1"));
}

TEST(ArpSource, WithoutAnAddressHereItIsOneOfAnotherInterfaceAndElseNone) {
  HostView view = host();
  view.addresses.clear();
  EXPECT_EQ(arp_source(view, 0, v4("10.0.0.2"), std::nullopt), v4("10.1.0.1"));
  view.elsewhere.clear();
  EXPECT_EQ(arp_source(view, 0, v4("10.0.0.2"), std::nullopt), Ipv4Address{});
  view.local_ranges = {{v4("10.9.0.1"), v4("10.9.0.9")}};
  EXPECT_EQ(arp_source(view, 0, v4("10.0.0.2"), std::nullopt), v4("10.9.0.1"));
  EXPECT_EQ(arp_source(view, 0, v4("10.0.0.2"), v4("10.9.0.4")), v4("10.9.0.4"));
}

TEST(NdpSource, ThePacketsWhereItIsACheckedAddressOfThisInterface) {
  EXPECT_EQ(ndp_source(host(), v6("2001:db8::2"), v6("2001:db8::1")), v6("2001:db8::1"));
  for (const char* unfit : {"2001:db8::7", "2001:db8::8", "2001:db8::9", "2001:db8::99"}) {
    EXPECT_EQ(ndp_source(host(), v6("2001:db8::2"), v6(unfit)), v6("fe80::a")) << unfit;
  }
}

TEST(NdpSource, ElseTheLinkLocalOneElseTheBestElseNone) {
  HostView view = host();
  EXPECT_EQ(ndp_source(view, v6("2001:db8::2"), std::nullopt), v6("fe80::a"));
  std::erase_if(view.addresses, [](const HostAddress& own) { return own.prefix.address.is_link_local(); });
  EXPECT_EQ(ndp_source(view, v6("2001:db8:0:1::2"), std::nullopt), v6("2001:db8:0:1::1"));
  view.addresses.clear();
  EXPECT_EQ(ndp_source(view, v6("2001:db8::2"), std::nullopt), std::nullopt);
}

TEST(BestSource, SameScopeThenPreferredThenLongestMatch) {
  EXPECT_EQ(best_source(host(), v6("fe80::2")), v6("fe80::a"));
  EXPECT_EQ(best_source(host(), v6("2001:db8::2")), v6("2001:db8::1"));
  EXPECT_EQ(best_source(host(), v6("2001:db8:0:1::2")), v6("2001:db8:0:1::1"));
  HostView view = host();
  view.addresses = {{.prefix = network("2001:db8:0:1::1/64"), .state = HostAddressState::deprecated},
                    {.prefix = network("2001:db9::1/64")}};
  EXPECT_EQ(best_source(view, v6("2001:db8:0:1::2")), v6("2001:db9::1"));
}

TEST(SourceOf, ReadsTheHeaderAndNothingBehindIt) {
  std::vector<std::byte> packet(20);
  packet[12] = std::byte{10};
  packet[15] = std::byte{5};
  EXPECT_EQ(source_of(Family::ipv4, packet), IpAddress{v4("10.0.0.5")});
  EXPECT_EQ(source_of(Family::ipv4, Bytes{packet}.first(19)), std::nullopt);
  packet.resize(40);
  EXPECT_EQ(source_of(Family::ipv6, packet), IpAddress{v6("0:0:a00:5::")});
  EXPECT_EQ(source_of(Family::ipv6, Bytes{packet}.first(39)), std::nullopt);
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/host_view.hpp"

#include <gtest/gtest.h>

namespace onlink {
namespace {

IpAddress ip(std::string_view text) { return parse_ip(text).value(); }
Prefix network(std::string_view text) { return parse_prefix(text).value(); }

HostView host() {
  return {.mac = {{2, 0, 0, 0, 0, 0x0a}},
          .addresses = {{.prefix = network("10.0.0.1/24")},
                        {.prefix = network("10.0.0.5/24"), .secondary = true},
                        {.prefix = network("192.0.2.0/31")},
                        {.prefix = network("2001:db8::1/64")},
                        {.prefix = network("2001:db8::2/64"), .state = HostAddressState::tentative},
                        {.prefix = network("2001:db8::3/64"), .state = HostAddressState::duplicate}},
          .local_ranges = {{ip("10.9.0.0"), ip("10.9.255.255")}, {ip("2001:db8:9::"), ip("2001:db8:9::ffff")}},
          .elsewhere = {{.prefix = network("10.1.0.1/24")},
                        {.prefix = network("10.3.0.1/32"), .scope = HostAddressScope::host}},
          .routes = {{.destination = network("0.0.0.0/0"), .gateway = ip("10.0.0.254")},
                     {.destination = network("10.2.0.0/16"), .other_interface = true},
                     {.destination = network("10.2.5.0/24"), .gateway = ip("10.0.0.3"), .metric = 20},
                     {.destination = network("10.2.5.0/24"), .gateway = ip("10.0.0.4"), .metric = 10}},
          .proxied = {ip("10.2.0.9")}};
}

TEST(HostView, KindOfAnAddress) {
  const struct {
    const char* address;
    AddressKind kind;
  } cases[] = {
      {"10.0.0.1", AddressKind::local},       {"10.0.0.5", AddressKind::local},
      {"10.1.0.1", AddressKind::local},       {"10.3.0.1", AddressKind::local},
      {"10.9.200.3", AddressKind::local},     {"127.0.0.5", AddressKind::local},
      {"10.0.0.2", AddressKind::unicast},     {"10.0.0.255", AddressKind::broadcast},
      {"10.1.0.255", AddressKind::broadcast}, {"10.0.0.0", AddressKind::unicast},
      {"192.0.2.1", AddressKind::unicast},    {"255.255.255.255", AddressKind::broadcast},
      {"224.0.0.5", AddressKind::multicast},  {"0.0.0.0", AddressKind::unspecified},
      {"0.1.2.3", AddressKind::unspecified},  {"2001:db8::1", AddressKind::local},
      {"2001:db8:9::7", AddressKind::local},  {"::1", AddressKind::local},
      {"2001:db8::2", AddressKind::unicast},  {"2001:db8::3", AddressKind::unicast},
      {"ff02::1", AddressKind::multicast},    {"::", AddressKind::unspecified},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(kind_of(host(), ip(c.address)), c.kind) << c.address;
    EXPECT_EQ(is_broadcast(host(), ip(c.address)), c.kind == AddressKind::broadcast) << c.address;
  }
}

TEST(HostView, AnswersForWhatIsCheckedOnThisInterfaceAndForRanges) {
  EXPECT_TRUE(answers_for(host(), ip("10.0.0.5")));
  EXPECT_TRUE(answers_for(host(), ip("10.9.1.1")));
  EXPECT_TRUE(answers_for(host(), ip("2001:db8::1")));
  EXPECT_FALSE(answers_for(host(), ip("2001:db8::2")));
  EXPECT_FALSE(answers_for(host(), ip("2001:db8::3")));
  EXPECT_FALSE(answers_for(host(), ip("10.1.0.1")));
  EXPECT_FALSE(answers_for(host(), ip("10.0.0.2")));
}

TEST(HostView, LongestPrefixThenMetricThenOrder) {
  const auto route = [](const char* to) { return find_route(host(), ip(to)); };
  EXPECT_EQ(route("10.0.0.77"), (RouteFound{.length = 24}));
  EXPECT_EQ(route("10.1.0.9"), (RouteFound{.other_interface = true, .length = 24}));
  EXPECT_EQ(route("10.2.9.9"), (RouteFound{.other_interface = true, .length = 16}));
  EXPECT_EQ(route("10.2.5.9"), (RouteFound{.gateway = ip("10.0.0.4"), .length = 24}));
  EXPECT_EQ(route("99.0.0.1"), (RouteFound{.gateway = ip("10.0.0.254"), .length = 0}));
  EXPECT_EQ(route("2001:db8:5::1"), std::nullopt);
  EXPECT_EQ(route("fe80::9"), (RouteFound{.length = 10}));
}

// RFC 5942 section 4: an address is no statement about its neighbours.
TEST(HostView, AnAddressMakesItsNetworkOnLinkOnlyWhereItSaysSo) {
  HostView view = host();
  EXPECT_EQ(find_route(view, ip("2001:db8::9")), (RouteFound{.length = 64}));
  for (HostAddress& own : view.addresses) own.on_link_prefix = false;
  EXPECT_EQ(find_route(view, ip("2001:db8::9")), std::nullopt);
  EXPECT_EQ(find_route(view, ip("10.0.0.9")), (RouteFound{.length = 24}));
}

TEST(HostView, HearsItsOwnNetworkAndItsOwnMacAndGroups) {
  HostView view = host();
  EthernetHeader frame{.destination = view.mac};
  EXPECT_TRUE(hears(view, frame));
  frame.destination = broadcast_mac;
  EXPECT_TRUE(hears(view, frame));
  frame.destination = {{2, 0, 0, 0, 0, 0x0b}};
  EXPECT_FALSE(hears(view, frame));
  frame.destination = view.mac;
  frame.vlans.push({EtherType::vlan, 0});  // a priority tag
  EXPECT_TRUE(hears(view, frame));
  frame.vlans.push({EtherType::vlan, 5});
  EXPECT_FALSE(hears(view, frame));
  view.vlans.push({EtherType::vlan, 5});
  EXPECT_TRUE(hears(view, frame));
  frame.encapsulation = Encapsulation::snap;
  EXPECT_FALSE(hears(view, frame));
}

}  // namespace
}  // namespace onlink

// SPDX-License-Identifier: Apache-2.0
// The kernel's answers as values, checked against a LAN whose every address, route and neighbour the test made itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/link_speed.hpp"
#include "onlink/kernel/netlink.hpp"
#include "tests/netns/datagram.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {
namespace {

using kernel::RouteKind;
using testing::ElementsAre;
using testing::HasSubstr;

class NetlinkOnALan : public testing::Test {
 protected:
  SmallLan lan_{{.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}};
  kernel::Netlink& netlink_ = lan_.ours().netlink();
  int index_ = lan_.ours().link().index;
};

TEST_F(NetlinkOnALan, LinkIsDescribed) {
  const auto link = netlink_.find_link("eth0");
  ASSERT_TRUE(link) << link.error().context;
  EXPECT_EQ(link->name, "eth0");
  EXPECT_EQ(link->mac, mac("02:00:00:00:00:01"));
  EXPECT_EQ(link->mtu, 1500U);
  EXPECT_EQ(link->kind, "veth");
  EXPECT_TRUE(link->ethernet && link->up && link->running);
  EXPECT_FALSE(link->loopback || link->noarp || link->point_to_point);
  const auto by_index = netlink_.find_link(link->index);
  ASSERT_TRUE(by_index);
  EXPECT_EQ(by_index->name, "eth0");
}

TEST_F(NetlinkOnALan, LoopbackIsNotEthernet) {
  const auto link = netlink_.find_link("lo");
  ASSERT_TRUE(link);
  EXPECT_TRUE(link->loopback && link->up);
  EXPECT_FALSE(link->ethernet);
}

TEST_F(NetlinkOnALan, AllLinksAreListed) {
  const auto links = netlink_.links();
  ASSERT_TRUE(links);
  std::vector<std::string> names;
  std::ranges::transform(*links, std::back_inserter(names), &kernel::Link::name);
  EXPECT_THAT(names, ElementsAre("lo", "eth0"));
}

TEST_F(NetlinkOnALan, AbsentInterfaceIsNamedInTheError) {
  for (const std::string name : {"eth7", "a-name-longer-than-any-interface-name-of-linux", ""}) {
    const auto link = netlink_.find_link(name);
    ASSERT_FALSE(link);
    EXPECT_EQ(link.error().code, ErrorCode::no_interface);
    EXPECT_THAT(link.error().context, HasSubstr(name));
    EXPECT_THAT(link.error().context, HasSubstr("no such interface"));
  }
}

TEST_F(NetlinkOnALan, PulledCableShowsAsNotRunning) {
  KernelHost& peer = lan_.add_host({});
  ASSERT_TRUE(kernel::change_link(peer.netlink(), peer.link().index, {.up = false}));
  const auto link = peer.netlink().find_link("eth0");
  ASSERT_TRUE(link);
  EXPECT_FALSE(link->up || link->running);
}

TEST_F(NetlinkOnALan, AddressesOfOneInterfaceOnly) {
  const auto addresses = netlink_.addresses(index_);
  ASSERT_TRUE(addresses) << addresses.error().context;
  std::vector<Prefix> prefixes;
  std::ranges::transform(*addresses, std::back_inserter(prefixes), &kernel::InterfaceAddress::prefix);
  EXPECT_THAT(prefixes, ElementsAre(prefix("192.0.2.1/24"), prefix("2001:db8::1/64")));
  EXPECT_TRUE(std::ranges::all_of(*addresses, [](const auto& a) { return a.permanent && !a.tentative; }));
  const auto ipv6 = netlink_.addresses(index_, Family::ipv6);
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->size(), 1U);
  const auto all = netlink_.addresses(0);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 4U);  // with 127.0.0.1 and ::1
}

TEST_F(NetlinkOnALan, AddressUnderDetectionIsTentative) {
  ASSERT_TRUE(kernel::add_address(netlink_, index_, {.prefix = prefix("2001:db8::2/64")}));
  const auto addresses = netlink_.addresses(index_, Family::ipv6);
  ASSERT_TRUE(addresses);
  const auto at = std::ranges::find(*addresses, prefix("2001:db8::2/64"), &kernel::InterfaceAddress::prefix);
  ASSERT_NE(at, addresses->end());
  EXPECT_TRUE(at->tentative);
}

TEST_F(NetlinkOnALan, RouteSaysHowADestinationIsReached) {
  ASSERT_TRUE(kernel::add_route(netlink_, {.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.254")}));
  const auto kind_of = [&](std::string_view destination) { return netlink_.route_get(ip(destination)).value().kind; };
  EXPECT_EQ(kind_of("192.0.2.9"), RouteKind::on_link);
  EXPECT_EQ(kind_of("2001:db8::9"), RouteKind::on_link);
  EXPECT_EQ(kind_of("198.51.100.1"), RouteKind::gateway);
  EXPECT_EQ(kind_of("192.0.2.1"), RouteKind::local);
  EXPECT_EQ(kind_of("2001:db8::1"), RouteKind::local);
  EXPECT_EQ(kind_of("127.0.0.1"), RouteKind::local);
  EXPECT_EQ(kind_of("192.0.2.255"), RouteKind::broadcast);
  EXPECT_EQ(kind_of("224.0.0.251"), RouteKind::multicast);
  EXPECT_EQ(kind_of("ff02::1"), RouteKind::multicast);
  EXPECT_EQ(kind_of("2001:db8:ffff::1"), RouteKind::unreachable);
}

TEST_F(NetlinkOnALan, RouteNamesGatewayInterfaceAndSource) {
  ASSERT_TRUE(kernel::add_route(netlink_, {.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.254")}));
  const auto answer = netlink_.route_get(ip("198.51.100.1"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, (kernel::RouteAnswer{RouteKind::gateway, index_, ip("192.0.2.254"), ip("192.0.2.1")}));
  const auto ipv6 = netlink_.route_get(ip("2001:db8::9"), index_);
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(*ipv6, (kernel::RouteAnswer{RouteKind::on_link, index_, {}, ip("2001:db8::1")}));
}

TEST_F(NetlinkOnALan, RouteOfAnAbsentInterfaceIsAnError) {
  const auto answer = netlink_.route_get(ip("192.0.2.9"), 4711);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::no_interface);
}

TEST_F(NetlinkOnALan, NoDefaultRouteIsAnAnswer) {
  const auto none = netlink_.default_route_interface();
  ASSERT_TRUE(none) << none.error().context;
  EXPECT_FALSE(none->has_value());
}

TEST_F(NetlinkOnALan, DefaultRoutesComeBestFirst) {
  ASSERT_TRUE(
      kernel::add_route(netlink_, {.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.253"), .metric = 200}));
  ASSERT_TRUE(
      kernel::add_route(netlink_, {.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.254"), .metric = 100}));
  ASSERT_TRUE(
      kernel::add_route(netlink_, {.destination = prefix("::/0"), .gateway = ip("2001:db8::fe"), .interface = index_}));
  const auto routes = netlink_.default_routes();
  ASSERT_TRUE(routes) << routes.error().context;
  EXPECT_THAT(*routes, ElementsAre(kernel::DefaultRoute{Family::ipv4, index_, ip("192.0.2.254"), 100},
                                   kernel::DefaultRoute{Family::ipv4, index_, ip("192.0.2.253"), 200},
                                   kernel::DefaultRoute{Family::ipv6, index_, ip("2001:db8::fe"), 1024}));
  const auto interface = netlink_.default_route_interface();
  ASSERT_TRUE(interface && interface->has_value());
  EXPECT_EQ((*interface)->name, "eth0");
}

TEST_F(NetlinkOnALan, GatewayOfTheOtherFamilyIsUnderstood) {
  ASSERT_TRUE(kernel::add_route(
      netlink_, {.destination = prefix("0.0.0.0/0"), .gateway = ip("2001:db8::fe"), .interface = index_}));
  const auto answer = netlink_.route_get(ip("198.51.100.1"));
  ASSERT_TRUE(answer) << answer.error().context;
  EXPECT_EQ(answer->kind, RouteKind::gateway);
  EXPECT_EQ(answer->gateway, ip("2001:db8::fe"));
}

TEST_F(NetlinkOnALan, NeighbourThatTheKernelResolved) {
  lan_.add_host({.addresses = {prefix("192.0.2.2/24")}});
  EXPECT_EQ(netlink_.neighbor(index_, ip("192.0.2.2")).value(), std::nullopt);
  send_datagram(ip("192.0.2.2"));
  auto row = netlink_.neighbor(index_, ip("192.0.2.2"));
  while (row && row->has_value() && (*row)->state == NudState::incomplete) {
    std::this_thread::yield();
    row = netlink_.neighbor(index_, ip("192.0.2.2"));
  }
  ASSERT_TRUE(row && row->has_value());
  EXPECT_EQ((*row)->mac, mac("02:00:00:00:00:02"));
  EXPECT_EQ((*row)->state, NudState::reachable);
  EXPECT_EQ((*row)->interface, index_);
  const auto table = netlink_.neighbors(index_, Family::ipv4);
  ASSERT_TRUE(table);
  EXPECT_THAT(*table, ElementsAre(testing::Field(&kernel::NeighborEntry::address, ip("192.0.2.2"))));
}

TEST_F(NetlinkOnALan, SpeedOfAVethIsKnownAndItIsNotWireless) {
  EXPECT_EQ(kernel::link_speed(lan_.ours().link()), 10000U);
  EXPECT_FALSE(kernel::is_wireless(lan_.ours().link()));
}

TEST_F(NetlinkOnALan, RefusalSpeaksInTheKernelsWords) {
  const auto again = kernel::add_address(netlink_, index_, {.prefix = prefix("192.0.2.1/24")});
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().context, testing::StartsWith("eth0: add address 192.0.2.1/24: File exists"));
  const auto route =
      kernel::add_route(netlink_, {.destination = prefix("198.51.100.0/24"), .gateway = ip("203.0.113.1")});
  ASSERT_FALSE(route);
  EXPECT_THAT(route.error().context, HasSubstr("Nexthop has invalid gateway"));
}

TEST_F(NetlinkOnALan, CrowdOfOneKernelAnswersForItsPrefix) {
  lan_.add_host({.addresses = {prefix("192.0.2.2/24")}, .crowd = {prefix("192.0.2.128/28")}});
  send_datagram(ip("192.0.2.135"));
  std::optional<kernel::NeighborEntry> row;
  do row = netlink_.neighbor(index_, ip("192.0.2.135")).value();
  while (row && row->state == NudState::incomplete);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->mac, mac("02:00:00:00:00:02"));
}

TEST_F(NetlinkOnALan, HostRunsInItsOwnNamespace) {
  KernelHost& peer = lan_.add_host({.addresses = {prefix("192.0.2.2/24")}});
  std::vector<kernel::InterfaceAddress> seen;
  peer.run([&] { seen = kernel::Netlink::open().value().addresses(peer.link().index, Family::ipv4).value(); });
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].prefix, prefix("192.0.2.2/24"));
  EXPECT_THROW(peer.run([] { throw std::runtime_error("as seen by the caller"); }), std::runtime_error);
}

}  // namespace
}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// Where a destination is sent to: N-142 to N-145 and RFC 4861 sections 5.2 and 6.3.6.
#include "onlink/engine/next_hop.hpp"

#include <gtest/gtest.h>

#include "tests/support/cache_running.hpp"

namespace onlink {
namespace {

using namespace test;

NextHop hop(const Caching& run, std::string_view to) { return run.cache.next_hop(run.now, ip(to)); }

NeighborCacheConfig with_routes(std::vector<HostRoute> routes) {
  NeighborCacheConfig config = cache_config();
  config.host.routes = std::move(routes);
  return config;
}

TEST(NextHop, OfEachKindOfDestination) {
  NeighborCacheConfig config = with_routes({{.destination = network("0.0.0.0/0"), .gateway = ip("10.0.0.254")},
                                            {.destination = network("10.2.0.0/16"), .other_interface = true}});
  config.host.local_ranges = {{ip("10.9.0.0"), ip("10.9.255.255")}};
  config.host.elsewhere = {{.prefix = network("10.1.0.1/24")}};
  const Caching run{config};
  const struct {
    const char* to;
    NextHopKind kind;
    const char* address;
  } cases[] = {
      {"10.0.0.2", NextHopKind::on_link, "10.0.0.2"},
      {"10.0.0.1", NextHopKind::local, "10.0.0.1"},
      {"10.1.0.1", NextHopKind::local, "10.1.0.1"},
      {"10.9.3.3", NextHopKind::local, "10.9.3.3"},
      {"10.1.0.2", NextHopKind::other_interface, "10.1.0.2"},
      {"10.2.0.2", NextHopKind::other_interface, "10.2.0.2"},
      {"10.0.0.255", NextHopKind::broadcast, "10.0.0.255"},
      {"255.255.255.255", NextHopKind::broadcast, "255.255.255.255"},
      {"224.0.0.5", NextHopKind::multicast, "224.0.0.5"},
      {"99.0.0.1", NextHopKind::gateway, "10.0.0.254"},
      {"2001:db8::9", NextHopKind::on_link, "2001:db8::9"},
      {"fe80::9", NextHopKind::on_link, "fe80::9"},
      {"2001:db8::1", NextHopKind::local, "2001:db8::1"},
      {"ff02::1", NextHopKind::multicast, "ff02::1"},
      {"2001:db8:5::1", NextHopKind::no_route, "0.0.0.0"},
      {"::", NextHopKind::no_route, "0.0.0.0"},
  };
  for (const auto& c : cases) EXPECT_EQ(hop(run, c.to), (NextHop{c.kind, ip(c.address)})) << c.to;
}

TEST(NextHop, WithoutARouteThereIsNone) { EXPECT_EQ(hop(Caching{}, "99.0.0.1").kind, NextHopKind::no_route); }

TEST(NextHop, ADefaultRouteWithoutGatewayMakesEverythingOnLink) {
  const Caching run{with_routes({{.destination = network("0.0.0.0/0")}})};
  EXPECT_EQ(hop(run, "99.0.0.1"), (NextHop{NextHopKind::on_link, ip("99.0.0.1")}));
}

// RFC 5942 section 4
TEST(NextHop, AnAddressAloneMakesNobodyOnLink) {
  NeighborCacheConfig config = with_routes({{.destination = network("::/0"), .gateway = ip("fe80::99")}});
  for (HostAddress& own : config.host.addresses) own.on_link_prefix = false;
  Caching run{config};
  EXPECT_EQ(hop(run, "2001:db8::9"), (NextHop{NextHopKind::gateway, ip("fe80::99")}));
  run.prepare(ip("2001:db8::9"), NudState::reachable);  // nor does it that we know them
  EXPECT_EQ(hop(run, "2001:db8::9"), (NextHop{NextHopKind::gateway, ip("fe80::99")}));
}

// --- default routers ---

void announce(Caching& run, const char* router, RouterPreference preference = RouterPreference::medium) {
  run.hear(
      frame_of(RouterAdvertisement{.preference = preference, .router_lifetime = 9000}, v6(router), all_nodes_address));
}

TEST(NextHop, AReachableRouterBeforeOneThatIsNot) {
  Caching run;
  announce(run, "fe80::91", RouterPreference::high);
  announce(run, "fe80::92", RouterPreference::low);
  announce(run, "fe80::93");
  EXPECT_EQ(hop(run, "2001:db8:5::1").address, ip("fe80::91"));
  run.prepare(ip("fe80::92"), NudState::stale);
  EXPECT_EQ(hop(run, "2001:db8:5::1").address, ip("fe80::92"));
  run.prepare(ip("fe80::93"), NudState::reachable);
  EXPECT_EQ(hop(run, "2001:db8:5::1").address, ip("fe80::93"));
  run.prepare(ip("fe80::91"), NudState::probe);
  EXPECT_EQ(hop(run, "2001:db8:5::1").address, ip("fe80::91"));
}

TEST(NextHop, UnreachableRoutersTakeTurns) {
  Caching run;
  for (const char* router : {"fe80::91", "fe80::92", "fe80::93"}) announce(run, router);
  std::vector<IpAddress> tried;
  for (int round = 0; round < 6; ++round) {
    const IpAddress router = hop(run, "2001:db8:5::1").address;
    run.send(router);
    run.pass(1s);
    EXPECT_EQ(hop(run, "2001:db8:5::1").address, router);  // while it is being asked
    run.pass(4s);
    EXPECT_EQ(run.state(router), NudState::failed);
    tried.push_back(router);
  }
  EXPECT_EQ(tried, (std::vector<IpAddress>{ip("fe80::91"), ip("fe80::92"), ip("fe80::93"), ip("fe80::91"),
                                           ip("fe80::92"), ip("fe80::93")}));
}

TEST(NextHop, AConfiguredDefaultRouteStandsBeforeAnnouncedRouters) {
  Caching run{with_routes({{.destination = network("::/0"), .gateway = ip("fe80::77")}})};
  announce(run, "fe80::91");
  EXPECT_EQ(hop(run, "2001:db8:5::1").address, ip("fe80::77"));
}

}  // namespace
}  // namespace onlink

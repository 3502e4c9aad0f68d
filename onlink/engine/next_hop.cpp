// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/next_hop.hpp"

#include <tuple>

#include "onlink/engine/neighbor_table.hpp"
#include "onlink/engine/redirect_list.hpp"
#include "onlink/engine/router_list.hpp"

namespace onlink::inline v0 {
namespace {

NextHop by_route(const RouteFound& route, const IpAddress& destination) noexcept {
  if (route.other_interface) return {.kind = NextHopKind::other_interface, .address = destination};
  if (route.gateway) return {.kind = NextHopKind::gateway, .address = *route.gateway};
  return {.kind = NextHopKind::on_link, .address = destination};
}

std::optional<NextHop> without_resolution(const HostView& host, const IpAddress& destination) noexcept {
  switch (kind_of(host, destination)) {
    case AddressKind::local:
      return NextHop{.kind = NextHopKind::local, .address = destination};
    case AddressKind::broadcast:
      return NextHop{.kind = NextHopKind::broadcast, .address = destination};
    case AddressKind::multicast:
      return NextHop{.kind = NextHopKind::multicast, .address = destination};
    case AddressKind::unspecified:
      return NextHop{};
    case AddressKind::unicast:
      return std::nullopt;
  }
  return std::nullopt;
}

// --- default routers ---

enum class Reach : std::uint8_t {
  failed,    // nobody answered, or nobody was asked yet
  asking,    // it is being asked: whatever waits, waits for this one
  probably,  // RFC 4861 section 6.3.6: known to be reachable, or not known not to be
};

struct RouterMerit {
  Reach reach = Reach::failed;
  int preference = 0;
  Duration failed_ago{};  // among those that failed the longest ago is tried next: round robin (section 6.3.6)

  auto operator<=>(const RouterMerit&) const = default;
};

constexpr int rank_of(RouterPreference preference) noexcept {
  switch (preference) {
    case RouterPreference::high:
      return 1;
    case RouterPreference::low:
      return -1;
    case RouterPreference::medium:
    case RouterPreference::reserved:
      return 0;
  }
  return 0;
}

RouterMerit merit_of(const DefaultRouter& router, const NeighborTable& neighbors) {
  const auto entry = neighbors.find(router.address);
  const Duration never = longest_duration;
  const NudState state = entry ? entry->state : NudState::none;
  if (state == NudState::none) return {.failed_ago = never};
  if (state == NudState::failed) return {.failed_ago = never - entry->updated.time_since_epoch()};
  if (state == NudState::incomplete) return {.reach = Reach::asking};
  return {.reach = Reach::probably, .preference = rank_of(router.preference)};
}

std::optional<Ipv6Address> best_router(const NextHopTables& tables) {
  std::optional<Ipv6Address> best;
  RouterMerit best_merit;
  for (const DefaultRouter& router : tables.routers.routers()) {
    if (router.until && *router.until <= tables.now) continue;
    const RouterMerit merit = merit_of(router, tables.neighbors);
    if (best && merit <= best_merit) continue;
    best = router.address;
    best_merit = merit;
  }
  return best;
}

// --- the two families ---

NextHop ipv4_next_hop(const HostView& host, const IpAddress& destination) noexcept {
  const auto route = find_route(host, destination);
  return route ? by_route(*route, destination) : NextHop{};
}

// The destination cache first (RFC 4861 section 5.2), then the longest of routes and learned prefixes. A configured
// route of length 0 stands before the routers that announced themselves.
NextHop ipv6_next_hop(const NextHopTables& tables, const IpAddress& destination) {
  if (const auto redirected = tables.redirects.find(destination.ipv6())) {
    const bool itself = IpAddress{*redirected} == destination;
    return {.kind = itself ? NextHopKind::on_link : NextHopKind::gateway, .address = *redirected};
  }
  const auto route = find_route(tables.host, destination);
  const auto prefix = tables.routers.on_link(tables.now, destination.ipv6());
  if (prefix && (!route || prefix->length > route->length)) {
    return {.kind = NextHopKind::on_link, .address = destination};
  }
  if (route) return by_route(*route, destination);
  if (const auto router = best_router(tables)) return {.kind = NextHopKind::gateway, .address = *router};
  return {};
}

}  // namespace

NextHop find_next_hop(const NextHopTables& tables, const IpAddress& destination) {
  if (const auto direct = without_resolution(tables.host, destination)) return *direct;
  return destination.is_ipv4() ? ipv4_next_hop(tables.host, destination) : ipv6_next_hop(tables, destination);
}

}  // namespace onlink::inline v0

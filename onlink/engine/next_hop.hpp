// SPDX-License-Identifier: Apache-2.0
// Where a destination is sent to: RFC 1122 section 3.3.1 over the host's routes for IPv4; RFC 4861 section 5.2 over
// routes, prefix list, default routers and redirects for IPv6. That we have an address in a network does not make it
// on-link (RFC 5942) unless HostAddress::on_link_prefix says so, as Linux has it for what an administrator configures.
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/nud_state.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/host_view.hpp"

namespace onlink::inline v0 {

class NeighborTable;
class RedirectList;
class RouterList;

enum class NextHopKind : std::uint8_t {
  on_link,          // to the destination itself
  gateway,          // to `address`
  local,            // ours
  broadcast,        // ff:ff:ff:ff:ff:ff
  multicast,        // the group's MAC
  other_interface,  // not over this link
  no_route,         // ENETUNREACH: nothing is sent
};
struct NextHop {
  NextHopKind kind = NextHopKind::no_route;
  IpAddress address{};
  bool operator==(const NextHop&) const = default;
};

struct NextHopTables {
  Instant now;  // what learned routers and prefixes lasted until then counts no more
  const HostView& host;
  const RouterList& routers;
  const RedirectList& redirects;
  const NeighborTable& neighbors;  // of IPv6: which routers are reachable
};

[[nodiscard]] NextHop find_next_hop(const NextHopTables& tables, const IpAddress& destination);

}  // namespace onlink::inline v0

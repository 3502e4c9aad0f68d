// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/off_link.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

namespace onlink::inline v0::cli::compat {
namespace {

std::optional<std::string> where_it_is(kernel::Netlink& netlink, const kernel::Link& link, Ipv4Address target) {
  const auto route = netlink.route_get(target);
  if (!route) return std::nullopt;
  if (route->kind == kernel::RouteKind::unreachable) return "is on no network that this host knows a route to";
  if (route->kind == kernel::RouteKind::gateway) {
    return fmt::format("is behind the router {}", route->gateway ? to_string(*route->gateway) : "");
  }
  if (route->kind != kernel::RouteKind::on_link || route->interface == link.index) return std::nullopt;
  const auto other = netlink.find_link(route->interface);
  return fmt::format("is reached through {}, not {}", other ? other->name : "another interface", link.name);
}

}  // namespace

void warn_off_link(std::string_view tool, kernel::Netlink& netlink, const kernel::Link& link, Ipv4Address target,
                   TextWriter& err) {
  const auto where = where_it_is(netlink, link, target);
  if (where) err.print("{}: warning: {} {}: silence says nothing about it\n", tool, to_string(target), *where);
}

}  // namespace onlink::inline v0::cli::compat

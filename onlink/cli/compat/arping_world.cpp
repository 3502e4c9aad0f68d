// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arping_world.hpp"

namespace onlink::inline v0::cli::compat {

std::optional<Ipv4Address> read_address(HostNames& names, const std::string& text) {
  const auto address = names.literal(text.substr(0, text.find_first_of(" \t\n\v\f\r")), Family::ipv4);
  return address ? std::optional{address->ipv4()} : std::nullopt;
}

std::string_view reason(NoAddress why) noexcept {
  switch (why) {
    case NoAddress::unreachable:
      return "Temporary failure in name resolution";
    case NoAddress::other_family:
      return "Address family for hostname not supported";
    case NoAddress::unknown:
      break;
  }
  return "Name or service not known";
}

void warn_off_link(kernel::Netlink& netlink, const kernel::Link& link, Ipv4Address target, TextWriter& err) {
  const auto route = netlink.route_get(target);
  if (!route) return;
  if (route->kind == kernel::RouteKind::gateway) {
    err.print("arping: warning: {} is behind the router {}: silence says nothing about it\n", to_string(target),
              route->gateway ? to_string(*route->gateway) : "");
  } else if (route->kind == kernel::RouteKind::on_link && route->interface != link.index) {
    const auto other = netlink.find_link(route->interface);
    err.print("arping: warning: {} is reached through {}, not {}: silence says nothing about it\n", to_string(target),
              other ? other->name : "another interface", link.name);
  }
}

}  // namespace onlink::inline v0::cli::compat

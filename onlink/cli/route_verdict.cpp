// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/route_verdict.hpp"

#include <algorithm>

#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::RouteAnswer;
using kernel::RouteKind;

bool is_own_on(const AskingInterface& interface, const IpAddress& target) {
  return std::ranges::any_of(interface.addresses,
                             [&](const auto& a) { return a.prefix.address == target && !a.tentative && !a.duplicate; });
}

// The route that counts for a question on this interface. Asked for one interface only, the kernel takes an IPv4
// address without any route to be on-link there (ip_route_output_key_hash_rcu), which is no evidence: then the route
// that it would really use is the answer.
std::expected<RouteAnswer, Error> route_on(kernel::Netlink& netlink, const AskingInterface& interface,
                                           const IpAddress& target) {
  const int index = interface.link.index;
  if (target.is_ipv6() && (target.is_link_local() || target.is_multicast())) return netlink.route_get(target, index);
  auto real = netlink.route_get(target);
  if (!real || real->interface == index || real->kind == RouteKind::local) return real;
  auto bound = netlink.route_get(target, index);
  if (!bound || bound->kind == RouteKind::unreachable) return real;
  if (bound->kind == RouteKind::on_link && target.is_ipv4() && !in_own_network(interface, target)) return real;
  return bound;
}

std::expected<void, Error> describe_own(kernel::Netlink& netlink, const AskingInterface& interface,
                                        RouteVerdict& verdict) {
  verdict.reach = Reach::own;
  const auto all = netlink.addresses(0, verdict.target.family());
  if (!all) return std::unexpected(all.error());
  const auto holder = std::ranges::find_if(*all, [&](const auto& a) { return a.prefix.address == verdict.target; });
  const auto link = is_own_on(interface, verdict.target) ? interface.link
                    : holder == all->end()               ? netlink.find_link("lo")
                                                         : netlink.find_link(holder->interface);
  if (!link) return std::unexpected(link.error());
  verdict.interface = link->name;
  if (!link->mac.is_zero()) verdict.own_mac = link->mac;
  return {};
}

std::expected<void, Error> describe_next_hop(kernel::Netlink& netlink, const RouteAnswer& route,
                                             RouteVerdict& verdict) {
  verdict.reach = Reach::off_link;
  const auto link = netlink.find_link(route.interface);
  if (!link) return std::unexpected(link.error());
  verdict.interface = link->name;
  verdict.next_hop = route.gateway;
  if (!route.gateway) return {};
  auto entry = netlink.neighbor(route.interface, *route.gateway);
  if (!entry) return std::unexpected(entry.error());
  verdict.next_hop_entry = *std::move(entry);
  return {};
}

std::expected<void, Error> describe(kernel::Netlink& netlink, const AskingInterface& interface,
                                    const RouteAnswer& route, RouteVerdict& verdict) {
  switch (route.kind) {
    case RouteKind::local:
      return describe_own(netlink, interface, verdict);
    case RouteKind::broadcast:
      verdict.reach = Reach::broadcast;
      return {};
    case RouteKind::multicast:
      verdict.reach = Reach::multicast;
      return {};
    case RouteKind::unreachable:
      verdict.reach = Reach::no_route;
      return {};
    case RouteKind::gateway:
      return describe_next_hop(netlink, route, verdict);
    case RouteKind::on_link:
      break;
  }
  if (route.interface != interface.link.index) return describe_next_hop(netlink, route, verdict);
  verdict.preferred_source = route.preferred_source;
  return {};
}

std::string entry_text(const std::optional<kernel::NeighborEntry>& entry) {
  if (!entry || (!entry->mac && entry->state == NudState::none)) return "not in the kernel's cache";
  if (!entry->mac) return fmt::format("no MAC in the kernel's cache, {}", to_string(entry->state));
  return fmt::format("{} in the kernel's cache, {}", *entry->mac, to_string(entry->state));
}

}  // namespace

std::expected<RouteVerdict, Error> route_verdict(kernel::Netlink& netlink, const AskingInterface& interface,
                                                 const IpAddress& target) {
  RouteVerdict verdict{.target = target, .asked_interface = interface.link.name};
  if (target.is_unspecified()) {
    verdict.reach = Reach::unspecified;
  } else if (target.is_multicast()) {
    verdict.reach = Reach::multicast;
  } else if (target.is_ipv4() && target.ipv4().is_broadcast()) {
    verdict.reach = Reach::broadcast;
  } else if (is_own_on(interface, target)) {
    if (auto done = describe_own(netlink, interface, verdict); !done) return std::unexpected(done.error());
  } else if (target.is_ipv6() && target.is_link_local()) {
    return verdict;  // by definition on the link (RFC 4291 section 2.5.6)
  } else {
    const auto route = route_on(netlink, interface, target);
    if (!route) return std::unexpected(route.error());
    if (auto done = describe(netlink, interface, *route, verdict); !done) return std::unexpected(done.error());
  }
  return verdict;
}

std::string verdict_text(const RouteVerdict& verdict) {
  const std::string asked = printable(verdict.asked_interface);
  const std::string there = printable(verdict.interface);
  switch (verdict.reach) {
    case Reach::on_link:
      return fmt::format("is on {}'s link", asked);
    case Reach::own:
      return verdict.own_mac ? fmt::format("is ours: {} has it, {}", there, *verdict.own_mac)
                             : fmt::format("is ours: {} has it", there);
    case Reach::no_route:
      return fmt::format("is not on {}'s link: there is no route to it", asked);
    case Reach::broadcast:
      return "is a broadcast address, nobody's own";
    case Reach::multicast:
      return fmt::format(
          "is a multicast address, nobody's own; its MAC is computed, not asked for: {}",
          verdict.target.is_ipv4() ? multicast_mac(verdict.target.ipv4()) : multicast_mac(verdict.target.ipv6()));
    case Reach::unspecified:
      return "is the unspecified address, nobody's own";
    case Reach::off_link:
      break;
  }
  const std::string over =
      verdict.interface == verdict.asked_interface ? std::string{} : fmt::format(" over {}", there);
  if (!verdict.next_hop)
    return fmt::format("is not on {}'s link: the route leads{}", asked, over.empty() ? " elsewhere" : over);
  return fmt::format("is not on {}'s link: next hop {}{} ({})", asked, *verdict.next_hop, over,
                     entry_text(verdict.next_hop_entry));
}

Row verdict_row(const RouteVerdict& verdict) {
  Row row{.kind = verdict.reach == Reach::own ? RowKind::own : RowKind::off_link, .interface = verdict.asked_interface};
  row.ip = verdict.target;
  row.text = verdict_text(verdict);
  if (verdict.reach == Reach::own) {
    row.interface = verdict.interface;
    row.mac = verdict.own_mac;
    if (row.mac) row.vendor = vendor_name(*row.mac);
    row.notes.push_back({NoteKind::own});
    return row;
  }
  if (!verdict.interface.empty()) row.fields.push_back({"route_interface", verdict.interface});
  if (verdict.next_hop) row.fields.push_back({"next_hop", *verdict.next_hop});
  if (const auto& entry = verdict.next_hop_entry) {
    if (entry->mac) row.fields.push_back({"next_hop_mac", *entry->mac});
    row.fields.push_back({"next_hop_state", std::string{to_string(entry->state)}});
  }
  return row;
}

std::optional<Error> refuse_target(const RouteVerdict& verdict) {
  switch (verdict.reach) {
    case Reach::broadcast:
    case Reach::multicast:
    case Reach::unspecified:
      return usage_error(fmt::format("{} {}", verdict.target, verdict_text(verdict)));
    case Reach::on_link:
    case Reach::own:
    case Reach::off_link:
    case Reach::no_route:
      break;
  }
  return std::nullopt;
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/route_verdict.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::InterfaceAddress;

// Longer IPv4 networks have no broadcast address (RFC 3021), longer IPv6 ones no routers' anycast address (RFC 6164).
constexpr unsigned longest_ipv4_network = 30;
constexpr unsigned longest_ipv6_network = 126;

AdditionWarning warning(AdditionDoubt doubt, std::string text, ExitCode strict = ExitCode::usage) {
  return {.doubt = doubt, .text = std::move(text), .strict = strict};
}

}  // namespace

std::expected<AdditionChecker, Error> AdditionChecker::open(kernel::Netlink& netlink, const kernel::Link& link) {
  AdditionChecker checker{netlink, {.link = link, .addresses = {}}};
  auto addresses = netlink.addresses(link.index);
  if (!addresses) return std::unexpected(std::move(addresses.error()));
  checker.interface_.addresses = *std::move(addresses);
  const auto routes = netlink.default_routes();
  if (!routes) return std::unexpected(routes.error());
  for (const kernel::DefaultRoute& route : *routes) {
    if (route.interface == link.index && route.gateway) checker.gateways_.push_back(*route.gateway);
  }
  const auto entries =
      netlink.for_each_neighbor({.family = Family::ipv4, .interface = link.index}, [&](const kernel::NeighborEntry& e) {
        if (e.mac && kernel::valid_states.contains(e.state)) checker.owners_.try_emplace(*e.mac, e.address);
      });
  if (!entries) return std::unexpected(entries.error());
  return checker;
}

std::expected<std::vector<AdditionWarning>, Error> AdditionChecker::check(const IpAddress& address,
                                                                          const std::optional<MacAddress>& mac) {
  std::vector<AdditionWarning> warnings;
  auto doubt = check_address(address);
  if (!doubt) return std::unexpected(std::move(doubt.error()));
  if (*doubt) warnings.push_back(**std::move(doubt));
  if (mac) {
    if (auto about_mac = check_mac(address, *mac)) warnings.push_back(*std::move(about_mac));
    if (address.is_ipv4()) owners_.try_emplace(*mac, address);
  }
  if (interface_.link.noarp || interface_.link.loopback) {
    warnings.push_back(warning(AdditionDoubt::no_arp,
                               fmt::format("{} resolves no addresses{}: the entry is of no use there",
                                           printable(interface_.link.name), interface_.link.noarp ? " (NOARP)" : "")));
  }
  return warnings;
}

std::expected<std::optional<AdditionWarning>, Error> AdditionChecker::check_address(const IpAddress& address) const {
  if (auto found = check_network(address)) return found;
  // A gateway outside every network is what `onlink` routes are for.
  if (std::ranges::find(gateways_, address) != gateways_.end()) return std::nullopt;
  // Routes go with the interface, and come back with it.
  if (!interface_.link.up && in_own_network(interface_, address)) return std::nullopt;
  const auto verdict = route_verdict(*netlink_, interface_, address);
  if (!verdict) return std::unexpected(verdict.error());
  const std::string text = fmt::format("{} {}", address, verdict_text(*verdict));
  switch (verdict->reach) {
    case Reach::on_link:
      return std::nullopt;
    case Reach::own:
      return warning(AdditionDoubt::own_address, text + "; the entry is of no use", ExitCode::conflict);
    case Reach::off_link:
    case Reach::no_route:
      return warning(AdditionDoubt::off_link, text + "; packets to it do not use the entry", ExitCode::off_link);
    case Reach::broadcast:
      return warning(AdditionDoubt::subnet_broadcast, text);
    case Reach::multicast:
      return warning(AdditionDoubt::multicast_address, text);
    case Reach::unspecified:
      return warning(AdditionDoubt::unspecified_address, text);
  }
  return std::nullopt;
}

// What the interface's own networks say about the address, without the kernel.
std::optional<AdditionWarning> AdditionChecker::check_network(const IpAddress& address) const {
  const bool v4 = address.is_ipv4();
  for (const InterfaceAddress& own : interface_.addresses) {
    const Prefix network = own.network();
    if (own.prefix.address.family() != address.family() || own.prefix.address == address) continue;
    if (network.length > (v4 ? longest_ipv4_network : longest_ipv6_network)) continue;
    const auto said = [&](AdditionDoubt doubt, std::string_view what) {
      return warning(doubt, fmt::format("{} is the {} of {}'s network {}/{}", address, what,
                                        printable(interface_.link.name), network.network(), network.length));
    };
    if (v4 && address == network.last_address()) return said(AdditionDoubt::subnet_broadcast, "broadcast address");
    if (address == network.network()) {
      return said(AdditionDoubt::network_address, v4 ? "first address, no host's own," : "routers' anycast address");
    }
  }
  return std::nullopt;
}

std::optional<AdditionWarning> AdditionChecker::check_mac(const IpAddress& address, const MacAddress& mac) const {
  if (mac.is_zero()) return warning(AdditionDoubt::zero_mac, fmt::format("{} is no station's address", mac));
  if (mac.is_group()) {
    return warning(AdditionDoubt::group_mac, fmt::format("{} is a {} address: every frame to {} goes to many stations",
                                                         mac, mac.is_broadcast() ? "broadcast" : "multicast", address));
  }
  if (mac == interface_.link.mac) {
    return warning(AdditionDoubt::own_mac,
                   fmt::format("{} is {}'s own MAC address: frames to {} would go to ourselves", mac,
                               printable(interface_.link.name), address),
                   ExitCode::conflict);
  }
  const auto owner = address.is_ipv4() ? owners_.find(mac) : owners_.end();
  if (owner == owners_.end() || owner->second == address) return std::nullopt;
  return warning(AdditionDoubt::shared_mac, fmt::format("{} is the MAC address of {} as well", mac, owner->second),
                 ExitCode::conflict);
}

ExitCode strict_code(const std::vector<AdditionWarning>& warnings) noexcept {
  ExitCode code = ExitCode::yes;
  for (const AdditionWarning& warning : warnings) code = worst(code, warning.strict);
  return code;
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/answer_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "onlink/cli/own_addresses.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr std::uint8_t longest_with_broadcast = 30;
constexpr std::uint8_t usual_ipv4_length = 24;
constexpr std::uint8_t usual_ipv6_length = 64;
constexpr MacAddress replayed_mac{{0x02, 0x6f, 0x6e, 0x00, 0x00, 0x01}};

AddressRange only(const IpAddress& address) { return {address, address}; }

bool names(const std::vector<AddressRange>& ranges, const IpAddress& address) {
  return std::ranges::find(ranges, only(address)) != ranges.end();
}

bool any_contains(const std::vector<AddressRange>& ranges, const IpAddress& address) {
  return std::ranges::any_of(ranges, [&](const AddressRange& range) { return range.contains(address); });
}

// For --mac-per-address without --mac: the interface's own prefix, marked as given locally.
MacAddress local_base(MacAddress mac) {
  mac.octets[0] = static_cast<std::uint8_t>((mac.octets[0] | 0x02) & ~0x01);
  return mac;
}

ReverseServerConfig server_config(const VirtualHostConfig& host, const AnswerOptions& options) {
  return {.mac = host.mac,
          .vlans = host.vlans,
          .pad = host.pad,
          .inarp = options.reverse.inarp,
          .secondary_wait = options.reverse.secondary_wait,
          .only_retries = options.reverse.only_retries,
          .delay = host.delay,
          .jitter = host.jitter,
          .loss = host.loss,
          .duplicate = host.duplicate,
          .seed = host.seed};
}

bool is_on(std::string_view key) {
  const auto value = kernel::read_sysctl(key);
  return value && *value != "0";
}

class Planner {
 public:
  Planner(kernel::Netlink& netlink, const AskingInterface& interface, const AnswerOptions& options)
      : netlink_(netlink), interface_(interface), options_(options) {}

  std::expected<AnswerPlan, Error> plan() {
    plan_.host = options_.host;
    plan_.pings = options_.pings;
    choose_mac();
    if (auto kept = keep_out_own(); !kept) return std::unexpected(kept.error());
    keep_out_ends_of_networks();
    plan_.host.routes = routes();
    warn_of_forwarding();
    if (auto placed = place_server(); !placed) return std::unexpected(placed.error());
    if (auto aimed = aim_pings(); !aimed) return std::unexpected(aimed.error());
    return std::move(plan_);
  }

 private:
  void choose_mac() {
    const MacAddress& own = interface_.link.mac;
    plan_.host.mac = options_.mac.value_or(options_.host.mac_per_address ? local_base(own) : own);
    plan_.promiscuous = plan_.host.mac != own || options_.host.mac_per_address || options_.host.impostor > 0;
  }

  std::expected<void, Error> keep_out_own() {
    const auto answered = addresses_answered_on(netlink_, interface_.link);
    if (!answered) return std::unexpected(answered.error());
    for (const kernel::InterfaceAddress& own : *answered) {
      keep_out(own.prefix.address, own.interface == interface_.link.index);
    }
    return {};
  }

  void keep_out(const IpAddress& own, bool here) {
    VirtualHostConfig& host = plan_.host;
    const bool single = names(host.addresses, own);
    if (single) plan_.own.push_back(own);
    if (single || !(any_contains(host.addresses, own) || any_contains(host.proxied, own)) || options_.force) return;
    if (any_contains(host.except, own)) return;
    host.except.push_back(only(own));
    plan_.notes.push_back(fmt::format("{} is left out: it is this host's own{}", own,
                                      here ? "" : ", and its kernel answers for it here too (arp_ignore is 0)"));
  }

  // When they are a part of what was named, not when they were named themselves.
  void keep_out_ends_of_networks() {
    for (const kernel::InterfaceAddress& own : interface_.addresses) {
      const Prefix network = own.network();
      if (!network.address.is_ipv4() || network.length > longest_with_broadcast) continue;
      for (const IpAddress& end : {network.network(), network.last_address()}) {
        if (!names(plan_.host.addresses, end)) plan_.host.except.push_back(only(end));
      }
    }
  }

  // The interface's networks, where the addresses are of them; else everything is on the link.
  [[nodiscard]] std::vector<HostRoute> routes() const {
    std::vector<HostRoute> routes;
    for (const Family family : {Family::ipv4, Family::ipv6}) add_routes(family, routes);
    return routes;
  }

  void add_routes(Family family, std::vector<HostRoute>& routes) const {
    const auto& gateway = family == Family::ipv4 ? options_.gateway_ipv4 : options_.gateway_ipv6;
    const IpAddress any = family == Family::ipv4 ? IpAddress{Ipv4Address{}} : IpAddress{Ipv6Address{}};
    std::vector<HostRoute> known;
    for (const kernel::InterfaceAddress& own : interface_.addresses) {
      const Prefix network = own.network();
      if (network.address.family() == family) known.push_back({.destination = {network.network(), network.length}});
    }
    const bool of_them = std::ranges::all_of(plan_.host.addresses, [&](const AddressRange& range) {
      return range.first.family() != family || range.first.is_link_local() ||
             std::ranges::any_of(known,
                                 [&](const HostRoute& route) { return route.destination.contains(range.first); });
    });
    if (known.empty() || !of_them || !options_.host.vlans.empty()) known = assumed_networks(family, gateway);
    routes.insert(routes.end(), known.begin(), known.end());
    if (gateway) routes.push_back({.destination = {any, 0}, .gateway = gateway});
  }

  // Without a gateway there is nothing but the link; with one, the networks are as large as they usually are.
  [[nodiscard]] std::vector<HostRoute> assumed_networks(Family family, const std::optional<IpAddress>& gateway) const {
    const IpAddress any = family == Family::ipv4 ? IpAddress{Ipv4Address{}} : IpAddress{Ipv6Address{}};
    if (!gateway) return {{.destination = {any, 0}}};
    const std::uint8_t length = family == Family::ipv4 ? usual_ipv4_length : usual_ipv6_length;
    std::vector<HostRoute> networks{{.destination = {Prefix{*gateway, length}.network(), length}}};
    for (const AddressRange& range : plan_.host.addresses) {
      if (range.first.family() == family) {
        networks.push_back({.destination = {Prefix{range.first, length}.network(), length}});
      }
    }
    return networks;
  }

  // Frames to the interface's MAC address reach this host's kernel as well.
  void warn_of_forwarding() {
    if (plan_.host.mac != interface_.link.mac || plan_.host.mac_per_address) return;
    const std::string ipv4 = fmt::format("net/ipv4/conf/{}/forwarding", interface_.link.name);
    const std::string ipv6 = fmt::format("net/ipv6/conf/{}/forwarding", interface_.link.name);
    if (!is_on(ipv4) && !is_on(ipv6)) return;
    plan_.notes.emplace_back(
        "this host forwards packets: its kernel hears what comes for these addresses, and sends it on or redirects it; "
        "another --mac keeps it out");
  }

  // A server is the first address that we answer for, or else this host itself.
  std::expected<void, Error> place_server() {
    if (!options_.reverse.any()) return {};
    plan_.place.interface = interface_.link.name;
    plan_.place.serves_other_networks = options_.force;
    const auto ours = first_ipv4();
    if (!ours && !options_.host.vlans.empty()) {
      return std::unexpected(usage_error("--vlan: name the ADDR to serve from there"));
    }
    plan_.reverse = server_config(plan_.host, options_);
    for (const kernel::InterfaceAddress& own : interface_.addresses) {
      if (!own.prefix.address.is_ipv4() || ours) continue;
      const Ipv4Address address = own.prefix.address.ipv4();
      if (plan_.reverse->ipv4.is_unspecified()) plan_.reverse->ipv4 = address;
      plan_.place.networks.push_back({own.network(), address});
    }
    for (const HostRoute& route : plan_.host.routes) {
      if (!ours || route.gateway || !route.destination.address.is_ipv4()) continue;
      plan_.place.networks.push_back({.network = route.destination});
    }
    if (ours) plan_.reverse->ipv4 = *ours;
    if (!plan_.reverse->ipv4.is_unspecified()) return {};
    return std::unexpected(usage_error(
        fmt::format("{} has no IPv4 address to serve from; name an ADDR", printable(interface_.link.name))));
  }

  [[nodiscard]] std::optional<Ipv4Address> first_ipv4() const {
    for (const AddressRange& range : plan_.host.addresses) {
      const auto first = range.first.is_ipv4() ? first_of(range) : std::nullopt;
      if (first) return first->ipv4();
    }
    return std::nullopt;
  }

  std::expected<void, Error> aim_pings() {
    const VirtualHost host{plan_.host};
    for (const IpAddress& target : options_.ping) {
      const auto source = source_for(target);
      if (!source) {
        return std::unexpected(usage_error(
            fmt::format("--ping: no {} address to send from to {}", target.is_ipv4() ? "IPv4" : "IPv6", target)));
      }
      if (host.has(target)) return std::unexpected(usage_error(fmt::format("--ping: {} is ours", target)));
      if (!host.next_hop(target)) plan_.off_link.push_back(target);
      plan_.pings.targets.push_back({.address = target, .source = *source});
    }
    return {};
  }

  // The first that shares a network with the target, or with its scope, else the first of the family.
  [[nodiscard]] std::optional<IpAddress> source_for(const IpAddress& target) const {
    std::optional<IpAddress> found;
    const auto shares = [&](const IpAddress& own) {
      if (target.is_ipv6() && own.is_link_local() == target.is_link_local()) return true;
      return std::ranges::any_of(plan_.host.routes, [&](const HostRoute& route) {
        return !route.gateway && route.destination.contains(own) && route.destination.contains(target);
      });
    };
    for (const AddressRange& range : plan_.host.addresses) {
      const auto first = first_of(range);
      if (!first || first->family() != target.family()) continue;
      if (shares(*first)) return first;
      if (!found) found = first;
    }
    return found;
  }

  // The first that is not left out.
  [[nodiscard]] std::optional<IpAddress> first_of(const AddressRange& range) const {
    for (IpAddress address = range.first;; address = advance(address, 1)) {
      if (!any_contains(plan_.host.except, address)) return address;
      if (address == range.last) return std::nullopt;
    }
  }

  kernel::Netlink& netlink_;
  const AskingInterface& interface_;
  const AnswerOptions& options_;
  AnswerPlan plan_;
};

}  // namespace

std::expected<AnswerPlan, Error> plan_answers(kernel::Netlink& netlink, const AskingInterface& interface,
                                              const AnswerOptions& options) {
  return Planner{netlink, interface, options}.plan();
}

std::expected<AnswerPlan, Error> plan_replayed_answers(const AnswerOptions& options) {
  if (!options.ping.empty()) return std::unexpected(usage_error("--ping: a capture answers nobody"));
  AnswerPlan plan{.host = options.host};
  plan.host.mac = options.mac.value_or(replayed_mac);
  if (!options.reverse.any()) return plan;
  plan.reverse = server_config(plan.host, options);
  plan.place = {.interface = {}, .networks = {{.network = {Ipv4Address{}, 0}}}};
  for (const AddressRange& range : options.host.addresses) {
    if (range.first.is_ipv4() && plan.reverse->ipv4.is_unspecified()) plan.reverse->ipv4 = range.first.ipv4();
  }
  if (plan.reverse->ipv4.is_unspecified()) return std::unexpected(usage_error("--read: name the ADDR to serve from"));
  return plan;
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/lab_check.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace onlink::inline v0::lab {
namespace {

constexpr std::size_t longest_name = 32;
constexpr std::size_t most_hosts = 250;
constexpr std::uint32_t ipv6_metric = 1024;  // what the kernel takes where none is given
constexpr std::uint32_t metric_step = 100;

// Letters, digits, dashes and dots, as in host names: a name goes into files and command lines.
bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= longest_name && name[0] != '-' && name[0] != '.' &&
         std::ranges::all_of(name, fits);
}

using Check = std::optional<std::string>;  // what is wrong

bool is_odd(const PlannedHost& host) { return host.faults != Faults{} || !host.vlans.empty() || host.mac_per_address; }
bool is_all_ipv4(const PlannedHost& host) {
  return std::ranges::all_of(host.crowd, [](const AddressRange& range) { return range.first.is_ipv4(); });
}

// A kernel where one can play the part, else an engine.
Check choose_kernel_or_engine(Described& described) {
  PlannedHost& host = described.host;
  if (host.role == Role::router) return {};
  const bool wants_kernel = described.has_virtual && !host.by_engine;
  const bool crowd_beyond_kernel = host.role == Role::crowd && !is_all_ipv4(host);
  if (wants_kernel && is_odd(host)) {
    return "virtual = false contradicts delay, jitter, loss, duplicate, impostor, vlan and mac_per_address: a kernel "
           "answers at once, truly, untagged, with one MAC address";
  }
  if (wants_kernel && crowd_beyond_kernel) {
    return "virtual = false: a kernel answers for no IPv6 crowd, as it has not joined their solicited-node groups";
  }
  host.by_engine = host.by_engine || is_odd(host) || crowd_beyond_kernel;
  if (described.asks && host.by_engine) return "asks: a command needs a kernel, not a virtual host";
  return {};
}

Check check_address(const Prefix& prefix) {
  const IpAddress& address = prefix.address;
  const std::string shown = to_string(prefix);
  const bool loopback = address.is_ipv4() ? address.ipv4().is_loopback() : address.ipv6().is_loopback();
  if (address.is_multicast() || address.is_unspecified() || loopback) return shown + ": no address of a station";
  if (prefix.length == 0) return shown + ": the network's length is 0";
  const bool has_broadcast = address.is_ipv4() && prefix.length <= 30;
  if (has_broadcast && (address == prefix.last_address() || address == prefix.network())) {
    return shown + ": the network's own or its broadcast address";
  }
  return {};
}

Check check_host(const PlannedHost& host) {
  if (!is_name(host.name)) {
    return "name: '" + host.name + "': at most 32 letters, digits, dashes and dots, a letter or digit first";
  }
  for (const Prefix& prefix : host.addresses) {
    if (auto wrong = check_address(prefix)) return "addresses: " + *wrong;
  }
  if (!host.mac.is_zero() && !host.mac.is_unicast()) return "mac: " + to_string(host.mac) + ": no address of a station";
  if (host.role == Role::crowd && host.crowd.empty()) return "networks: missing: the addresses of the crowd";
  if (host.role != Role::crowd && host.addresses.empty()) return "addresses: missing";
  return {};
}

bool serves(const PlannedHost& server, const PlannedHost& client) {
  return server.serves_rarp && std::ranges::any_of(server.addresses, [&](const Prefix& own) {
           return own.address.is_ipv4() && own.contains(client.addresses[0].address);
         });
}

// Who boots gets one IPv4 address, from a server in its network; a virtual host does neither.
Check check_boot(const PlannedHost& host, const std::vector<Described>& all) {
  const bool has_ipv4 = std::ranges::any_of(host.addresses, [](const Prefix& p) { return p.address.is_ipv4(); });
  if (host.serves_rarp && (host.by_engine || !has_ipv4)) return "rarp: a server needs a kernel and an IPv4 address";
  if (host.boot == Boot::configured) return {};
  if (host.by_engine) return "boots: only a host with a kernel can";
  if (host.serves_rarp) return "boots: a server cannot serve itself";
  if (host.addresses.size() != 1 || !has_ipv4) return "boots: by RARP a host gets one IPv4 address, and no other";
  const auto serves_it = [&](const Described& other) { return serves(other.host, host); };
  if (host.boot == Boot::by_rarp && std::ranges::none_of(all, serves_it)) {
    return "boots: no host with rarp = true is in its network";
  }
  return {};
}

// Names and MAC addresses tell hosts apart; IP addresses need not: two owners of one are what some labs are for.
Check check_against(const PlannedHost& host, const std::vector<Described>& others) {
  for (const Described& other : others) {
    if (&other.host == &host) return {};
    const std::string line = " (line " + std::to_string(other.host.line) + ")";
    if (other.host.name == host.name) return "name: '" + host.name + "' is taken" + line;
    if (other.host.mac == host.mac) {
      return "mac: " + to_string(host.mac) + " is " + other.host.name + "'s" + line;
    }
  }
  return {};
}

bool is_neighbor(const PlannedHost& host, const IpAddress& address) {
  return std::ranges::any_of(host.addresses, [&](const Prefix& prefix) {
    return prefix.address.family() == address.family() && prefix.contains(address);
  });
}

Check check_routes(const PlannedHost& host) {
  for (const PlannedRoute& route : host.routes) {
    const std::string shown = "routes: " + to_string(route.destination) + " via " + to_string(route.gateway);
    if (!is_neighbor(host, route.gateway)) return shown + ": the next hop is in none of the host's networks";
    if (route.destination.address.family() != route.gateway.family()) return shown + ": IPv4 and IPv6 mixed";
  }
  return {};
}

// The router's address in one of the host's networks.
std::optional<IpAddress> next_hop(const PlannedHost& host, const PlannedHost& router, Family family) {
  for (const Prefix& prefix : router.addresses) {
    if (prefix.address.family() == family && is_neighbor(host, prefix.address)) return prefix.address;
  }
  return std::nullopt;
}

// A router listed later is the second choice.
std::uint32_t metric_of(const std::vector<PlannedRoute>& routes, const Prefix& network) {
  const auto better = static_cast<std::uint32_t>(std::ranges::count(routes, network, &PlannedRoute::destination));
  return (network.address.is_ipv6() ? ipv6_metric : 0) + better * metric_step;
}

std::vector<PlannedRoute> routes_over(const std::vector<Described>& all, const PlannedHost& host) {
  std::vector<PlannedRoute> routes;
  for (const Described& described : all) {
    const PlannedHost& router = described.host;
    if (router.role != Role::router || &router == &host) continue;
    for (const Prefix& network : router.reaches) {
      const auto gateway = next_hop(host, router, network.address.family());
      if (!gateway) continue;
      routes.push_back({.destination = network, .gateway = *gateway, .metric = metric_of(routes, network)});
    }
  }
  return routes;
}

// 02 and 40 bits of the name's hash: locally administered, the same at every start.
MacAddress made_up_mac(const std::string& lab, const std::string& host) {
  return MacAddress::from_value(0x020000000000 | (hash_of(lab + "/" + host) & 0xffffffffff));
}

Check complete_host(const std::string& lab, Described& described, const std::vector<Described>& all) {
  PlannedHost& host = described.host;
  if (auto wrong = check_host(host)) return wrong;
  if (auto wrong = choose_kernel_or_engine(described)) return wrong;
  if (auto wrong = check_boot(host, all)) return wrong;
  if (host.mac.is_zero()) host.mac = made_up_mac(lab, host.name);
  if (auto wrong = check_against(host, all)) return wrong;
  if (host.seed == 0) host.seed = hash_of(lab + "/" + host.name);
  if (!described.has_routes) host.routes = routes_over(all, host);
  return check_routes(host);
}

}  // namespace

std::expected<LabPlan, Error> complete_plan(LabPlan plan, std::vector<Described> hosts, const std::string& source) {
  const auto wrong = [&](std::uint32_t line, const std::string& text) {
    return std::unexpected(usage_error(source + ":" + std::to_string(line) + ": " + text));
  };
  if (!is_name(plan.name)) return wrong(1, "name: '" + plan.name + "': at most 32 letters, digits, dashes and dots");
  if (hosts.empty()) return wrong(1, "no host: write at least one [[host]]");
  if (hosts.size() > most_hosts) return wrong(hosts[most_hosts].host.line, "more than 250 hosts; a [[crowd]] is one");
  for (Described& described : hosts) {
    if (const auto text = complete_host(plan.name, described, hosts)) return wrong(described.host.line, *text);
  }
  const auto can_ask = [](const Described& d) { return d.host.role != Role::crowd && !d.host.by_engine; };
  auto asker = std::ranges::find_if(hosts, &Described::asks);
  if (asker == hosts.end()) asker = std::ranges::find_if(hosts, can_ask);
  if (asker == hosts.end()) return wrong(hosts[0].host.line, "no host on which a command could run");
  plan.asker = static_cast<std::size_t>(asker - hosts.begin());
  const auto second = std::ranges::find_if(asker + 1, hosts.end(), &Described::asks);
  if (second != hosts.end()) return wrong(second->host.line, "asks: '" + asker->host.name + "' does already");
  for (Described& described : hosts) plan.hosts.push_back(std::move(described.host));
  return plan;
}

}  // namespace onlink::inline v0::lab

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/bsd_arp_rows.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "onlink/kernel/neighbor_states.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

using Links = std::unordered_map<int, kernel::Link>;

// Those that have a table of such entries.
std::expected<Links, Error> read_links(kernel::Netlink& netlink) {
  auto all = netlink.links();
  if (!all) return std::unexpected(std::move(all.error()));
  Links links;
  for (kernel::Link& link : *all) {
    if (link.ethernet && !link.loopback) links.emplace(link.index, std::move(link));
  }
  return links;
}

BsdArpEntry entry_on(const kernel::Link& link, Ipv4Address address) {
  const bool known = link.kind == "bridge" || link.kind == "vlan";
  return {.row = {.address = address, .interface = link.name, .kind = known ? link.kind : "ethernet"},
          .interface = link.index};
}

BsdArpEntry entry_of(const kernel::NeighborEntry& neighbor, const kernel::Link& link) {
  BsdArpEntry entry = entry_on(link, neighbor.address.ipv4());
  BsdArpRow& row = entry.row;
  row.published = neighbor.proxy;
  row.age = neighbor.ages.confirmed;
  if (neighbor.proxy) {
    row.mac = link.mac;
  } else if (kernel::valid_states.contains(neighbor.state)) {
    row.mac = neighbor.mac;
  }
  // A broadcast address comes and goes with its use.
  const bool fixed = neighbor.state == NudState::permanent || neighbor.state == NudState::noarp;
  row.permanent = neighbor.proxy || (fixed && row.mac && !row.mac->is_broadcast());
  return entry;
}

// FreeBSD knows no entries of groups and broadcast addresses.
bool is_shown(BsdArpDialect dialect, const kernel::NeighborEntry& neighbor) {
  return neighbor.proxy ||
         (neighbor.state != NudState::none && (dialect == BsdArpDialect::macos || neighbor.state != NudState::noarp));
}

std::expected<std::vector<BsdArpEntry>, Error> own_entries(kernel::Netlink& netlink, const Links& links) {
  const auto addresses = netlink.addresses(0, Family::ipv4);
  if (!addresses) return std::unexpected(addresses.error());
  std::vector<BsdArpEntry> entries;
  for (const kernel::InterfaceAddress& one : *addresses) {
    const auto link = links.find(one.interface);
    if (link == links.end() || !link->second.up) continue;
    BsdArpEntry& entry = entries.emplace_back(entry_on(link->second, one.prefix.address.ipv4()));
    entry.own = entry.row.permanent = true;
    entry.row.mac = link->second.mac;
  }
  return entries;
}

}  // namespace

std::expected<std::vector<BsdArpEntry>, Error> read_bsd_arp_entries(BsdArpDialect dialect, kernel::Netlink& netlink) {
  const auto links = read_links(netlink);
  if (!links) return std::unexpected(links.error());
  auto entries = own_entries(netlink, *links);
  if (!entries) return entries;
  for (const bool proxies : {false, true}) {
    const auto neighbors = netlink.neighbors({.family = Family::ipv4, .proxies = proxies});
    if (!neighbors) return std::unexpected(neighbors.error());
    for (const kernel::NeighborEntry& neighbor : *neighbors) {
      const auto link = links->find(neighbor.interface);
      if (link != links->end() && is_shown(dialect, neighbor)) entries->push_back(entry_of(neighbor, link->second));
    }
  }
  std::ranges::sort(*entries, {}, [](const BsdArpEntry& entry) {
    return std::tuple{entry.row.address, entry.interface, !entry.own, entry.row.published};
  });
  return entries;
}

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_place.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/cache_interfaces.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

// The networks that hold the address, the longest prefixes only; one for each interface.
std::vector<kernel::InterfaceAddress> holders(const std::vector<kernel::InterfaceAddress>& addresses,
                                              const IpAddress& address) {
  std::vector<kernel::InterfaceAddress> found;
  for (const kernel::InterfaceAddress& own : addresses) {
    if (own.prefix.address.family() != address.family() || !own.network().contains(address)) continue;
    const auto length = own.prefix.length;
    if (!found.empty() && length < found.front().prefix.length) continue;
    if (!found.empty() && length > found.front().prefix.length) found.clear();
    if (std::ranges::find(found, own.interface, &kernel::InterfaceAddress::interface) == found.end()) {
      found.push_back(own);
    }
  }
  return found;
}

}  // namespace

std::expected<kernel::Link, Error> interface_for(kernel::Netlink& netlink, const Context& context,
                                                 const IpAddress& address) {
  if (context.interface) return netlink.find_link(*context.interface);
  const auto addresses = netlink.addresses(0, address.family());
  if (!addresses) return std::unexpected(addresses.error());
  const auto found = holders(*addresses, address);
  if (found.empty()) {
    return std::unexpected(
        usage_error(fmt::format("{}: no interface has a network that holds it; name one with -i", address)));
  }
  if (found.size() > 1) {
    InterfaceNames names(netlink);
    std::vector<std::string> list;
    for (const kernel::InterfaceAddress& own : found) list.push_back(names.of(own.interface));
    return std::unexpected(
        usage_error(fmt::format("{}: it may be on any of {}; name one with -i", address, fmt::join(list, ", "))));
  }
  auto link = netlink.find_link(found.front().interface);
  if (link) {
    const Prefix network{found.front().network().network(), found.front().prefix.length};
    context.say(fmt::format("on {}, whose network {} holds {}", printable(link->name), network, address));
  }
  return link;
}

std::expected<FoundEntry, Error> find_entry(std::span<const kernel::NeighborEntry> entries, const IpAddress& address,
                                            kernel::Netlink& netlink) {
  FoundEntry found{.address = address};
  InterfaceNames names(netlink);
  std::vector<std::string> places;
  for (const kernel::NeighborEntry& entry : entries) {
    if (entry.address != address) continue;
    found.entry = entry;
    places.push_back(names.of(entry.interface));
  }
  if (places.size() < 2) return found;
  return std::unexpected(usage_error(
      fmt::format("{}: there is an entry on each of {}; name one with -i", address, fmt::join(places, ", "))));
}

std::string no_entry_text(const IpAddress& address, const Context& context) {
  return context.interface ? fmt::format("{}: no entry on {}", address, printable(*context.interface))
                           : fmt::format("{}: no entry on any interface", address);
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_row.hpp"

#include <unordered_map>
#include <utility>

#include "onlink/cli/compat/net_arp_hardware.hpp"
#include "onlink/kernel/arp_ioctl.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

struct Interface {
  std::string name = "*";
  std::uint16_t hardware_type = 0;
};
using Interfaces = std::unordered_map<int, Interface>;

std::expected<Interfaces, Error> read_interfaces(kernel::Netlink& netlink) {
  auto links = netlink.links();
  if (!links) return std::unexpected(std::move(links.error()));
  Interfaces interfaces;
  for (kernel::Link& link : *links) {
    std::uint16_t type = ethernet_hardware;
    if (!link.ethernet) {
      const auto hardware = kernel::arp_hardware_address(link.name);
      type = hardware ? hardware->type : std::uint16_t{0};
    }
    interfaces[link.index] = {std::move(link.name), type};
  }
  return interfaces;
}

ArpRow row_of(const kernel::NeighborEntry& entry, const Interface& interface) {
  return {.address = entry.address.ipv4(),
          .hardware_type = interface.hardware_type,
          .mac = entry.mac,
          .other_address = to_string(entry.other_address),
          .state = entry.state,
          .published = entry.proxy,
          .interface = interface.name,
          .confirmed = entry.ages.confirmed};
}

}  // namespace

std::expected<std::vector<ArpRow>, Error> read_arp_rows(kernel::Netlink& netlink, ArpRows which) {
  const auto interfaces = read_interfaces(netlink);
  if (!interfaces) return std::unexpected(interfaces.error());
  kernel::NudStateSet states = kernel::NudStateSet::all();
  states.erase(NudState::none);
  if (which == ArpRows::resolved) states.erase(NudState::noarp);
  std::vector<ArpRow> rows;
  for (const bool proxies : {false, true}) {
    const auto entries = netlink.neighbors({.family = Family::ipv4, .proxies = proxies, .states = states});
    if (!entries) return std::unexpected(entries.error());
    for (const kernel::NeighborEntry& entry : *entries) {
      const auto interface = interfaces->find(entry.interface);
      rows.push_back(row_of(entry, interface == interfaces->end() ? Interface{} : interface->second));
    }
  }
  return rows;
}

}  // namespace onlink::inline v0::cli::compat

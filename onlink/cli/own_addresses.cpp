// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/own_addresses.hpp"

#include "onlink/kernel/sysctl.hpp"

namespace onlink::inline v0::cli {
namespace {

bool ignores_arp(const std::string& interface) {
  const auto value = kernel::read_sysctl("net/ipv4/conf/" + interface + "/arp_ignore");
  return value && *value != "0";
}

}  // namespace

std::expected<std::vector<kernel::InterfaceAddress>, Error> addresses_answered_on(kernel::Netlink& netlink,
                                                                                  const kernel::Link& link) {
  auto addresses = netlink.addresses(0);
  if (!addresses) return addresses;
  const bool only_its_own = ignores_arp(link.name) || ignores_arp("all");
  std::erase_if(*addresses, [&](const kernel::InterfaceAddress& own) {
    const bool here = own.interface == link.index;
    const bool from_elsewhere = own.prefix.address.is_ipv4() && !only_its_own;
    return own.duplicate || (!here && !from_elsewhere);
  });
  return addresses;
}

}  // namespace onlink::inline v0::cli

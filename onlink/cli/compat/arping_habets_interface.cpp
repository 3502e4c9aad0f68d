// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arping_habets_interface.hpp"

#include <algorithm>

namespace onlink::inline v0::cli::compat {
namespace {

const kernel::Link* find(std::span<const kernel::Link> links, int index) {
  const auto link = std::ranges::find(links, index, &kernel::Link::index);
  return link == links.end() ? nullptr : &*link;
}

}  // namespace

std::optional<std::string> interface_for(std::span<const kernel::Link> links,
                                         std::span<const kernel::InterfaceAddress> addresses, Ipv4Address target) {
  const kernel::Link* best = nullptr;
  unsigned longest = 0;
  for (const kernel::InterfaceAddress& address : addresses) {
    const Prefix& network = address.prefix;  // not the peer's: a point-to-point link is none to ask on
    const kernel::Link* link = find(links, address.interface);
    if (link == nullptr || !link->up || link->loopback || !network.contains(target)) continue;
    if (best != nullptr && network.length <= longest) continue;
    best = link;
    longest = network.length;
  }
  return best == nullptr ? std::nullopt : std::optional{best->name};
}

std::string guess_interface(std::span<const kernel::Link> links) {
  const auto first =
      std::ranges::find_if(links, [](const kernel::Link& link) { return link.up && link.running && !link.loopback; });
  return first == links.end() ? "any" : first->name;
}

}  // namespace onlink::inline v0::cli::compat

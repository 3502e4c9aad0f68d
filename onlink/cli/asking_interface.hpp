// SPDX-License-Identifier: Apache-2.0
// The interface that a command asks on, and who we are there. Nothing is borrowed: an interface without an address of
// the family has none, and the caller hears so.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

struct AskingInterface {
  kernel::Link link;
  std::vector<kernel::InterfaceAddress> addresses;  // of both families, in the kernel's order
};

// The one that -i names, or the default route's; the latter is said aloud. Errors: no_interface (absent; or none named
// and no default route), link_down (down, or without carrier), unsupported (no Ethernet frames, no ARP).
[[nodiscard]] std::expected<AskingInterface, Error> choose_interface(kernel::Netlink& netlink, const Context& context);

// The interface's address to ask for `target` from: the kernel's own choice if it is one of the interface's, else one
// whose network holds the target, else for IPv6 the link-local one, else the first. Tentative and duplicate addresses
// are not ours to use. Nothing: the interface has no address of that family.
[[nodiscard]] std::optional<IpAddress> source_for(const AskingInterface& interface, const IpAddress& target,
                                                  const std::optional<IpAddress>& preferred = {});

// Whether a network of one of the interface's addresses holds it.
[[nodiscard]] bool in_own_network(const AskingInterface& interface, const IpAddress& address);

}  // namespace onlink::inline v0::cli

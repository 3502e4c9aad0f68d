// SPDX-License-Identifier: Apache-2.0
// For which addresses this host's own kernel answers on an interface.
#pragma once

#include <expected>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

// The interface's, and for IPv4 those of all other interfaces, where its arp_ignore is 0 (InterfaceAddress::interface
// tells them apart). Not those whose duplicate address detection failed.
[[nodiscard]] std::expected<std::vector<kernel::InterfaceAddress>, Error> addresses_answered_on(
    kernel::Netlink& netlink, const kernel::Link& link);

}  // namespace onlink::inline v0::cli

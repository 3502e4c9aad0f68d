// SPDX-License-Identifier: Apache-2.0
// Which interface Thomas Habets' arping takes when none is named.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli::compat {

// The one whose network has the target, the smallest network if there are several; up, and not the loopback.
[[nodiscard]] std::optional<std::string> interface_for(std::span<const kernel::Link> links,
                                                       std::span<const kernel::InterfaceAddress> addresses,
                                                       Ipv4Address target);

// Its guess otherwise: the first that runs, or libpcap's name for all of them at once, which is none.
[[nodiscard]] std::string guess_interface(std::span<const kernel::Link> links);

}  // namespace onlink::inline v0::cli::compat

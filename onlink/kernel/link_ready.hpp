// SPDX-License-Identifier: Apache-2.0
// Waiting for what the kernel finishes a moment after it acknowledged a change: a carrier that a bridge has yet to
// notice, an IPv6 address that has yet to join its solicited-node group. Frames sent before that are lost in silence.
#pragma once

#include <expected>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

// Until the interface runs: it is up, and its carrier has been noticed. Errors: no_interface; system when it takes
// longer than 2 s.
[[nodiscard]] std::expected<void, Error> await_running(Netlink& netlink, int index);

// Until the bridge forwards frames through this port of it. Errors: no_interface; system when it takes longer than 2 s.
[[nodiscard]] std::expected<void, Error> await_forwarding(Netlink& netlink, int port_index);

// Until the address is answered for. REQUIRES: added without detection to an interface that is up and has carrier.
// Errors: system when it takes longer than 2 s.
[[nodiscard]] std::expected<void, Error> await_address(Netlink& netlink, const IpAddress& address);

}  // namespace onlink::inline v0::kernel

// SPDX-License-Identifier: Apache-2.0
// The far end of a virtual Ethernet cable to this machine's own kernel (Linux Documentation/networking/tuntap.rst):
// what the kernel sends over the tap interface is received here, and what is sent here the kernel receives. Whoever
// brings a network stack of his own needs no second machine with it. The interface goes when the port goes.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0 {

// Makes the interface, down and without addresses: bringing it up is the caller's. Until then nothing is received, and
// frames sent are lost, as on a cable without a machine. Errors: permission (needs CAP_NET_ADMIN, and /dev/net/tun),
// usage (a name that an interface cannot have), system.
[[nodiscard]] std::expected<std::unique_ptr<Port>, Error> open_tap_port(const std::string& interface);

}  // namespace onlink::inline v0

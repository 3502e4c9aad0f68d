// SPDX-License-Identifier: Apache-2.0
// Which IPv4 address this host would send from, as a program learns it from a datagram socket bound to an interface.
// Nothing is sent. Unlike Netlink::route_get it looks at that interface only, whatever the routes say, and so may name
// another interface's address where this one has none.
#pragma once

#include <expected>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0::kernel {

// Towards a destination that is taken to be on the link; 0.0.0.0: this host has no address. Errors: permission (the
// destination is a broadcast address), system.
[[nodiscard]] std::expected<Ipv4Address, Error> source_towards(Ipv4Address destination, const std::string& interface);

// Whether a socket may send from it: an address of this host, of whatever interface, a broadcast or a group address.
// Errors: system, with EADDRNOTAVAIL when it is none of these.
[[nodiscard]] std::expected<void, Error> require_source(Ipv4Address source, const std::string& interface);

}  // namespace onlink::inline v0::kernel

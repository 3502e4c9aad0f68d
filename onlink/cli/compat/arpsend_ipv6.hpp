// SPDX-License-Identifier: Apache-2.0
// What arpsend does about IPv6 addresses: -U leaves them to another program of vzctl, ndsend, which sends one
// unsolicited Neighbor Advertisement; -D sends nothing and says 0, "free". Here -U sends the advertisement itself, and
// -D probes as duplicate address detection does: its status stays 0, and a warning says who has the address.
#pragma once

#include <string>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

// Each gives arpsend's status.
[[nodiscard]] int announce_ipv6(const Ipv6Address& address, const std::string& interface, TextWriter& err);
[[nodiscard]] int detect_ipv6(const std::vector<Ipv6Address>& addresses, const std::string& interface, TextWriter& err);

}  // namespace onlink::inline v0::cli::compat

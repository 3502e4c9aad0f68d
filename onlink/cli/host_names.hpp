// SPDX-License-Identifier: Apache-2.0
// Addresses to host names, for --names: /etc/hosts and the PTR records of the servers in /etc/resolv.conf, and, on the
// link itself, mDNS, LLMNR and NetBIOS, all at once. Needs no privilege. Nothing here runs unless --names was given.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0::cli {

struct HostNamesQuery {
  // Where the hosts themselves are asked; empty: nowhere, only /etc/hosts and DNS are (a tagged network, a capture).
  std::string interface{};
  int interface_index = 0;
  Duration deadline = std::chrono::seconds{2};  // of the whole search, which ends earlier when all has been asked
  int interrupt_fd = -1;                        // readable: the search ends with what is known
  std::function<void(std::string_view)> on_problem{};  // a method that cannot be used, and why: for stderr
};

// Time enough to ask for that many addresses at the pace that links and neighbour tables bear: 2 s for up to 300 of
// them, 1 s more for every further 150, half a minute at most.
[[nodiscard]] Duration host_names_deadline(std::size_t addresses) noexcept;

// The names of those addresses that have any, each once and with its source: "ptr", "mdns", "llmnr", "netbios", in this
// order. Addresses are asked for in the order given; what the deadline leaves unasked has no name.
[[nodiscard]] std::unordered_map<IpAddress, std::vector<HostName>> look_up_host_names(
    const std::vector<IpAddress>& addresses, const HostNamesQuery& query);

}  // namespace onlink::inline v0::cli

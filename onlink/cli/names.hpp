// SPDX-License-Identifier: Apache-2.0
// Addresses to names, for --names: /etc/hosts, PTR records of the servers in /etc/resolv.conf, and, on the link itself,
// mDNS, LLMNR and NetBIOS, all at once. Nothing here runs unless --names was given.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/print/row.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {

// Every name of an address, by source: hosts, ptr, mdns, llmnr, netbios.
using FoundNames = std::unordered_map<IpAddress, std::vector<HostName>>;

struct NameSearch {
  // Where hosts are asked themselves; empty: nowhere, only /etc/hosts and DNS (a tagged network, a capture file).
  std::string interface{};
  std::uint32_t interface_index = 0;
  std::uint64_t seed = 1;
  std::string dns_servers{};             // instead of /etc/resolv.conf's: "192.0.2.53,[2001:db8::53]:5300"
  Duration deadline{};                   // of the whole search; zero: name_search_time() of the addresses
  const Interrupt* interrupt = nullptr;  // ends the search with what was found
};

// Time enough for every address to be asked by every method, and no more.
[[nodiscard]] Duration name_search_time(std::size_t addresses) noexcept;

struct NameSearchResult {
  FoundNames names;
  std::vector<std::string> problems;  // a method that could not be used, and why: for stderr
  bool complete = true;               // false: the deadline or the interrupt came first
};
[[nodiscard]] NameSearchResult find_names(std::span<const IpAddress> addresses, const NameSearch& search);

}  // namespace onlink::inline v0::cli

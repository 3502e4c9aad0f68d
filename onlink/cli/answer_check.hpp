// SPDX-License-Identifier: Apache-2.0
// Whether somebody else has an address that a virtual host is about to answer for, asked as nobody (RFC 5227 section
// 2.1, RFC 4862 section 5.4), so that no neighbour learns anything.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/engine/virtual_host.hpp"
#include "onlink/link/port.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

// Of those it answers for itself and those of --proxy together. More are not asked for: it would take longer than
// anybody waits, and be a scan.
inline constexpr std::size_t max_checked_addresses = 1024;

struct OwnerCheck {
  std::map<IpAddress, std::set<MacAddress>> owners{};
  bool interrupted = false;
  std::optional<Error> error{};  // the link went away
};

struct AddressesToCheck {
  std::vector<IpAddress> addresses{};
  bool are_all = true;  // else its own, or the proxied ones, or both are too many, and left out
};
[[nodiscard]] AddressesToCheck addresses_to_check(const VirtualHostConfig& config);

[[nodiscard]] OwnerCheck find_owners(const std::vector<IpAddress>& addresses, const VirtualHostConfig& config,
                                     Port& port, const RunOptions& options);

}  // namespace onlink::inline v0::cli

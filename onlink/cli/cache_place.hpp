// SPDX-License-Identifier: Apache-2.0
// On which interface an entry is to be edited: the one that -i names; else the one whose network holds the address, or
// that has the entry already, said aloud. Where several could be meant, the user says which.
#pragma once

#include <expected>
#include <span>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

// For a new entry. Errors: no_interface; usage (no network holds it, or networks of several interfaces do).
[[nodiscard]] std::expected<kernel::Link, Error> interface_for(kernel::Netlink& netlink, const Context& context,
                                                               const IpAddress& address);

// An entry that is there, of each address in turn. Without -i `entries` are searched: all of both tables, ordered.
struct FoundEntry {
  IpAddress address{};
  std::optional<kernel::NeighborEntry> entry{};  // none: there is none
};
// Errors: usage (several interfaces have an entry for one address).
[[nodiscard]] std::expected<FoundEntry, Error> find_entry(std::span<const kernel::NeighborEntry> entries,
                                                          const IpAddress& address, kernel::Netlink& netlink);

// "192.0.2.9: no entry on eth0", "... on any interface".
[[nodiscard]] std::string no_entry_text(const IpAddress& address, const Context& context);

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// Which rows of the neighbour table a subcommand of `onlink cache` is about: those of an interface, a family, states,
// addresses, MAC addresses.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/print/mac_prefix.hpp"

namespace onlink::inline v0::cli {

inline constexpr std::string_view state_words[] = {"none",  "incomplete", "reachable", "stale",    "delay",
                                                   "probe", "failed",     "noarp",     "permanent"};

struct CacheFilter {
  kernel::NeighborQuery query{};
  bool also_proxies = false;
  std::vector<AddressRange> ranges{};  // any of them; empty: every address
  std::optional<MacPrefix> mac{};

  [[nodiscard]] bool takes(const kernel::NeighborEntry& entry) const noexcept;
  // The same, the interface, the family and the state too: for a row that the kernel did not choose.
  [[nodiscard]] bool takes_any(const kernel::NeighborEntry& entry) const noexcept;
};

// From -i, -4, -6, the ranges in `ADDRESS`, --state, --all, --proxy and --mac, as far as the command has them. Errors:
// usage; no_interface.
[[nodiscard]] std::expected<CacheFilter, Error> read_cache_filter(const Arguments& arguments, const Context& context,
                                                                  kernel::Netlink& netlink);

// Options that several subcommands have alike.
namespace cache_option {
inline constexpr Option only_interface{.name = "interface",
                                       .letter = 'i',
                                       .value = "IFACE",
                                       .help = "only this interface's neighbours",
                                       .fallback = "every interface",
                                       .completes = Completes::interface};
inline constexpr Option state{.name = "state",
                              .value = "STATE",
                              .help = "only entries in this state",
                              .repeatable = true,
                              .completes = Completes::choice,
                              .choices = state_words};
inline constexpr Option mac{
    .name = "mac", .value = "MAC", .help = "only entries with this MAC address, or with one that begins like this"};
inline constexpr Option explain{.name = "explain",
                                .help = "say of each entry what its state means now and what happens next"};
}  // namespace cache_option

// The rows that the filter takes, ordered by interface, family, address; each once.
[[nodiscard]] std::expected<std::vector<kernel::NeighborEntry>, Error> read_entries(kernel::Netlink& netlink,
                                                                                    const CacheFilter& filter);

}  // namespace onlink::inline v0::cli

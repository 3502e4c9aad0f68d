// SPDX-License-Identifier: Apache-2.0
// Whether a target can be asked on an interface's link at all, by the kernel's routing table: who is behind a router
// never hears the question, and silence would be taken for absence.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0::cli {

enum class Reach : std::uint8_t {
  on_link,    // ask
  own,        // this host's own address
  off_link,   // another link, or behind a next hop
  no_route,   // nowhere, as far as this host knows
  broadcast,  // not one host's address
  multicast,
  unspecified,
};

struct RouteVerdict {
  IpAddress target;
  Reach reach = Reach::on_link;
  std::string asked_interface{};                          // the one that was to be asked on
  std::string interface{};                                // where the route leads; for Reach::own the address's holder
  std::optional<MacAddress> own_mac{};                    // for Reach::own, of that interface
  std::optional<IpAddress> next_hop{};                    // for Reach::off_link through a router
  std::optional<kernel::NeighborEntry> next_hop_entry{};  // the kernel's row for it
  std::optional<IpAddress> preferred_source{};            // for Reach::on_link
};

// Errors: what the kernel refused to say.
[[nodiscard]] std::expected<RouteVerdict, Error> route_verdict(kernel::Netlink& netlink,
                                                               const AskingInterface& interface,
                                                               const IpAddress& target);

// "is not on eth0's link: next hop 10.9.0.2 (02:00:00:00:00:02 in the kernel's cache, reachable)"; "is ours, on eth0".
[[nodiscard]] std::string verdict_text(const RouteVerdict& verdict);
// Of kind off_link or own. REQUIRES: reach is own, off_link or no_route.
[[nodiscard]] Row verdict_row(const RouteVerdict& verdict);
// For a target that is not one host's address: why it cannot be asked for (usage). Nothing for all others.
[[nodiscard]] std::optional<Error> refuse_target(const RouteVerdict& verdict);

}  // namespace onlink::inline v0::cli

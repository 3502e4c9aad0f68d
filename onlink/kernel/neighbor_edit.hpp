// SPDX-License-Identifier: Apache-2.0
// Changes to the kernel's neighbour table, as `ip neigh add` and the like make them. All need CAP_NET_ADMIN over the
// network namespace of the Netlink. Errors name interface, operation, reason and remedy: permission, no_interface,
// unsupported, and system with sys_errno
//   EEXIST   add: there is an entry already
//   ENOENT   change, delete: there is none
//   EINVAL   the kernel cannot make such an entry; its words are in the text
//   ENOBUFS  the table is full (gc_thresh3)
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/base/hardware_address.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

struct NeighborEdit {
  int interface = 0;  // of a proxy 0: on every interface (IPv4 only: ENOBUFS for IPv6)
  IpAddress address{};
  std::optional<HardwareAddress> mac{};  // needed where `state` is one of valid_states
  NudState state = NudState::permanent;  // not looked at with use, managed or proxy
  bool router = false;
  bool proxy = false;                 // into the table of proxies: we answer for it (proxy NDP; ARP with forwarding)
  bool externally_learned = false;    // not collected; ages all the same
  bool externally_validated = false;  // from Linux 6.17
  bool use = false;                   // as if a packet were sent to it: an unknown MAC is asked for
  bool managed = false;               // the same, and asked again whenever it is unknown or in doubt
  std::uint8_t protocol = 0;          // RTPROT_*; 0: not told
};

enum class NeighborVerb : std::uint8_t {
  add,      // a new entry
  change,   // an existing one
  replace,  // either
};
[[nodiscard]] std::string_view to_string(NeighborVerb verb) noexcept;

[[nodiscard]] std::expected<void, Error> edit_neighbor(Netlink& netlink, NeighborVerb verb, const NeighborEdit& edit);
[[nodiscard]] inline std::expected<void, Error> add_neighbor(Netlink& netlink, const NeighborEdit& edit) {
  return edit_neighbor(netlink, NeighborVerb::add, edit);
}

enum class NeighborTable : std::uint8_t { neighbors, proxies };
[[nodiscard]] std::expected<void, Error> delete_neighbor(Netlink& netlink, int interface, const IpAddress& address,
                                                         NeighborTable table = NeighborTable::neighbors);

}  // namespace onlink::inline v0::kernel

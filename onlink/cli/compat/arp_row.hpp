// SPDX-License-Identifier: Apache-2.0
// The rows of the ARP cache as arp shows them: those of /proc/net/arp, in its order. They are read by rtnetlink, which
// walks the same tables in the same order (neighbours, then proxies), works in the namespace of the calling thread
// whatever is mounted on /proc, and tells the state that the two words of /proc/net/arp hide.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/nud_state.hpp"
#include "onlink/base/time.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli::compat {

struct ArpRow {
  Ipv4Address address{};
  std::uint16_t hardware_type = 0;  // of the interface; 0: there is none, a published entry of every interface
  std::optional<MacAddress> mac{};
  std::string other_address{};  // instead of `mac`, where links have another kind
  NudState state = NudState::none;
  bool published = false;
  std::string interface{};  // "*": every interface
  Duration confirmed{};     // how long ago it was last known to be right

  // Its hardware address is there, and used.
  [[nodiscard]] bool is_complete() const noexcept { return !published && kernel::valid_states.contains(state); }
  [[nodiscard]] bool is_permanent() const noexcept { return published || state == NudState::permanent; }
};

// Without entries that need no resolving (noarp: /proc/net/arp has none), or with them.
enum class ArpRows : std::uint8_t { resolved, all };
[[nodiscard]] std::expected<std::vector<ArpRow>, Error> read_arp_rows(kernel::Netlink& netlink,
                                                                      ArpRows which = ArpRows::resolved);

}  // namespace onlink::inline v0::cli::compat

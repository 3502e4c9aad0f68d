// SPDX-License-Identifier: Apache-2.0
// The kernel's neighbours as FreeBSD's or macOS's arp would have them in its table.
#pragma once

#include <expected>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/cli/compat/bsd_arp_lines.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli::compat {

struct BsdArpEntry {
  BsdArpRow row{};
  int interface = 0;  // its index
  bool own = false;   // one of our own addresses: no entry of Linux's table, so nobody can delete it
};

// In the order of their addresses, as their routing tables are.
[[nodiscard]] std::expected<std::vector<BsdArpEntry>, Error> read_bsd_arp_entries(BsdArpDialect dialect,
                                                                                  kernel::Netlink& netlink);

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
// The lines of FreeBSD's and macOS's arp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/compat/bsd_arp.hpp"

namespace onlink::inline v0::cli::compat {

struct BsdArpRow {
  Ipv4Address address{};
  std::optional<MacAddress> mac{};  // none: "(incomplete)"
  std::string interface{};
  std::string kind{"ethernet"};  // of the interface; bridge, vlan
  bool permanent = false;
  bool published = false;
  Duration age{};  // since it was last known to be right
};

// How long they keep an entry: FreeBSD for 20 minutes (net.link.ether.inet.max_age), and macOS believes one for two
// (net.link.ether.inet.arp_llreach_base). Linux keeps none for a fixed time; their clocks run from its last
// confirmation.
inline constexpr Duration freebsd_arp_lifetime = std::chrono::minutes{20};
inline constexpr Duration macos_arp_reachability = std::chrono::minutes{2};

// "? (192.0.2.1) at 02:00:00:00:00:01 on em0 expires in 1187 seconds [ethernet]", or as macOS has it
// "? (192.168.31.1) at 64:9:80:70:c6:3 on en0 ifscope [ethernet]".
[[nodiscard]] std::string bsd_arp_line(BsdArpDialect dialect, const BsdArpRow& row,
                                       const std::optional<std::string>& name);

// macOS's -l: a table of how long each is believed to be there.
inline constexpr std::string_view macos_arp_header =
    "Neighbor                Linklayer Address Expire(O) Expire(I)    Netif Refs Prbs\n";
[[nodiscard]] std::string macos_arp_table_line(const BsdArpRow& row, const std::optional<std::string>& name);

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
// Linux's own values of every setting that neighbour handling depends on, so that a scenario finds the same kernel on
// every system: new namespaces and interfaces inherit what the administrator chose.
#pragma once

#include <string_view>

namespace onlink::differential {

struct Setting {
  std::string_view path{};  // IFACE is the interface
  std::string_view value{};
  bool optional = false;  // not every kernel has it
};

// Of A as a whole.
inline constexpr Setting host_settings[] = {
    {"net/ipv4/ip_forward", "0"},
    {"net/ipv4/icmp_ratelimit", "0"},  // every datagram that fails is heard of
    {"net/ipv4/conf/all/arp_ignore", "0"},
    {"net/ipv4/conf/all/arp_announce", "0"},
    {"net/ipv4/conf/all/arp_filter", "0"},
    {"net/ipv4/conf/all/arp_accept", "0"},
    {"net/ipv4/conf/all/arp_notify", "0"},
    {"net/ipv4/conf/all/arp_evict_nocarrier", "1"},
    {"net/ipv4/conf/all/drop_gratuitous_arp", "0"},
    {"net/ipv4/conf/all/proxy_arp", "0"},
    {"net/ipv4/conf/all/proxy_arp_pvlan", "0"},
    {"net/ipv4/conf/all/rp_filter", "0"},
    {"net/ipv4/conf/all/route_localnet", "0"},
    {"net/ipv4/conf/all/secure_redirects", "1"},
    {"net/ipv6/icmp/ratelimit", "0", true},
    {"net/ipv6/conf/all/forwarding", "0", true},
    {"net/ipv6/conf/all/disable_ipv6", "0", true},
    {"net/ipv6/conf/all/accept_dad", "0", true},
    {"net/ipv6/conf/all/ndisc_evict_nocarrier", "1", true},
    {"net/ipv6/conf/all/enhanced_dad", "1", true},
    {"net/ipv6/conf/all/optimistic_dad", "0", true},
    {"net/ipv6/conf/all/use_optimistic", "0", true},
    {"net/ipv6/conf/all/proxy_ndp", "0", true},
};

// Of an interface that speaks IPv4.
inline constexpr Setting ipv4_settings[] = {
    {"net/ipv4/conf/IFACE/arp_ignore", "0"},
    {"net/ipv4/conf/IFACE/arp_announce", "0"},
    {"net/ipv4/conf/IFACE/arp_filter", "0"},
    {"net/ipv4/conf/IFACE/arp_accept", "0"},
    {"net/ipv4/conf/IFACE/arp_notify", "0"},
    {"net/ipv4/conf/IFACE/arp_evict_nocarrier", "1"},
    {"net/ipv4/conf/IFACE/drop_gratuitous_arp", "0"},
    {"net/ipv4/conf/IFACE/proxy_arp", "0"},
    {"net/ipv4/conf/IFACE/proxy_arp_pvlan", "0"},
    {"net/ipv4/conf/IFACE/rp_filter", "0"},
    {"net/ipv4/conf/IFACE/route_localnet", "0"},
    {"net/ipv4/conf/IFACE/medium_id", "0"},
    {"net/ipv4/conf/IFACE/promote_secondaries", "0"},
    {"net/ipv4/neigh/IFACE/base_reachable_time_ms", "30000"},
    {"net/ipv4/neigh/IFACE/retrans_time_ms", "1000"},
    {"net/ipv4/neigh/IFACE/ucast_solicit", "3"},
    {"net/ipv4/neigh/IFACE/mcast_solicit", "3"},
    {"net/ipv4/neigh/IFACE/mcast_resolicit", "0"},
    {"net/ipv4/neigh/IFACE/app_solicit", "0"},
    {"net/ipv4/neigh/IFACE/delay_first_probe_time", "5"},
    {"net/ipv4/neigh/IFACE/gc_stale_time", "60"},
    {"net/ipv4/neigh/IFACE/locktime", "100"},
    {"net/ipv4/neigh/IFACE/unres_qlen_bytes", "212992"},
    {"net/ipv4/neigh/IFACE/proxy_delay", "80"},
    {"net/ipv4/neigh/IFACE/proxy_qlen", "64"},
    {"net/ipv4/neigh/IFACE/interval_probe_time_ms", "5000"},
};

// Of one that speaks IPv6. Router solicitations are none of the neighbour table's business.
inline constexpr Setting ipv6_settings[] = {
    {"net/ipv6/conf/IFACE/forwarding", "0"},
    {"net/ipv6/conf/IFACE/accept_ra", "1"},
    {"net/ipv6/conf/IFACE/accept_redirects", "1"},
    {"net/ipv6/conf/IFACE/accept_untracked_na", "0"},
    {"net/ipv6/conf/IFACE/drop_unsolicited_na", "0"},
    {"net/ipv6/conf/IFACE/ndisc_notify", "0"},
    {"net/ipv6/conf/IFACE/ndisc_evict_nocarrier", "1"},
    {"net/ipv6/conf/IFACE/suppress_frag_ndisc", "1"},
    {"net/ipv6/conf/IFACE/proxy_ndp", "0"},
    {"net/ipv6/conf/IFACE/accept_dad", "1"},
    {"net/ipv6/conf/IFACE/dad_transmits", "1"},
    {"net/ipv6/conf/IFACE/enhanced_dad", "1"},
    {"net/ipv6/conf/IFACE/optimistic_dad", "0", true},
    {"net/ipv6/conf/IFACE/use_optimistic", "0", true},
    {"net/ipv6/conf/IFACE/router_solicitations", "0"},
    {"net/ipv6/conf/IFACE/use_tempaddr", "0", true},
    {"net/ipv6/neigh/IFACE/base_reachable_time_ms", "30000"},
    {"net/ipv6/neigh/IFACE/retrans_time_ms", "1000"},
    {"net/ipv6/neigh/IFACE/ucast_solicit", "3"},
    {"net/ipv6/neigh/IFACE/mcast_solicit", "3"},
    {"net/ipv6/neigh/IFACE/mcast_resolicit", "0"},
    {"net/ipv6/neigh/IFACE/app_solicit", "0"},
    {"net/ipv6/neigh/IFACE/delay_first_probe_time", "5"},
    {"net/ipv6/neigh/IFACE/gc_stale_time", "60"},
    {"net/ipv6/neigh/IFACE/unres_qlen_bytes", "212992"},
    {"net/ipv6/neigh/IFACE/proxy_delay", "80"},
    {"net/ipv6/neigh/IFACE/proxy_qlen", "64"},
    {"net/ipv6/neigh/IFACE/interval_probe_time_ms", "5000"},
};

}  // namespace onlink::differential

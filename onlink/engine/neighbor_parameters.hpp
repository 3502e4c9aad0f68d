// SPDX-License-Identifier: Apache-2.0
// Everything about a link's neighbour handling that an administrator can turn, under the names of Linux's sysctls, with
// Linux's defaults (as read on 6.18), and one table of them with unit and meaning. Times are Durations here; the
// sysctls' own units (ms, s, 1/100 s) are the table's business.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// One family on one interface: net/ipv4/neigh/IFACE/ and net/ipv6/neigh/IFACE/.
struct NeighborParameters {
  Duration base_reachable_time = std::chrono::seconds{30};  // mean of the reachable time that is drawn from it
  Duration retrans_time = std::chrono::seconds{1};          // between solicitations; at least 10 ms is waited
  std::uint32_t ucast_solicit = 3;                          // unicast probes in PROBE
  std::uint32_t mcast_solicit = 3;                          // multicast or broadcast solicitations in INCOMPLETE
  std::uint32_t mcast_resolicit = 0;                        // multicast after the unicast ones in PROBE
  std::uint32_t app_solicit = 0;                            // rounds that only tell user space, before multicast
  Duration delay_first_probe_time = std::chrono::seconds{5};
  Duration gc_stale_time = std::chrono::seconds{60};
  Duration locktime = std::chrono::seconds{1};  // ARP: no other MAC within this after a change (IPv6: 0)
  std::uint32_t unres_qlen_bytes = 212'992;     // queued for one entry, each packet with packet_overhead
  std::optional<std::uint32_t> unres_qlen{};  // likewise in packets; none, as Linux: its sysctl is a view of the octets
  Duration proxy_delay = std::chrono::milliseconds{800};
  std::uint32_t proxy_qlen = 64;
  Duration anycast_delay = std::chrono::seconds{1};
  Duration interval_probe_time = std::chrono::seconds{5};  // re-probing of `managed` entries

  bool operator==(const NeighborParameters&) const = default;
};

[[nodiscard]] constexpr NeighborParameters ipv6_neighbor_defaults() noexcept {
  NeighborParameters parameters;
  parameters.locktime = Duration{};
  return parameters;
}

// One family's table: net/ipv4/neigh/default/gc_*.
struct NeighborGcParameters {
  std::uint32_t gc_thresh1 = 128;                   // below it nothing is collected periodically
  std::uint32_t gc_thresh2 = 512;                   // above it a new entry may cost an old one
  std::uint32_t gc_thresh3 = 1024;                  // no more entries than this
  Duration gc_interval = std::chrono::seconds{30};  // vestigial in Linux: base_reachable_time / 2 decides

  bool operator==(const NeighborGcParameters&) const = default;
};

// net/ipv4/conf/IFACE/, with `all` and IFACE already put together as Linux does (max, or, and).
struct ArpParameters {
  bool forwarding = false;
  std::uint8_t arp_ignore = 0;
  std::uint8_t arp_announce = 0;
  bool arp_filter = false;
  std::uint8_t arp_accept = 0;
  std::uint8_t arp_notify = 0;
  bool arp_evict_nocarrier = true;
  bool drop_gratuitous_arp = false;
  bool proxy_arp = false;
  bool proxy_arp_pvlan = false;
  bool route_localnet = false;
  std::uint8_t rp_filter = 0;

  bool operator==(const ArpParameters&) const = default;
};

// net/ipv6/conf/IFACE/, likewise.
struct NdpParameters {
  bool forwarding = false;
  std::uint8_t accept_ra = 1;
  bool accept_redirects = true;
  std::uint8_t accept_untracked_na = 0;
  bool drop_unsolicited_na = false;
  bool ndisc_notify = false;
  bool ndisc_evict_nocarrier = true;
  bool suppress_frag_ndisc = true;
  bool proxy_ndp = false;
  std::uint8_t accept_dad = 1;
  std::uint32_t dad_transmits = 1;
  bool enhanced_dad = true;
  bool optimistic_dad = false;
  bool use_optimistic = false;

  bool operator==(const NdpParameters&) const = default;
};

struct LinkParameters {
  NeighborParameters ipv4{};
  NeighborParameters ipv6 = ipv6_neighbor_defaults();
  NeighborGcParameters gc_ipv4{};
  NeighborGcParameters gc_ipv6{};
  ArpParameters arp{};
  NdpParameters ndp{};

  [[nodiscard]] const NeighborParameters& of(Family family) const noexcept {
    return family == Family::ipv4 ? ipv4 : ipv6;
  }
  [[nodiscard]] NeighborParameters& of(Family family) noexcept { return family == Family::ipv4 ? ipv4 : ipv6; }
  [[nodiscard]] const NeighborGcParameters& gc(Family family) const noexcept {
    return family == Family::ipv4 ? gc_ipv4 : gc_ipv6;
  }
  bool operator==(const LinkParameters&) const = default;
};

enum class ParameterUnit : std::uint8_t {
  milliseconds,
  seconds,
  hundredths,
  jiffies,
  octets,
  packets,
  count,
  level,
  on_off
};
[[nodiscard]] std::string_view to_string(ParameterUnit unit) noexcept;  // "ms", "s", "1/100 s", ...

// How Linux joins conf/all with conf/IFACE.
enum class ParameterScope : std::uint8_t {
  interface,  // IFACE alone
  all_max,    // the greater of all and IFACE
  all_or,     // on when either is
  all_and,    // on when both are
  table,      // neigh/default only, for all interfaces and namespaces
};

// A sysctl. `path` has IFACE where the interface's name stands: "net/ipv4/neigh/IFACE/base_reachable_time_ms".
struct ParameterInfo {
  std::string_view path{};
  Family family = Family::ipv4;
  ParameterUnit unit = ParameterUnit::count;
  ParameterScope scope = ParameterScope::interface;
  std::string_view fallback{};                                    // the default, as the sysctl file reads: "30000"
  std::string_view meaning{};                                     // one sentence without a full stop
  bool deprecated = false;                                        // another row is the one to use
  std::string (*read)(const LinkParameters&) = nullptr;           // none: the engine has no use for it
  bool (*write)(LinkParameters&, std::uint64_t value) = nullptr;  // false: out of range

  // The last part of the path.
  [[nodiscard]] constexpr std::string_view name() const noexcept { return path.substr(path.rfind('/') + 1); }
};

// Every neigh and arp/ndisc sysctl of nud.md section 3, IPv4 first; the order in which lists show them.
[[nodiscard]] std::span<const ParameterInfo> parameter_table() noexcept;

// By path with the interface's name, IFACE, all or default in its place, slashes or dots:
// "net.ipv4.neigh.eth0.retrans_time_ms".
[[nodiscard]] const ParameterInfo* find_parameter(std::string_view path) noexcept;

// The interface's name in such a path, dots for sysctl(8)'s slashes: "eth0.100", "default". Empty where it is none.
[[nodiscard]] std::string parameter_interface(std::string_view path);
// "net/ipv4/neigh/eth0/retrans_time_ms".
[[nodiscard]] std::string parameter_path(const ParameterInfo& info, std::string_view interface);

// Sets one by such a path, from the text that one would write to the file. Errors (usage) name the path and what is
// wrong.
[[nodiscard]] std::expected<void, Error> set_parameter(LinkParameters& parameters, std::string_view path,
                                                       std::string_view value);

}  // namespace onlink::inline v0

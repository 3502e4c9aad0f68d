// SPDX-License-Identifier: Apache-2.0
// The parameters by which the kernel runs its neighbour tables, as it tells them over netlink (RTM_GETNEIGHTBL): those
// of /proc/sys/net/ipv4/neigh/ and net/ipv6/neigh/, and what stands in no file: the reachable time that it has drawn
// for each interface, and its counters. Needs no privilege.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

// One family on one interface.
struct NeighborTimes {
  Family family = Family::ipv4;
  int interface = 0;          // 0: what a new interface starts with
  Duration reachable_time{};  // drawn from 0.5 to 1.5 times base_reachable_time, for all entries of the interface
  Duration base_reachable_time{};
  Duration retrans_time{};
  Duration gc_stale_time{};
  Duration delay_first_probe_time{};
  Duration locktime{};
  Duration anycast_delay{};
  Duration proxy_delay{};
  Duration interval_probe_time{};
  std::uint32_t app_solicit = 0;
  std::uint32_t ucast_solicit = 0;
  std::uint32_t mcast_solicit = 0;
  std::uint32_t mcast_resolicit = 0;
  std::uint32_t unres_qlen = 0;        // packets
  std::uint32_t unres_qlen_bytes = 0;  // octets
  std::uint32_t proxy_qlen = 0;

  bool operator==(const NeighborTimes&) const = default;
};

// One family's table, of all network namespaces together.
struct NeighborTableState {
  Family family = Family::ipv4;
  std::uint32_t entries = 0;  // that count against gc_thresh1 to 3
  std::uint32_t gc_thresh1 = 0;
  std::uint32_t gc_thresh2 = 0;
  std::uint32_t gc_thresh3 = 0;
  Duration gc_interval{};
  Duration last_flush{};  // how long ago entries were last collected by force
  std::uint64_t allocations = 0;
  std::uint64_t destroys = 0;
  std::uint64_t lookups = 0;
  std::uint64_t hits = 0;
  std::uint64_t failed_resolutions = 0;
  std::uint64_t periodic_gc_runs = 0;
  std::uint64_t forced_gc_runs = 0;
  std::uint64_t table_fulls = 0;  // entries refused because the table was full

  bool operator==(const NeighborTableState&) const = default;
};

// Of every interface and family, and the two defaults (interface 0; in the initial network namespace only).
[[nodiscard]] std::expected<std::vector<NeighborTimes>, Error> neighbor_times(Netlink& netlink);
// Of one; nothing when the interface does not speak the family.
[[nodiscard]] std::expected<std::optional<NeighborTimes>, Error> neighbor_times(Netlink& netlink, int interface,
                                                                                Family family);
[[nodiscard]] std::expected<std::vector<NeighborTableState>, Error> neighbor_tables(Netlink& netlink);

}  // namespace onlink::inline v0::kernel

// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/neighbor_tables.hpp"

#include <algorithm>
#include <chrono>

#include "onlink/kernel/neighbor_message.hpp"
#include "onlink/kernel/netlink_message.hpp"

namespace onlink::inline v0::kernel {
namespace {

using TableAttributes = Attributes<NDTA_MAX>;
using ParameterAttributes = Attributes<NDTPA_MAX>;

template <std::size_t Max>
Duration milliseconds(const Attributes<Max>& attributes, std::size_t type) noexcept {
  const auto value = attributes.template value<std::uint64_t>(type).value_or(0);
  const auto longest = static_cast<std::uint64_t>(longest_duration / std::chrono::milliseconds{1});
  return std::chrono::milliseconds{std::min(value, longest)};
}

std::optional<Family> family_of(const nlmsghdr& message) noexcept {
  if (message.nlmsg_type != RTM_NEWNEIGHTBL || mnl_nlmsg_get_payload_len(&message) < sizeof(ndtmsg)) {
    return std::nullopt;
  }
  const auto family = payload_of<ndtmsg>(message).ndtm_family;
  if (family == AF_INET) return Family::ipv4;
  if (family == AF_INET6) return Family::ipv6;
  return std::nullopt;
}

std::optional<NeighborTimes> parse_times(const nlmsghdr& message) {
  const auto family = family_of(message);
  if (!family) return std::nullopt;
  const TableAttributes table(message, sizeof(ndtmsg));
  if (table[NDTA_PARMS] == nullptr) return std::nullopt;
  const ParameterAttributes all(table[NDTA_PARMS]);
  const auto count = [&all](std::size_t type) { return all.value<std::uint32_t>(type).value_or(0); };
  return NeighborTimes{.family = *family,
                       .interface = static_cast<int>(count(NDTPA_IFINDEX)),
                       .reachable_time = milliseconds(all, NDTPA_REACHABLE_TIME),
                       .base_reachable_time = milliseconds(all, NDTPA_BASE_REACHABLE_TIME),
                       .retrans_time = milliseconds(all, NDTPA_RETRANS_TIME),
                       .gc_stale_time = milliseconds(all, NDTPA_GC_STALETIME),
                       .delay_first_probe_time = milliseconds(all, NDTPA_DELAY_PROBE_TIME),
                       .locktime = milliseconds(all, NDTPA_LOCKTIME),
                       .anycast_delay = milliseconds(all, NDTPA_ANYCAST_DELAY),
                       .proxy_delay = milliseconds(all, NDTPA_PROXY_DELAY),
                       .interval_probe_time = milliseconds(all, NDTPA_INTERVAL_PROBE_TIME_MS),
                       .app_solicit = count(NDTPA_APP_PROBES),
                       .ucast_solicit = count(NDTPA_UCAST_PROBES),
                       .mcast_solicit = count(NDTPA_MCAST_PROBES),
                       .mcast_resolicit = count(NDTPA_MCAST_REPROBES),
                       .unres_qlen = count(NDTPA_QUEUE_LEN),
                       .unres_qlen_bytes = count(NDTPA_QUEUE_LENBYTES),
                       .proxy_qlen = count(NDTPA_PROXY_QLEN)};
}

// The first message of each family's, before those of its interfaces.
std::optional<NeighborTableState> parse_table(const nlmsghdr& message) {
  const auto family = family_of(message);
  if (!family) return std::nullopt;
  const TableAttributes table(message, sizeof(ndtmsg));
  const auto config = table.value<ndt_config>(NDTA_CONFIG);
  if (!config) return std::nullopt;
  const auto count = [&table](std::size_t type) { return table.value<std::uint32_t>(type).value_or(0); };
  const auto statistics = table.value<ndt_stats>(NDTA_STATS).value_or(ndt_stats{});
  return NeighborTableState{.family = *family,
                            .entries = config->ndtc_entries,
                            .gc_thresh1 = count(NDTA_THRESH1),
                            .gc_thresh2 = count(NDTA_THRESH2),
                            .gc_thresh3 = count(NDTA_THRESH3),
                            .gc_interval = milliseconds(table, NDTA_GC_INTERVAL),
                            .last_flush = std::chrono::milliseconds{config->ndtc_last_flush},
                            .allocations = statistics.ndts_allocs,
                            .destroys = statistics.ndts_destroys,
                            .lookups = statistics.ndts_lookups,
                            .hits = statistics.ndts_hits,
                            .failed_resolutions = statistics.ndts_res_failed,
                            .periodic_gc_runs = statistics.ndts_periodic_gc_runs,
                            .forced_gc_runs = statistics.ndts_forced_gc_runs,
                            .table_fulls = statistics.ndts_table_fulls};
}

template <class Value, class Parse>
std::expected<std::vector<Value>, Error> list(Netlink& netlink, Parse parse) {
  Request request(RTM_GETNEIGHTBL, NLM_F_DUMP);
  request.payload<ndtmsg>();
  return dump<Value>(netlink, request, "list neighbour parameters", parse);
}

}  // namespace

std::expected<std::vector<NeighborTimes>, Error> neighbor_times(Netlink& netlink) {
  return list<NeighborTimes>(netlink, parse_times);
}

std::expected<std::optional<NeighborTimes>, Error> neighbor_times(Netlink& netlink, int interface, Family family) {
  const auto all = neighbor_times(netlink);
  if (!all) return std::unexpected(all.error());
  const auto found = std::ranges::find_if(
      *all, [&](const NeighborTimes& times) { return times.interface == interface && times.family == family; });
  return found == all->end() ? std::nullopt : std::optional{*found};
}

std::expected<std::vector<NeighborTableState>, Error> neighbor_tables(Netlink& netlink) {
  return list<NeighborTableState>(netlink, parse_table);
}

}  // namespace onlink::inline v0::kernel

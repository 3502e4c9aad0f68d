// SPDX-License-Identifier: Apache-2.0
// A neighbour cache for both families on one link: ARP (RFC 826) and Neighbor Discovery (RFC 4861) as Linux does them,
// for any network stack in user space. One cache is one interface's; it is an Engine, so a driver or a simulator runs
// it.
//
//   NeighborCache cache({.host = {.mac = ours, .addresses = {...}}, .seed = seed});
//   cache.start(now, output);                                  // notifies and checks addresses, where asked to
//   cache.send(now, {.next_hop = ip, .packet = ip_packet}, output);  // frames and events are in `output`
//   cache.on_packet(now, packet, output);                      // every frame that arrives
//   while (cache.next_deadline() <= now) cache.on_deadline(now, output);
//
// Same calls, same seed: same frames and events, octet by octet. No call does more than a bounded batch of work: when
// more is due, next_deadline() is not later than `now`, and on_deadline() is called again. Memory is bounded by the gc
// thresholds of both families (entries), unres_qlen_bytes (packets) and the limits below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "onlink/engine/engine.hpp"
#include "onlink/engine/host_view.hpp"
#include "onlink/engine/neighbor_parameters.hpp"
#include "onlink/engine/neighbor_rules.hpp"
#include "onlink/engine/neighbor_table.hpp"
#include "onlink/engine/next_hop.hpp"
#include "onlink/engine/router_list.hpp"

namespace onlink::inline v0 {

struct NeighborCacheConfig {
  HostView host{};
  LinkParameters parameters{};
  NeighborRules rules = NeighborRules::strict();
  std::uint32_t packet_overhead =
      768;  // what a queued packet costs besides its octets (Linux: 2,304 of truesize at least)
  std::size_t queued_octets = 64U << 20U;  // of all entries' packets together, by that cost
  std::size_t max_routers = 16;            // default routers, on-link prefixes and redirected destinations kept
  std::size_t max_prefixes = 64;
  std::size_t max_redirects = 1024;
  std::uint64_t seed = 0;
  // Linux's drawn reachable time, for runs beside a kernel; none: drawn from base_reachable_time, again every 300 s.
  std::optional<Duration> reachable_time_ipv4{};
  std::optional<Duration> reachable_time_ipv6{};
};

class NeighborCache {
 public:
  explicit NeighborCache(NeighborCacheConfig config);
  NeighborCache(NeighborCache&&) noexcept;
  NeighborCache& operator=(NeighborCache&&) noexcept;
  ~NeighborCache();

  // --- the engine ---
  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // --- sending ---
  // To a group or a broadcast address at once, and without an entry: its MAC is known. A cookie of all ones is the
  // cache's own.
  SendResult send(Instant now, const PacketToSend& packet, Output& output);
  // Which neighbour a destination goes to; from routes, on-link prefixes, redirects and default routers.
  [[nodiscard]] NextHop next_hop(Instant now, const IpAddress& destination) const;
  // The fast path of a stack that builds its own frames: the MAC when the entry is usable without further ado
  // (REACHABLE, PERMANENT, NOARP). Otherwise none, and send() it is.
  [[nodiscard]] std::optional<MacAddress> find_connected(const IpAddress& address) const noexcept {
    std::optional<MacAddress> mac(std::in_place);
    if (!find_connected(address, *mac)) mac.reset();
    return mac;
  }
  // An upper layer knows that packets to this neighbour arrive (RFC 4861 section 7.3.1).
  void confirm(Instant now, const IpAddress& address, Output& output);

  // --- administration ---
  AdminResult admin(Instant now, const AdminRequest& request, Output& output);
  [[nodiscard]] std::optional<NeighborEntry> find(const IpAddress& address) const;
  // Every entry of a family, in the order of NeighborTable::for_each. The callee must not change the cache.
  void for_each(Family family, const std::function<void(const NeighborEntry&)>& visit) const;
  [[nodiscard]] std::size_t size(Family family) const noexcept;
  [[nodiscard]] const NeighborCounters& counters(Family family) const noexcept;

  // --- the link and the host ---
  // At the beginning, once: the link is up. Checks tentative addresses, and tells the neighbours of ours where
  // arp_notify or ndisc_notify say so.
  void start(Instant now, Output& output);
  void on_link(Instant now, LinkChange change, Output& output);
  void set_mac(Instant now, const MacAddress& mac, Output& output);
  // Adds an address (then checks it, when it is tentative) or takes it away.
  void add_address(Instant now, const HostAddress& address, Output& output);
  void remove_address(Instant now, const IpAddress& address, Output& output);
  // Replaces all of the host but its MAC and its addresses on this link.
  void set_host(Instant now, HostView host, Output& output);
  [[nodiscard]] const HostView& host() const noexcept;
  void set_parameters(Instant now, const LinkParameters& parameters, Output& output);
  [[nodiscard]] const LinkParameters& parameters() const noexcept;      // as Router Advertisements left them
  [[nodiscard]] Duration reachable_time(Family family) const noexcept;  // the one that is drawn

  [[nodiscard]] const std::vector<DefaultRouter>& default_routers() const noexcept;
  [[nodiscard]] const std::vector<OnLinkPrefix>& on_link_prefixes() const noexcept;

 private:
  // Writes into the caller's optional: g++ copies one that is returned in pieces that overlap, which waits for all that
  // came before, so that two lookups would not run side by side.
  bool find_connected(const IpAddress& address, MacAddress& mac) const noexcept;

  struct State;
  std::unique_ptr<State> state_;
};

static_assert(Engine<NeighborCache>);

}  // namespace onlink::inline v0

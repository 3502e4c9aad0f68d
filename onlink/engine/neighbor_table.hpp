// SPDX-License-Identifier: Apache-2.0
// The neighbour table and its state machine (nud.hpp): entries, their three times, queued packets, timers and garbage
// collection, as Linux's neighbour.c has them. It knows no packet format: receive rules turn a packet into a Learned,
// and what must leave comes out as Solicit and Transmit. NeighborCache is the table with ARP and NDP around it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/nud_state.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/neighbor_event.hpp"
#include "onlink/engine/neighbor_parameters.hpp"
#include "onlink/engine/neighbor_rules.hpp"

namespace onlink::inline v0 {

// Whether a packet's MAC may replace another one that is known.
enum class MacOverride : std::uint8_t {
  never,
  doubt,        // no, but a different one makes a connected entry STALE (Linux: WEAK_OVERRIDE; NA with O = 0)
  if_unlocked,  // once `locktime` has passed since the last change (ARP)
  always,
};

// What a received packet says about a neighbour; the update rule decides what becomes of it.
struct Learned {
  IpAddress address;
  std::optional<MacAddress> mac{};   // none: the one that is known is meant
  NudState state = NudState::stale;  // REACHABLE: it answered us; STALE: it exists
  MacOverride may_override = MacOverride::never;
  bool create = false;           // an unknown neighbour gets an entry
  bool revive_failed = true;     // false: FAILED counts as unknown (an NA; D11)
  std::optional<bool> router{};  // sets or clears the router flag
  NeighborCause cause = NeighborCause::arp_reply;
};

enum class LearnResult : std::uint8_t { unknown, known, created, table_full };

// A row, as a value. Times are Linux's `confirmed`, `used`, `updated`.
struct NeighborEntry {
  IpAddress address;
  NudState state = NudState::none;
  std::optional<MacAddress> mac{};
  bool router = false;
  bool externally_learned = false;  // NTF_EXT_LEARNED: exempt from garbage collection
  bool managed = false;             // NTF_MANAGED: kept resolved
  bool validated = false;           // NTF_EXT_VALIDATED: STALE instead of FAILED
  std::uint8_t probes = 0;
  std::uint32_t queued = 0;  // packets
  Instant confirmed{};
  Instant used{};
  Instant updated{};
  std::optional<Instant> deadline{};

  bool operator==(const NeighborEntry&) const = default;
};

// By hand, as `ip neigh` does (RTM_NEWNEIGH, RTM_DELNEIGH).
enum class AdminVerb : std::uint8_t { add, change, replace, remove };
struct AdminRequest {
  AdminVerb verb = AdminVerb::add;
  IpAddress address;
  std::optional<MacAddress> mac{};
  NudState state = NudState::permanent;
  std::optional<bool> router{};
  bool externally_learned = false;
  bool managed = false;
  bool use = false;  // NTF_USE: as if a packet were sent
  bool validated = false;
};
enum class AdminResult : std::uint8_t {
  done,
  exists,
  absent,
  mac_missing,
  table_full,
  invalid
};  // EEXIST, ENOENT, EINVAL, ENOBUFS, EINVAL

enum class LinkChange : std::uint8_t {
  carrier_lost,
  carrier_back,
  down,
  up,
  arp_off,  // IFF_NOARP: no resolution on this link
  arp_on,
  last_address_removed,  // of IPv4
};

// An IP packet that has its next hop. The link-layer header is ours.
struct PacketToSend {
  IpAddress next_hop;
  Bytes packet;                            // IP header and all; copied when it must wait
  std::uint64_t cookie = 0;                // comes back in SendFailed
  bool confirms = false;                   // an upper layer makes progress with this neighbour (MSG_CONFIRM)
  std::optional<MacAddress> source_mac{};  // none: the host's
};

enum class SendResult : std::uint8_t {
  sent,     // the frame is in `output`
  queued,   // it waits for the answer to a solicitation
  dropped,  // a SendFailed in `output` says why
};

struct NeighborCounters {  // Linux's ndisc_cache/arp_cache statistics, by their names
  std::uint64_t allocs = 0, destroys = 0, lookups = 0, hits = 0, res_failed = 0, forced_gc_runs = 0,
                periodic_gc_runs = 0, unresolved_discards = 0, table_fulls = 0;
  bool operator==(const NeighborCounters&) const = default;
};

// Asks for a neighbour: by a frame to `mac`, which is the one that is known, or without one to everybody (ARP by
// broadcast, NS to the solicited-node group).
struct Solicitation {
  IpAddress address;
  std::optional<MacAddress> mac{};
  Bytes newest;  // of the packets that wait, empty when none does: its source is the one to ask from (section 7.3)
};

// A packet leaves for a neighbour whose MAC is known.
struct Transmission {
  IpAddress address;
  MacAddress mac;
  Bytes packet;
  std::optional<MacAddress> source_mac{};  // none: the host's
};

// What the table sends through, and where it learns which addresses are never asked for. Its owner's functions, called
// with `owner`; they may not call the table.
struct NeighborLink {
  void* owner = nullptr;
  void (*solicit)(void* owner, Instant now, const Solicitation& solicitation, Output& output) = nullptr;
  void (*transmit)(void* owner, Instant now, const Transmission& transmission, Output& output) = nullptr;
  // The MAC of an address that needs no resolution (a group, a broadcast, all of them while ARP is off): its entry is
  // NOARP from the beginning. None: it must be asked for.
  std::optional<MacAddress> (*fixed_mac)(void* owner, const IpAddress& address) = nullptr;
};

struct NeighborTableConfig {
  LinkParameters parameters{};
  NeighborRules rules = NeighborRules::strict();
  std::uint32_t packet_overhead = 768;     // what a queued packet costs besides its octets
  std::size_t queued_octets = 64U << 20U;  // of all entries' packets together, by that cost
  std::uint64_t seed = 0;
  // One for each family in the order of Family: the drawn reachable time; none: it is drawn from base_reachable_time.
  std::array<std::optional<Duration>, 2> reachable_time{};
};

// No call does more than a bounded batch: when more is due, next_deadline() is not later than the `now` of the last
// call, and on_deadline() goes on. Entries that a flush removes are gone for every caller at once; their
// NeighborRemoved events come batch by batch.
class NeighborTable {
 public:
  NeighborTable(const NeighborTableConfig& config, const NeighborLink& link);
  NeighborTable(NeighborTable&&) noexcept;
  NeighborTable& operator=(NeighborTable&&) noexcept;
  ~NeighborTable();

  LearnResult learn(Instant now, const Learned& learned, Output& output);
  SendResult send(Instant now, const PacketToSend& packet, Output& output);
  void confirm(Instant now, const IpAddress& address, Output& output);
  AdminResult admin(Instant now, const AdminRequest& request, Output& output);
  // A change of the link takes the family's entries away: on carrier_lost all but PERMANENT (and validated) ones, else
  // all of them. REQUIRES: `cause` is carrier_lost, link_down, own_mac_changed, arp_switched or last_address_removed.
  void flush(Instant now, Family family, NeighborCause cause, Output& output);

  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // The MAC of an entry that packets go to without further ado (REACHABLE, PERMANENT, NOARP).
  [[nodiscard]] std::optional<MacAddress> find_connected(const IpAddress& address) const noexcept {
    const MacAddress* mac = connected_mac(address);
    return mac == nullptr ? std::nullopt : std::optional{*mac};
  }
  // Likewise where it lies, until the table's next change; null: none.
  [[nodiscard]] const MacAddress* connected_mac(const IpAddress& address) const noexcept;
  [[nodiscard]] std::optional<NeighborEntry> find(const IpAddress& address) const;
  // Every entry of a family: those that garbage collection may take first, each of both parts oldest first. The callee
  // must not change the table.
  void for_each(Family family, const std::function<void(const NeighborEntry&)>& visit) const;
  [[nodiscard]] std::size_t size(Family family) const noexcept;
  [[nodiscard]] const NeighborCounters& counters(Family family) const noexcept;
  [[nodiscard]] Duration reachable_time(Family family) const noexcept;

  // Another base_reachable_time draws the reachable time anew.
  void set_parameters(Instant now, const LinkParameters& parameters);
  [[nodiscard]] const LinkParameters& parameters() const noexcept;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace onlink::inline v0

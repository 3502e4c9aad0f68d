// SPDX-License-Identifier: Apache-2.0
// The neighbour table and its state machine (nud.hpp): entries, their three times, queued packets, timers and garbage
// collection, as Linux's neighbour.c has them. It knows no packet format: receive rules turn a packet into a Learned,
// and what must leave comes out as Solicit and Transmit. NeighborCache is the table with ARP and NDP around it.
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/nud_state.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/neighbor_event.hpp"

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

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// What a NeighborCache reports: every change of an entry with its cause, packets that could not be sent, and what the
// link's routers and other owners of our addresses made known.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/nud_state.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// Why an entry came, changed or went.
enum class NeighborCause : std::uint8_t {
  packet_sent,             // something was sent to the neighbour
  arp_reply,               // by unicast
  arp_broadcast_reply,     // sent to a group: nobody asked for it
  arp_request,             // its sender is the neighbour
  gratuitous_arp,          // sender and target protocol address are the neighbour's (RFC 5227 announcement)
  neighbor_advertisement,  // RFC 4861 section 7.2.5
  neighbor_solicitation,   // section 7.2.3
  router_solicitation,     // section 6.2.6
  router_advertisement,    // section 6.3.4
  redirect,                // section 8.3
  confirmation,            // from an upper layer (section 7.3.1)
  timer,                   // a deadline passed
  unanswered,              // the last solicitation brought nothing
  administration,          // somebody said so
  garbage_collection,      // idle, periodically
  table_pressure,          // made room for another (forced garbage collection)
  carrier_lost,
  link_down,
  own_mac_changed,
  arp_switched,  // IFF_NOARP was set or cleared
  last_address_removed,
};
[[nodiscard]] std::string_view to_string(NeighborCause cause) noexcept;  // "packet-sent", "arp-reply", ...

// A new entry, another state, another MAC, another router flag. A new entry has before == NudState::none and created.
struct NeighborChanged {
  Instant time;
  IpAddress address;
  NudState before = NudState::none;
  NudState after = NudState::none;
  std::optional<MacAddress> mac_before{};
  std::optional<MacAddress> mac{};
  bool created = false;
  bool router = false;
  bool announced = true;  // Linux tells its netlink listeners of it; of a send through STALE it does not
  NeighborCause cause = NeighborCause::timer;
};

struct NeighborRemoved {
  Instant time;
  IpAddress address;
  NudState state = NudState::none;  // the one that it had
  std::optional<MacAddress> mac{};
  NeighborCause cause = NeighborCause::administration;
  bool router = false;
};

enum class SendFailure : std::uint8_t {
  unreachable,      // nobody answered: EHOSTUNREACH, ICMP host unreachable (RFC 4861 section 7.2.2)
  queue_full,       // pushed out by a newer packet for the same neighbour
  entry_removed,    // the entry went while the packet waited: the link went down, it was deleted
  no_solicitation,  // mcast_solicit and app_solicit are both 0: dropped without an error, as Linux does
  table_full,       // no entry could be made: ENOBUFS
};
[[nodiscard]] std::string_view to_string(SendFailure failure) noexcept;

// A packet given to send() will not leave. `reported`: its sender is told; the others are only counted.
struct SendFailed {
  Instant time;
  IpAddress next_hop;
  std::uint64_t cookie = 0;  // as given to send()
  SendFailure reason = SendFailure::unreachable;
  bool reported = true;
};

// A round of app_solicit: user space is asked to resolve the address.
struct ResolutionWanted {
  Instant time;
  IpAddress address;
  std::optional<MacAddress> mac{};  // the one that is in doubt
};

// No room for a new entry, not even after forced collection.
struct NeighborTableFull {
  Instant time;
  Family family = Family::ipv4;
};

// Another station uses an address of ours: RFC 5227 section 2.4, RFC 4862 section 5.4. The cache does nothing about it.
struct AddressConflict {
  Instant time;
  IpAddress address;
  MacAddress mac;
};

// Duplicate address detection of one of our addresses is over (RFC 4862 section 5.4).
struct AddressVerified {
  Instant time;
  Ipv6Address address;
  bool duplicate = false;
  std::optional<MacAddress> owner{};  // when duplicate and it told
};

// The default-router list (RFC 4861 section 6.3.4) or the prefix list changed, or a redirect was believed.
struct RouterChanged {
  Instant time;
  Ipv6Address router;
  bool present = false;
  Duration lifetime{};
};
struct OnLinkPrefixChanged {
  Instant time;
  Prefix prefix;
  bool present = false;
  Duration lifetime{};
};
struct Redirected {
  Instant time;
  Ipv6Address destination;
  Ipv6Address next_hop;  // the destination itself when it is on-link
};
// A Router Advertisement changed the interface's times.
struct ParametersLearned {
  Instant time;
  Ipv6Address router;
  Duration base_reachable_time{};
  Duration retrans_time{};
};

}  // namespace onlink::inline v0

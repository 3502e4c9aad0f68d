// SPDX-License-Identifier: Apache-2.0
#include "onlink/c/convert.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace onlink::inline v0::c {

namespace {

constexpr std::array<std::pair<NudState, onlink_nud_state>, 9> states{{
    {NudState::none, ONLINK_NUD_NONE},
    {NudState::incomplete, ONLINK_NUD_INCOMPLETE},
    {NudState::reachable, ONLINK_NUD_REACHABLE},
    {NudState::stale, ONLINK_NUD_STALE},
    {NudState::delay, ONLINK_NUD_DELAY},
    {NudState::probe, ONLINK_NUD_PROBE},
    {NudState::failed, ONLINK_NUD_FAILED},
    {NudState::noarp, ONLINK_NUD_NOARP},
    {NudState::permanent, ONLINK_NUD_PERMANENT},
}};

void put_mac(const std::optional<MacAddress>& from, int& has_mac, std::uint8_t (&mac)[6]) noexcept {
  has_mac = from ? 1 : 0;
  if (from) std::ranges::copy(from->octets, mac);
}

onlink_event event_of(onlink_event_kind kind, Instant time, const IpAddress& address) noexcept {
  onlink_event event{};
  event.kind = kind;
  event.time = time.time_since_epoch().count();
  event.address = to_c(address);
  event.reason = "";
  return event;
}

struct Converter {
  std::optional<onlink_event> operator()(const NeighborChanged& changed) const noexcept {
    onlink_event event = event_of(ONLINK_NEIGHBOR_CHANGED, changed.time, changed.address);
    event.before = to_c(changed.before);
    event.after = to_c(changed.after);
    event.router = changed.router ? 1 : 0;
    event.reason = to_string(changed.cause).data();
    put_mac(changed.mac, event.has_mac, event.mac);
    return event;
  }
  std::optional<onlink_event> operator()(const NeighborRemoved& removed) const noexcept {
    onlink_event event = event_of(ONLINK_NEIGHBOR_REMOVED, removed.time, removed.address);
    event.before = to_c(removed.state);
    event.reason = to_string(removed.cause).data();
    put_mac(removed.mac, event.has_mac, event.mac);
    return event;
  }
  std::optional<onlink_event> operator()(const SendFailed& failed) const noexcept {
    onlink_event event = event_of(ONLINK_SEND_FAILED, failed.time, failed.next_hop);
    event.cookie = failed.cookie;
    event.reason = to_string(failed.reason).data();
    return event;
  }
  std::optional<onlink_event> operator()(const ResolutionWanted& wanted) const noexcept {
    return event_of(ONLINK_RESOLUTION_WANTED, wanted.time, wanted.address);
  }
  std::optional<onlink_event> operator()(const NeighborTableFull& full) const noexcept {
    const IpAddress any = full.family == Family::ipv4 ? IpAddress{Ipv4Address{}} : IpAddress{Ipv6Address{}};
    return event_of(ONLINK_TABLE_FULL, full.time, any);
  }
  std::optional<onlink_event> operator()(const AddressConflict& conflict) const noexcept {
    onlink_event event = event_of(ONLINK_ADDRESS_CONFLICT, conflict.time, conflict.address);
    put_mac(conflict.mac, event.has_mac, event.mac);
    return event;
  }
  std::optional<onlink_event> operator()(const AddressVerified& verified) const noexcept {
    onlink_event event = event_of(ONLINK_ADDRESS_VERIFIED, verified.time, verified.address);
    event.duplicate = verified.duplicate ? 1 : 0;
    put_mac(verified.owner, event.has_mac, event.mac);
    return event;
  }
  template <class Other>
  std::optional<onlink_event> operator()(const Other&) const noexcept {
    return std::nullopt;
  }
};

}  // namespace

onlink_ip to_c(const IpAddress& address) noexcept {
  onlink_ip ip{};
  ip.family = address.is_ipv4() ? ONLINK_IPV4 : ONLINK_IPV6;
  std::ranges::copy(address.octets(), ip.octets);
  return ip;
}

onlink_nud_state to_c(NudState state) noexcept {
  return std::ranges::find(states, state, &std::pair<NudState, onlink_nud_state>::first)->second;
}

onlink_neighbor_entry to_c(const NeighborEntry& entry) noexcept {
  onlink_neighbor_entry converted{};
  converted.address = to_c(entry.address);
  converted.state = to_c(entry.state);
  put_mac(entry.mac, converted.has_mac, converted.mac);
  converted.router = entry.router ? 1 : 0;
  converted.queued = entry.queued;
  converted.confirmed = entry.confirmed.time_since_epoch().count();
  converted.used = entry.used.time_since_epoch().count();
  converted.updated = entry.updated.time_since_epoch().count();
  return converted;
}

onlink_next_hop_kind to_c(NextHopKind kind) noexcept {
  switch (kind) {
    case NextHopKind::on_link:
      return ONLINK_ON_LINK;
    case NextHopKind::gateway:
      return ONLINK_GATEWAY;
    case NextHopKind::local:
      return ONLINK_LOCAL;
    case NextHopKind::broadcast:
      return ONLINK_BROADCAST;
    case NextHopKind::multicast:
      return ONLINK_MULTICAST;
    case NextHopKind::other_interface:
      return ONLINK_OTHER_INTERFACE;
    case NextHopKind::no_route:
      break;
  }
  return ONLINK_NO_ROUTE;
}

std::optional<onlink_event> to_c(const Event& event) noexcept { return std::visit(Converter{}, event); }

IpAddress to_cpp(const onlink_ip& ip) noexcept {
  std::array<std::uint8_t, 16> octets{};
  std::ranges::copy(ip.octets, octets.begin());
  return IpAddress::from_octets(ip.family == ONLINK_IPV4 ? Family::ipv4 : Family::ipv6, octets);
}

MacAddress to_cpp(const std::uint8_t* mac) noexcept {
  MacAddress converted{};
  std::copy_n(mac, converted.octets.size(), converted.octets.begin());
  return converted;
}

NudState to_cpp(onlink_nud_state state) noexcept {
  const auto found = std::ranges::find(states, state, &std::pair<NudState, onlink_nud_state>::second);
  return found == states.end() ? NudState::none : found->first;
}

}  // namespace onlink::inline v0::c

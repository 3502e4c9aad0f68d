// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/neighbor_event.hpp"

namespace onlink::inline v0 {

std::string_view to_string(NeighborCause cause) noexcept {
  switch (cause) {
    case NeighborCause::packet_sent:
      return "packet-sent";
    case NeighborCause::arp_reply:
      return "arp-reply";
    case NeighborCause::arp_broadcast_reply:
      return "arp-broadcast-reply";
    case NeighborCause::arp_request:
      return "arp-request";
    case NeighborCause::gratuitous_arp:
      return "gratuitous-arp";
    case NeighborCause::neighbor_advertisement:
      return "neighbor-advertisement";
    case NeighborCause::neighbor_solicitation:
      return "neighbor-solicitation";
    case NeighborCause::router_solicitation:
      return "router-solicitation";
    case NeighborCause::router_advertisement:
      return "router-advertisement";
    case NeighborCause::redirect:
      return "redirect";
    case NeighborCause::confirmation:
      return "confirmation";
    case NeighborCause::timer:
      return "timer";
    case NeighborCause::unanswered:
      return "unanswered";
    case NeighborCause::administration:
      return "administration";
    case NeighborCause::garbage_collection:
      return "garbage-collection";
    case NeighborCause::table_pressure:
      return "table-pressure";
    case NeighborCause::carrier_lost:
      return "carrier-lost";
    case NeighborCause::link_down:
      return "link-down";
    case NeighborCause::own_mac_changed:
      return "own-mac-changed";
    case NeighborCause::arp_switched:
      return "arp-switched";
    case NeighborCause::last_address_removed:
      return "last-address-removed";
  }
  return "unknown";
}

std::string_view to_string(SendFailure failure) noexcept {
  switch (failure) {
    case SendFailure::unreachable:
      return "unreachable";
    case SendFailure::queue_full:
      return "queue-full";
    case SendFailure::entry_removed:
      return "entry-removed";
    case SendFailure::no_solicitation:
      return "no-solicitation";
    case SendFailure::table_full:
      return "table-full";
  }
  return "unknown";
}

}  // namespace onlink::inline v0

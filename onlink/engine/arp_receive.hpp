// SPDX-License-Identifier: Apache-2.0
// What an ARP packet means to a host: the receive gate of Linux (arp_process), row by row in its order, as a pure
// function. RFC 826 asks less and Linux checks more: both MAC addresses of the frame may differ, a reply need not have
// been asked for, a sender may be anybody (RFC 5227, RFC 1812 section 3.3.2: see NeighborRule::station_macs_only).
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/engine/host_view.hpp"
#include "onlink/engine/neighbor_parameters.hpp"
#include "onlink/engine/neighbor_rules.hpp"
#include "onlink/engine/neighbor_table.hpp"
#include "onlink/wire/arp.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

// What receive rules know besides the packet.
struct ReceiveContext {
  const HostView& host;
  const LinkParameters& parameters;
  NeighborRules rules = NeighborRules::strict();
  bool delay_over = false;  // the packet waited in the proxy queue already
};

// Whose address somebody else uses, and who.
struct AddressUse {
  IpAddress address;
  MacAddress mac;
  bool operator==(const AddressUse&) const = default;
};

struct ArpVerdict {
  std::optional<Learned> learned{};
  std::optional<ArpPacket> reply{};
  bool needs_entry = false;  // the reply leaves only if `learned` found an entry: a full table silences the host
  bool delay_reply = false;  // proxied: after a random part of proxy_delay; then the request is received once more
  std::optional<AddressUse> conflict{};
};

// REQUIRES: hears(context.host, ethernet).
[[nodiscard]] ArpVerdict receive_arp(const EthernetHeader& ethernet, const ArpPacket& arp,
                                     const ReceiveContext& context) noexcept;

// The definition of Linux (arp_is_garp): sender and target protocol address are one; a reply has, besides, the sender's
// hardware address as the target's. That the address is plain unicast is the caller's to see.
[[nodiscard]] constexpr bool is_gratuitous(const ArpPacket& arp) noexcept {
  return arp.sender_protocol_addr == arp.target_protocol_addr &&
         (arp.operation != ArpOperation::reply || arp.target_hardware_addr == arp.sender_hardware_addr);
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// Which (address, MAC) pair a packet shows to be in use on the link, if any.
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/engine/event.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {

// By which the sender of an echo request knows the reply to it.
struct EchoLabel {
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
};

struct Sighting {
  IpAddress address;
  MacAddress mac;  // by the protocol's own field, or the frame's source where it has none
  Evidence evidence = Evidence::arp_reply;
  bool router = false;
  std::optional<EchoLabel> echo{};    // of an echo reply
  MacAddress target_hardware_addr{};  // of ARP: whom a reply is for
};

// ARP: the sender of a request or reply; not of a probe. NDP: the target of an advertisement, the source of any other
// message unless ::. ICMPv6 echo replies: the source. Senders that cannot own an address (a group or zero MAC, a
// multicast or unspecified address) show nothing, nor does what comes in LLC/SNAP, which kernels do not hear.
[[nodiscard]] std::optional<Sighting> sighting(const Packet& packet) noexcept;

}  // namespace onlink::inline v0

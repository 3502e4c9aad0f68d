// SPDX-License-Identifier: Apache-2.0
// A frame's bytes to a Packet: the only place that knows which EtherType holds which protocol.
#pragma once

#include <optional>
#include <variant>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/wire/arp.hpp"
#include "onlink/wire/ethernet.hpp"
#include "onlink/wire/icmpv6.hpp"
#include "onlink/wire/ipv4.hpp"
#include "onlink/wire/ipv6.hpp"

namespace onlink::inline v0 {

// A payload that nothing here decodes, or that is not what its type says; then `error` has the reason.
struct Unrecognized {
  std::optional<DecodeError> error{};
  bool operator==(const Unrecognized&) const = default;
};
struct Ipv4Datagram {
  Ipv4Packet ip{};
  bool operator==(const Ipv4Datagram&) const = default;
};
struct Icmpv6Datagram {
  Ipv6Packet ip{};
  Icmpv6Message message{};
  bool operator==(const Icmpv6Datagram&) const = default;
};
struct Ipv6Datagram {
  Ipv6Packet ip{};
  std::optional<DecodeError> error{};  // of the ICMPv6 message in it, where that is why it is decoded no further
  bool operator==(const Ipv6Datagram&) const = default;
};

// Payload alternatives. ArpPacket under EtherType::rarp is RARP; ARP that is not Ethernet/IPv4 is an ArpMessage. What
// came in LLC/SNAP is decoded too (RFC 1042): ethernet.encapsulation tells, and Linux does not act on it.
using Payload = std::variant<Unrecognized, ArpPacket, ArpMessage, Ipv4Datagram, Ipv6Datagram, Icmpv6Datagram>;

struct Packet {
  EthernetHeader ethernet{};
  Payload payload{};
  Bytes frame{};  // all of it, as received; every span inside points here
};

// Never fails as a whole unless the Ethernet header itself cannot be read.
[[nodiscard]] std::expected<Packet, DecodeError> decode(Bytes frame) noexcept;

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// What RARP and InARP bring to light.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

enum class ReverseProtocol : std::uint8_t {
  rarp,   // EtherType 0x8035, to everybody: whoever serves may answer
  inarp,  // EtherType 0x0806, to the station itself: made for links where a circuit stands for a neighbour
};
[[nodiscard]] std::string_view to_string(ReverseProtocol protocol) noexcept;  // "rarp", "inarp", as in JSON

// How an answer relates to those before it for the same MAC address.
enum class ReverseAnswerKind : std::uint8_t {
  first,     // this one counts
  agrees,    // another server says the same
  conflict,  // another address than the first
};

// A server says which IPv4 address a MAC has (RFC 903), or a station says its own (InARP, RFC 2390).
struct ReverseAnswered {
  Instant time;
  ReverseProtocol protocol = ReverseProtocol::rarp;
  ReverseAnswerKind kind = ReverseAnswerKind::first;
  MacAddress mac;  // that was asked about
  Ipv4Address address;
  MacAddress server;                     // who says so; InARP: the station itself
  Ipv4Address server_address{};          // 0.0.0.0: it shows none
  std::optional<Duration> round_trip{};  // none: it cannot be told, for it was asked several times
  VlanStack vlans{};
};

// All tries are over.
struct ReverseSilent {
  Instant time;
  ReverseProtocol protocol = ReverseProtocol::rarp;
  MacAddress mac;
  std::uint32_t tries = 0;
};

enum class ReverseFate : std::uint8_t {
  sent,
  delayed,       // will be sent later
  lost,          // on purpose
  overflowed,    // too many waited
  unknown,       // the MAC is not in the table: no answer
  awaits_retry,  // a secondary server answers the second request
};
[[nodiscard]] std::string_view to_string(ReverseFate fate) noexcept;  // as in JSON

// A server was asked.
struct ReverseServed {
  Instant time;
  ReverseProtocol protocol = ReverseProtocol::rarp;
  ReverseFate fate = ReverseFate::sent;
  MacAddress mac;  // that was asked about
  MacAddress asker;
  Ipv4Address asker_address{};           // 0.0.0.0: it shows none
  std::optional<Ipv4Address> address{};  // none: unknown
  VlanStack vlans{};
};

}  // namespace onlink::inline v0

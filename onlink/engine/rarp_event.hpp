// SPDX-License-Identifier: Apache-2.0
// What RARP and InARP bring to light.
#pragma once

#include <cstdint>
#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// A server says which IPv4 address a MAC has (RFC 903), or a station says its own (InARP, RFC 2390).
struct ReverseAnswered {
  Instant time;
  MacAddress mac;  // that was asked about
  Ipv4Address address;
  MacAddress server;  // who says so; InARP: the station itself
  std::optional<Ipv4Address> server_address{};
  std::optional<Duration> round_trip{};  // none: it was not asked for, or asked twice since
  bool conflict = false;                 // another server said another address before
};

// All tries are over.
struct ReverseSilent {
  Instant time;
  MacAddress mac;
  std::uint32_t tries = 0;
};

// A server was asked; without `address` the MAC is not in its table, and it said nothing.
struct ReverseServed {
  Instant time;
  MacAddress mac;
  MacAddress asker;
  std::optional<Ipv4Address> address{};
};

}  // namespace onlink::inline v0

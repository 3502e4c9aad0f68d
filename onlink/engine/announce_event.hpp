// SPDX-License-Identifier: Apache-2.0
// What an Announcer reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

// The ways to tell a link unasked where an address is, and what Linux makes of them (docs/announce.md).
enum class AnnounceForm : std::uint8_t {
  request,          // ARP request, sender and target protocol address the same, THA zero: RFC 5227 section 2.3
  reply_own,        // ARP reply to everybody, THA = SHA
  reply_zero,       // likewise, THA zero
  reply_broadcast,  // likewise, THA ff:ff:ff:ff:ff:ff
  advertisement,    // unsolicited Neighbor Advertisement to ff02::1: RFC 4861 section 7.2.6
  rarp,             // RARP request that names a MAC and no address: teaches switches only, as hypervisors do
};
[[nodiscard]] std::string_view to_string(AnnounceForm form) noexcept;  // "request", "reply-own", as on the command line

// One announcement left.
struct Announced {
  Instant time;
  AnnounceForm form = AnnounceForm::request;
  std::optional<IpAddress> address{};  // none: RARP's form
  MacAddress mac;
  VlanStack vlans{};
  std::uint32_t round = 0;  // from 1
};

}  // namespace onlink::inline v0

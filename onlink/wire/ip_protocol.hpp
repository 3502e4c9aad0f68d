// SPDX-License-Identifier: Apache-2.0
// IANA protocol numbers, shared by IPv4's protocol field and IPv6's next header; open: any 8-bit value may be held.
#pragma once

#include <cstdint>

namespace onlink::inline v0 {

enum class IpProtocol : std::uint8_t {
  hop_by_hop = 0,
  icmp = 1,
  tcp = 6,
  udp = 17,
  routing = 43,
  fragment = 44,
  authentication = 51,
  icmpv6 = 58,
  no_next_header = 59,
  destination_options = 60,
};

}  // namespace onlink::inline v0

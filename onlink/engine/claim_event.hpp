// SPDX-License-Identifier: Apache-2.0
// What a Claimer reports of the addresses that it claims.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// The address may be used from now on.
struct ClaimReady {
  Instant time;
  IpAddress address;
  bool optimistic = false;  // before the check is over (RFC 4429); a second one follows when it is
};

// Somebody else has the address, or wants it too (`contender`). Before it was ours: it must not be used. While it is
// ours: it was heard and, by the policy or the limit of defences, nothing was done.
struct ClaimConflict {
  Instant time;
  IpAddress address;
  MacAddress mac;
  bool contender = false;
};

// Somebody else uses our address, and was told so by an announcement (RFC 5227 section 2.4).
struct ClaimDefended {
  Instant time;
  IpAddress address;
  MacAddress mac;
};

// The address is ours no longer, and every connection over it must end. Without `mac`: the link went down.
struct ClaimLost {
  Instant time;
  IpAddress address;
  std::optional<MacAddress> mac{};
};

}  // namespace onlink::inline v0

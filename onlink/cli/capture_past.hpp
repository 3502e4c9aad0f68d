// SPDX-License-Identifier: Apache-2.0
// A capture file read once before it is replayed, for what was asked in it.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0::cli {

// `take` gets every packet with those VLAN tags, and when it was captured. Standard input ("-") cannot be read twice:
// its past is unknown, and empty here.
[[nodiscard]] std::expected<void, Error> for_each_packet(const std::string& path, const VlanStack& vlans,
                                                         const std::function<void(const Packet&, Instant)>& take);

}  // namespace onlink::inline v0::cli

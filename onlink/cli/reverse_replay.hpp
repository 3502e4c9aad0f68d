// SPDX-License-Identifier: Apache-2.0
// A capture file as the past of `onlink resolve --reverse` and `--inverse`: which MAC addresses were asked about in it,
// by whom, and when, so that the answers in it can be told from hearsay and have their round-trip times.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/rarp.hpp"

namespace onlink::inline v0::cli {

struct ReverseQuestion {
  MacAddress asker{};
  MacAddress target{};
  Instant first_asked{};  // on the clock of the replay, where the epoch is zero
};

// Of that protocol, with those VLAN tags; each target once, by who asked first. Standard input cannot be read twice:
// its past is unknown, and empty here.
[[nodiscard]] std::expected<std::vector<ReverseQuestion>, Error> read_reverse_past(const std::string& path,
                                                                                   ReverseProtocol protocol,
                                                                                   const VlanStack& vlans);

}  // namespace onlink::inline v0::cli

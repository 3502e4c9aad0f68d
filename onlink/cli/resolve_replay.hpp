// SPDX-License-Identifier: Apache-2.0
// A capture file as the past of `onlink resolve`: who asked for the targets in it, and when, so that the answers in it
// can be told from hearsay and have their round-trip times.
#pragma once

#include <expected>
#include <string>
#include <unordered_map>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/resolve_options.hpp"
#include "onlink/engine/request_frame.hpp"

namespace onlink::inline v0::cli {

struct ReplayPast {
  LinkIdentity asker{};  // of the first request for a target; zero MAC when there is none
  std::unordered_map<IpAddress, Instant> first_asked{};  // on the clock of the replay, where the epoch is zero
};

// Questions with other VLAN tags than `vlans` are not ours. Standard input cannot be read twice: its past is unknown,
// and empty here.
[[nodiscard]] std::expected<ReplayPast, Error> read_past(const std::string& path,
                                                         const std::vector<ResolveTarget>& targets,
                                                         const VlanStack& vlans);

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// Edits of the kernel's neighbour table that are made all or none: what was done is undone when the kernel refuses one,
// or a signal comes. An entry that was there gets its MAC address, state and flags back; its ages begin anew.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/cli/cache_import_plan.hpp"
#include "onlink/kernel/neighbor_mirror.hpp"

namespace onlink::inline v0::cli {

// The rows that edits are compared with, by interface and address.
using EntryIndex = std::map<std::pair<int, IpAddress>, kernel::NeighborEntry>;

// What an edit makes of the table; nothing when the entry is so already.
[[nodiscard]] std::optional<kernel::NeighborChange> change_of(const PlannedEdit& edit, const EntryIndex& entries);

struct ApplyFailure {
  std::size_t line = 0;                   // of the edit that was refused; 0: a signal came
  Error error{};                          // the kernel's refusal
  std::vector<std::string> not_undone{};  // what could not be put back, and why
};
// Makes the changes in order. `stop` is asked before each.
[[nodiscard]] std::optional<ApplyFailure> apply_edits(kernel::Netlink& netlink, std::span<const PlannedEdit> edits,
                                                      const EntryIndex& entries, const std::function<bool()>& stop);

}  // namespace onlink::inline v0::cli

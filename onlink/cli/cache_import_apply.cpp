// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_import_apply.hpp"

#include <ranges>

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEdit;
using kernel::NeighborEntry;
using kernel::NeighborVerb;

const NeighborEntry* find(const EntryIndex& entries, const NeighborEdit& edit) {
  const auto found = entries.find({edit.interface, edit.address});
  return found == entries.end() ? nullptr : &found->second;
}

bool is_so_already(const NeighborEntry& entry, const PlannedEdit& planned) {
  const NeighborEdit& edit = planned.edit;
  return entry.mac == planned.mac && entry.state == edit.state && entry.router == edit.router;
}

// The edit that makes the entry again. What was being resolved, or was not to be, is asked for anew by the next packet.
NeighborEdit edit_of(const NeighborEntry& entry) {
  NeighborEdit edit{.interface = entry.interface,
                    .address = entry.address,
                    .state = kernel::valid_states.contains(entry.state) ? entry.state : NudState::failed,
                    .router = entry.router,
                    .externally_learned = entry.externally_learned,
                    .externally_validated = entry.externally_validated,
                    .managed = entry.managed,
                    .protocol = entry.protocol};
  if (entry.mac) edit.mac = *entry.mac;
  return edit;
}

std::expected<void, Error> undo(kernel::Netlink& netlink, const PlannedEdit& planned, const EntryIndex& entries) {
  if (const NeighborEntry* before = find(entries, planned.edit)) {
    return kernel::edit_neighbor(netlink, NeighborVerb::replace, edit_of(*before));
  }
  return kernel::delete_neighbor(netlink, planned.edit.interface, planned.edit.address);
}

}  // namespace

std::optional<kernel::NeighborChange> change_of(const PlannedEdit& planned, const EntryIndex& entries) {
  const NeighborEntry* const before = find(entries, planned.edit);
  if (before != nullptr && is_so_already(*before, planned)) return std::nullopt;
  kernel::NeighborChange change;
  if (before != nullptr) change.before = *before;
  change.after = NeighborEntry{.interface = planned.edit.interface,
                               .address = planned.edit.address,
                               .mac = planned.mac,
                               .state = planned.edit.state,
                               .router = planned.edit.router};
  return change;
}

std::optional<ApplyFailure> apply_edits(kernel::Netlink& netlink, std::span<const PlannedEdit> edits,
                                        const EntryIndex& entries, const std::function<bool()>& stop) {
  std::vector<const PlannedEdit*> done;
  std::optional<ApplyFailure> failure;
  for (const PlannedEdit& planned : edits) {
    if (!change_of(planned, entries)) continue;
    if (stop()) {
      failure = ApplyFailure{};
      break;
    }
    if (const auto made = kernel::edit_neighbor(netlink, NeighborVerb::replace, planned.edit); !made) {
      failure = ApplyFailure{.line = planned.line, .error = made.error()};
      break;
    }
    done.push_back(&planned);
  }
  if (!failure) return std::nullopt;
  for (const PlannedEdit* planned : done | std::views::reverse) {
    if (const auto undone = undo(netlink, *planned, entries); !undone) {
      failure->not_undone.push_back(undone.error().context);
    }
  }
  return failure;
}

}  // namespace onlink::inline v0::cli

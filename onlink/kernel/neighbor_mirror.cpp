// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/neighbor_mirror.hpp"

namespace onlink::inline v0::kernel {
namespace {

// The same but for what moves without anybody's doing: ages, probes.
bool tells_the_same(const NeighborEntry& a, NeighborEntry b) noexcept {
  b.ages = a.ages;
  b.probes = a.probes;
  return a == b;
}

}  // namespace

NeighborMirror::Key NeighborMirror::key_of(const NeighborEntry& entry) noexcept {
  return {.interface = entry.interface, .address = entry.address, .proxy = entry.proxy};
}

void NeighborMirror::start(std::span<const NeighborEntry> table) {
  rows_.clear();
  for (const NeighborEntry& entry : table) rows_[key_of(entry)].entry = entry;
  rereads_ = 0;
}

std::optional<NeighborChange> NeighborMirror::note(const NeighborEntry& entry, std::uint32_t sender) {
  const auto [at, is_new] = rows_.try_emplace(key_of(entry));
  Known& known = at->second;
  known.last_reread = rereads_;
  if (!is_new && tells_the_same(known.entry, entry)) {
    known.entry = entry;
    return std::nullopt;
  }
  NeighborChange change{.before = is_new ? std::nullopt : std::optional{known.entry}, .after = entry, .sender = sender};
  known.entry = entry;
  known.sender = sender;
  return change;
}

// The kernel names a program in the notice that makes the entry failed, not in the one that removes it.
std::optional<NeighborChange> NeighborMirror::remove(const NeighborNotice& notice) {
  const auto at = rows_.find(key_of(notice.entry));
  NeighborChange change{.kind = NoticeKind::removed, .before = notice.entry, .sender = notice.sender};
  if (at == rows_.end()) return change;
  change.before = at->second.entry;
  if (change.sender == 0 && at->second.entry.state == NudState::failed) change.sender = at->second.sender;
  rows_.erase(at);
  return change;
}

std::optional<NeighborChange> NeighborMirror::apply(const NeighborNotice& notice) {
  switch (notice.kind) {
    case NoticeKind::changed:
      return note(notice.entry, notice.sender);
    case NoticeKind::removed:
      return remove(notice);
    case NoticeKind::wanted: {
      auto change =
          note(notice.entry, notice.sender)
              .value_or(NeighborChange{.before = notice.entry, .after = notice.entry, .sender = notice.sender});
      change.kind = NoticeKind::wanted;
      return change;
    }
  }
  return std::nullopt;
}

std::vector<NeighborChange> NeighborMirror::reread(std::span<const NeighborEntry> table) {
  ++rereads_;
  std::vector<NeighborChange> changes;
  for (const NeighborEntry& entry : table) {
    if (auto change = note(entry, 0)) changes.push_back(*std::move(change));
  }
  for (auto at = rows_.begin(); at != rows_.end();) {
    if (at->second.last_reread == rereads_) {
      ++at;
      continue;
    }
    changes.push_back({.kind = NoticeKind::removed, .before = at->second.entry, .after = {}});
    at = rows_.erase(at);
  }
  for (NeighborChange& change : changes) change.found_by_reading = true;
  return changes;
}

}  // namespace onlink::inline v0::kernel

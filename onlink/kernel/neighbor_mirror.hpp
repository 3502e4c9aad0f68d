// SPDX-License-Identifier: Apache-2.0
// The neighbour table as notices have told it, so that a change can be shown as before and after. Pure: it is fed with
// notices and with tables that were read.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "onlink/kernel/neighbor_monitor.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

struct NeighborChange {
  NoticeKind kind = NoticeKind::changed;
  std::optional<NeighborEntry> before{};  // none: it is new
  std::optional<NeighborEntry> after{};   // none: it was removed
  std::uint32_t sender = 0;               // netlink port of the program that asked for it; 0: not known, or nobody did
  bool found_by_reading = false;          // no notice told of it

  // As it is, or as it was last. REQUIRES: before or after.
  [[nodiscard]] const NeighborEntry& entry() const noexcept { return after ? *after : *before; }
};

class NeighborMirror {
 public:
  // Forgets all and knows these.
  void start(std::span<const NeighborEntry> table);

  // What the notice changes; nothing when it repeats what is known.
  [[nodiscard]] std::optional<NeighborChange> apply(const NeighborNotice& notice);
  // What became different since, by a table that was read: in place of notices that were lost or that never come
  // (stale -> delay). REQUIRES: all of the table that this mirrors.
  [[nodiscard]] std::vector<NeighborChange> reread(std::span<const NeighborEntry> table);

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }

 private:
  struct Key {
    int interface = 0;
    IpAddress address{};
    bool proxy = false;

    auto operator<=>(const Key&) const = default;
  };
  struct Known {
    NeighborEntry entry{};
    std::uint32_t sender = 0;       // of its last change
    std::uint32_t last_reread = 0;  // when it was last seen in a table
  };
  [[nodiscard]] static Key key_of(const NeighborEntry& entry) noexcept;
  [[nodiscard]] std::optional<NeighborChange> note(const NeighborEntry& entry, std::uint32_t sender);
  [[nodiscard]] std::optional<NeighborChange> remove(const NeighborNotice& notice);

  std::map<Key, Known> rows_;
  std::uint32_t rereads_ = 0;
};

}  // namespace onlink::inline v0::kernel

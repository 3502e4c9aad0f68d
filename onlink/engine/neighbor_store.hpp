// SPDX-License-Identifier: Apache-2.0
// Where a neighbour table keeps its entries: found by address, kept in order of age, each with at most one deadline.
// Made for a million entries: 11 octets an entry besides the entry itself, no call that moves more than a handful of
// them (nothing is ever rehashed as a whole), memory given back as entries go. A handle, and a reference to a value,
// stay good until that entry is erased.
//
// The hash is keyed by the seed: who does not know it cannot choose addresses that collide. A cache on a link with
// strangers takes its seed from the system's random source.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/timer_wheel.hpp"

namespace onlink::inline v0 {

// `Lists`: how many orders of age there are. Each entry is in one of them, of its owner's choice: one for each family,
// say, or for those that garbage collection may take and those that it may not.
template <class Value, std::size_t Lists = 2>
class NeighborStore {
 public:
  explicit NeighborStore(std::uint64_t seed);

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] std::size_t size(std::size_t list) const noexcept;

  // EntryHandle::none when there is no such entry.
  [[nodiscard]] EntryHandle find(const IpAddress& address) const noexcept;
  // The newest of its list, without a deadline. REQUIRES: there is none with this address.
  EntryHandle insert(const IpAddress& address, std::size_t list, const Value& value = {});
  void erase(EntryHandle entry);

  // REQUIRES for all that take a handle: the entry is there.
  [[nodiscard]] const IpAddress& address(EntryHandle entry) const noexcept;
  [[nodiscard]] Value& operator[](EntryHandle entry) noexcept;
  [[nodiscard]] const Value& operator[](EntryHandle entry) const noexcept;

  // --- age ---
  [[nodiscard]] EntryHandle oldest(std::size_t list) const noexcept;
  [[nodiscard]] EntryHandle newer(EntryHandle entry) const noexcept;  // the next younger of the same list
  [[nodiscard]] std::size_t list_of(EntryHandle entry) const noexcept;
  void move_to_newest(EntryHandle entry, std::size_t list) noexcept;  // of that list, whichever it was in

  // --- all of them, by parts ---
  // In the order of memory: the first one, the next one. Entries may come and go between the calls; whoever stays all
  // the while is met once. `entry` of next() may have been erased.
  [[nodiscard]] EntryHandle first() const noexcept;
  [[nodiscard]] EntryHandle next(EntryHandle entry) const noexcept;

  // --- deadlines ---
  void arm(EntryHandle entry, Instant deadline) noexcept;  // instead of the one that it has
  void disarm(EntryHandle entry) noexcept;
  [[nodiscard]] std::optional<Instant> deadline(EntryHandle entry) const noexcept;
  // The first of all. Never late; early at worst by a call of expire() that finds nothing.
  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept;
  // Disarms what is due at `now`, in the order of the deadlines, and calls expired(entry) for each; which may change
  // anything here. Does no more than `most` steps (an expiry, or an entry moved to a finer slot): when that was not
  // enough, next_deadline() is not later than `now`. Returns how many expired.
  template <class Expired>
  std::size_t expire(Instant now, std::size_t most, Expired&& expired);
};

}  // namespace onlink::inline v0

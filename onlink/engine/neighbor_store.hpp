// SPDX-License-Identifier: Apache-2.0
// Where a neighbour table keeps its entries: found by address, kept in order of age, each with at most one deadline.
// Made for a million entries: 52 octets each besides their values, 11 to 17 for finding them; no call that moves more
// than a handful of them, for nothing is ever rehashed as a whole; memory is given back as entries go. A handle, and a
// reference to a value, stay good until that entry is erased. A value has two parts: `Hot`, of up to 12 octets, comes
// with the address in half a cache line when an entry is found; `Cold`, of up to 40, lies elsewhere in a line of its
// own.
//
// The hash is keyed by the seed: who does not know it cannot choose addresses that collide. A cache on a link with
// strangers takes its seed from the system's random source.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/address_hash.hpp"
#include "onlink/engine/address_index.hpp"
#include "onlink/engine/slab.hpp"
#include "onlink/engine/timer_wheel.hpp"

namespace onlink::inline v0 {

// `Lists`: how many orders of age there are. Each entry is in one of them, of its owner's choice: one for each family,
// say, or for those that garbage collection may take and those that it may not.
template <class Hot, class Cold, std::size_t Lists = 2>
class NeighborStore {
 public:
  explicit NeighborStore(std::uint64_t seed) noexcept : hash_(seed) {}

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::size_t size(std::size_t list) const noexcept { return lists_[list].size; }

  // EntryHandle::none when there is no such entry.
  [[nodiscard]] EntryHandle find(const IpAddress& address) const noexcept {
    return index_.find(hash_(address), [&](EntryHandle entry) { return same_address(near(entry).address, address); });
  }
  // The newest of its list, without a deadline. REQUIRES: there is none with this address.
  EntryHandle insert(const IpAddress& address, std::size_t list, const Hot& hot = {}, const Cold& cold = {}) {
    const EntryHandle entry = entries_.create({.address = address, .hot = hot}, {.cold = cold});
    index_.insert(hash_(address), entry, [this](EntryHandle other) { return hash_(near(other).address); });
    link(entry, list);
    return entry;
  }
  void erase(EntryHandle entry) noexcept {
    disarm(entry);
    unlink(entry);
    index_.erase(hash_(near(entry).address), entry);
    entries_.destroy(entry);
  }

  // REQUIRES for all that take a handle: the entry is there.
  [[nodiscard]] const IpAddress& address(EntryHandle entry) const noexcept { return near(entry).address; }
  [[nodiscard]] Hot& hot(EntryHandle entry) noexcept { return near(entry).hot; }
  [[nodiscard]] const Hot& hot(EntryHandle entry) const noexcept { return near(entry).hot; }
  [[nodiscard]] Cold& cold(EntryHandle entry) noexcept { return far(entry).cold; }
  [[nodiscard]] const Cold& cold(EntryHandle entry) const noexcept { return far(entry).cold; }

  // --- age ---
  [[nodiscard]] EntryHandle oldest(std::size_t list) const noexcept { return lists_[list].oldest; }
  // The next younger one of the same list.
  [[nodiscard]] EntryHandle newer(EntryHandle entry) const noexcept { return far(entry).newer; }
  [[nodiscard]] std::size_t list_of(EntryHandle entry) const noexcept { return near(entry).list; }
  // Of that list, whichever it was in.
  void move_to_newest(EntryHandle entry, std::size_t list) noexcept {
    unlink(entry);
    link(entry, list);
  }

  // --- all of them, by parts ---
  // In the order of memory: the first one, the next one. Entries may come and go between the calls; whoever stays all
  // the while is met once. What is asked of next() need not be there any more.
  [[nodiscard]] EntryHandle first() const noexcept { return entries_.front(); }
  [[nodiscard]] EntryHandle next(EntryHandle entry) const noexcept { return entries_.after(entry); }

  // --- deadlines ---
  // Instead of the one that it has.
  void arm(EntryHandle entry, Instant deadline) noexcept {
    disarm(entry);
    wheel_.arm(*this, entry, deadline);
  }
  void disarm(EntryHandle entry) noexcept {
    if (near(entry).timer_slot != TimerWheel::unarmed) wheel_.disarm(*this, entry);
  }
  [[nodiscard]] std::optional<Instant> deadline(EntryHandle entry) const noexcept {
    if (near(entry).timer_slot == TimerWheel::unarmed) return std::nullopt;
    return far(entry).timer.deadline;
  }
  // As of TimerWheel.
  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept { return wheel_.next_deadline(); }
  template <class Expired>
  std::size_t expire(Instant now, std::size_t most, Expired&& expired) {
    return wheel_.expire(*this, now, most, expired);
  }

  // For the wheel.
  [[nodiscard]] TimerLink& timer_link(EntryHandle entry) noexcept { return far(entry).timer; }
  [[nodiscard]] std::uint16_t& timer_slot(EntryHandle entry) noexcept { return near(entry).timer_slot; }

 private:
  struct alignas(32) Near {
    IpAddress address;
    std::uint8_t list = 0;
    std::uint16_t timer_slot = TimerWheel::unarmed;
    Hot hot;
  };
  struct Far {
    Cold cold;
    EntryHandle older = EntryHandle::none;
    EntryHandle newer = EntryHandle::none;
    TimerLink timer{};
  };
  static_assert(sizeof(Hot) > 12 || alignof(Hot) > 4 || sizeof(Near) == 32);

  [[nodiscard]] Near& near(EntryHandle entry) const noexcept { return entries_.first(entry); }
  [[nodiscard]] Far& far(EntryHandle entry) const noexcept { return entries_.second(entry); }

  struct List {
    EntryHandle oldest = EntryHandle::none;
    EntryHandle newest = EntryHandle::none;
    std::size_t size = 0;
  };

  void link(EntryHandle entry, std::size_t list) noexcept {
    List& into = lists_[list];
    Far& it = far(entry);
    near(entry).list = static_cast<std::uint8_t>(list);
    it.newer = EntryHandle::none;
    it.older = std::exchange(into.newest, entry);
    (it.older == EntryHandle::none ? into.oldest : far(it.older).newer) = entry;
    ++into.size;
  }
  void unlink(EntryHandle entry) noexcept {
    const Far& it = far(entry);
    List& from = lists_[near(entry).list];
    (it.older == EntryHandle::none ? from.oldest : far(it.older).newer) = it.newer;
    (it.newer == EntryHandle::none ? from.newest : far(it.newer).older) = it.older;
    --from.size;
  }

  AddressHash hash_;
  SplitSlab<Near, Far> entries_;
  AddressIndex index_;
  std::array<List, Lists> lists_{};
  TimerWheel wheel_;
};

}  // namespace onlink::inline v0

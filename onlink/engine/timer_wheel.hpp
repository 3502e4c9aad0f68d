// SPDX-License-Identifier: Apache-2.0
// Deadlines of very many entries: arming, re-arming and disarming take constant time, and none is ever due early. A
// hierarchy of wheels (Varghese and Lauck 1987) over nanoseconds: eleven levels of 64 slots reach over all of Instant.
// An entry waits in the slot of the highest six bits in which its deadline differs from the wheel's position; a slot's
// entries move to finer ones only when they are not in order anyway, so that deadlines that are armed in the order in
// which they come due, as one timeout for all gives, are touched once.
//
// The links lie in the entries themselves, and whoever owns those hands them in: any `Links` with
//   TimerLink& timer_link(EntryHandle)
//   std::uint16_t& timer_slot(EntryHandle), which begins as TimerWheel::unarmed.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "onlink/base/time.hpp"
#include "onlink/engine/slab.hpp"

namespace onlink::inline v0 {

struct TimerLink {
  EntryHandle next = EntryHandle::none;
  EntryHandle prev = EntryHandle::none;
  Instant deadline{};
};

class TimerWheel {
 public:
  static constexpr std::uint16_t unarmed = 0xffff;

  [[nodiscard]] bool empty() const noexcept { return levels_ == 0 && slots_[overdue].empty(); }

  // REQUIRES: the entry is not armed.
  template <class Links>
  void arm(Links& links, EntryHandle entry, Instant deadline) noexcept {
    assert(links.timer_slot(entry) == unarmed);
    links.timer_link(entry).deadline = deadline;
    append(links, slot_for(ticks(deadline)), entry);
  }

  // REQUIRES: the entry is armed.
  template <class Links>
  void disarm(Links& links, EntryHandle entry) noexcept {
    const std::uint16_t number = links.timer_slot(entry);
    assert(number != unarmed);
    Slot& slot = slots_[number];
    const TimerLink& link = links.timer_link(entry);
    if (link.next == EntryHandle::none) {
      slot.tail = link.prev;
    } else {
      links.timer_link(link.next).prev = link.prev;
    }
    if (link.prev == EntryHandle::none) {
      slot.head = link.next;
    } else {
      links.timer_link(link.prev).next = link.next;
    }
    links.timer_slot(entry) = unarmed;
    if (slot.empty()) return mark_empty(number);
    if (slot.head == slot.tail) set_sorted(number, true);
    if (is_sorted(number) && number != spreading_) slot.first = links.timer_link(slot.head).deadline;
  }

  // The first of all. Never late. It may be early by a call of expire() that finds nothing, when many deadlines were
  // armed out of order and the first of them was disarmed.
  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept {
    const std::uint16_t slot = first_slot();
    if (slot == unarmed) return std::nullopt;
    return slots_[slot].first;
  }

  // Disarms what is due and calls expired(entry) for each, in order of deadline; deadlines that had passed when they
  // were armed come first. expired() may arm, disarm and end any entry. Does at most `most` steps (an expiry, or an
  // entry moved to a finer slot); when that was not enough, next_deadline() is not later than `now`. Returns how many
  // expired. REQUIRES: `now` is not earlier than it was before.
  template <class Links, class Expired>
  std::size_t expire(Links& links, Instant now, std::size_t most, Expired&& expired) {
    std::size_t count = 0;
    for (; most != 0; --most) {
      const std::uint16_t slot = first_slot();
      if (slot == unarmed || slots_[slot].first > now) break;
      const EntryHandle entry = slots_[slot].head;
      const bool in_order = slot == overdue || (is_sorted(slot) && slot != spreading_);
      if (!in_order) {
        spread(links, slot, entry);
        continue;
      }
      disarm(links, entry);
      prefetch_second(links, slots_[slot]);
      ++count;
      expired(entry);
    }
    advance(ticks(now));
    return count;
  }

 private:
  static constexpr unsigned digit_bits = 6;
  static constexpr unsigned digits = 64;
  static constexpr unsigned level_count = 11;
  static constexpr std::uint16_t overdue = level_count * digits;  // a slot for what had passed when it was armed
  static constexpr unsigned most_looked_back = 8;

  struct Slot {
    EntryHandle head = EntryHandle::none;
    EntryHandle tail = EntryHandle::none;
    Instant first{};  // the earliest deadline; a bound of it when the slot is not sorted
    [[nodiscard]] bool empty() const noexcept { return head == EntryHandle::none; }
  };

  // Unsigned, in the same order.
  [[nodiscard]] static std::uint64_t ticks(Instant instant) noexcept {
    return static_cast<std::uint64_t>(instant.time_since_epoch().count()) ^ std::uint64_t{1} << 63;
  }
  [[nodiscard]] std::uint16_t slot_for(std::uint64_t deadline) const noexcept {
    if (deadline <= position_) return overdue;
    const unsigned level = (static_cast<unsigned>(std::bit_width(deadline ^ position_)) - 1) / digit_bits;
    return static_cast<std::uint16_t>(level * digits +
                                      static_cast<unsigned>((deadline >> level * digit_bits) % digits));
  }
  // The lowest level's come before all others: they share more of their digits with the position.
  [[nodiscard]] std::uint16_t first_slot() const noexcept {
    if (spreading_ != unarmed) return spreading_;
    if (!slots_[overdue].empty()) return overdue;
    return levels_ == 0 ? unarmed : first_of_wheels();
  }
  [[nodiscard]] std::uint16_t first_of_wheels() const noexcept {
    const auto level = static_cast<unsigned>(std::countr_zero(levels_));
    return static_cast<std::uint16_t>(level * digits + static_cast<unsigned>(std::countr_zero(taken_[level])));
  }
  [[nodiscard]] std::uint64_t start(std::uint16_t slot) const noexcept {
    const unsigned shift = slot / digits * digit_bits;
    const std::uint64_t above = shift + digit_bits < 64 ? ~std::uint64_t{0} << (shift + digit_bits) : 0;
    return (position_ & above) | std::uint64_t{slot % digits} << shift;
  }

  template <class Links>
  void append(Links& links, std::uint16_t number, EntryHandle entry) noexcept {
    Slot& slot = slots_[number];
    TimerLink& link = links.timer_link(entry);
    links.timer_slot(entry) = number;
    if (slot.empty()) {
      slot = {entry, entry, link.deadline};
      link.next = link.prev = EntryHandle::none;
      return mark_taken(number);
    }
    const EntryHandle before = is_sorted(number) ? place_in_order(links, number, link.deadline) : slot.tail;
    EntryHandle& from_before = before == EntryHandle::none ? slot.head : links.timer_link(before).next;
    link.prev = before;
    link.next = std::exchange(from_before, entry);
    EntryHandle& from_next = link.next == EntryHandle::none ? slot.tail : links.timer_link(link.next).prev;
    from_next = entry;
    slot.first = std::min(slot.first, link.deadline);
  }
  // Behind which entry a deadline belongs; none: before all. Far from the end it is not looked for: then the slot is
  // out of order from here on, and the end it is.
  template <class Links>
  [[nodiscard]] EntryHandle place_in_order(Links& links, std::uint16_t number, Instant deadline) noexcept {
    EntryHandle before = slots_[number].tail;
    for (unsigned i = 0; before != EntryHandle::none && links.timer_link(before).deadline > deadline; ++i) {
      if (i == most_looked_back) {
        set_sorted(number, false);
        return slots_[number].tail;
      }
      before = links.timer_link(before).prev;
    }
    return before;
  }
  // One entry of a slot that is out of order to where it belongs once the position is in that slot.
  template <class Links>
  void spread(Links& links, std::uint16_t slot, EntryHandle entry) noexcept {
    if (spreading_ == unarmed) {
      position_ = start(slot);
      spreading_ = slot;
    }
    disarm(links, entry);
    append(links, slot_for(ticks(links.timer_link(entry).deadline)), entry);
  }
  // Levels stay what they are as long as the position is before every slot that is taken.
  void advance(std::uint64_t now) noexcept {
    if (spreading_ != unarmed) return;
    if (levels_ != 0) now = std::min(now, start(first_of_wheels()) - 1);
    position_ = std::max(position_, now);
  }
  // The entry after the next one comes from memory while the next one expires.
  template <class Links>
  static void prefetch_second(Links& links, const Slot& slot) noexcept {
    if (slot.empty()) return;
    const EntryHandle second = links.timer_link(slot.head).next;
    if (second != EntryHandle::none) __builtin_prefetch(&links.timer_link(second), 1);
  }

  void mark_taken(std::uint16_t slot) noexcept {
    set_sorted(slot, true);
    if (slot == overdue) return;
    taken_[slot / digits] |= std::uint64_t{1} << slot % digits;
    levels_ |= 1U << slot / digits;
  }
  void mark_empty(std::uint16_t slot) noexcept {
    if (slot == spreading_) spreading_ = unarmed;
    if (slot == overdue) return;
    taken_[slot / digits] &= ~(std::uint64_t{1} << slot % digits);
    if (taken_[slot / digits] == 0) levels_ &= ~(1U << slot / digits);
  }
  [[nodiscard]] bool is_sorted(std::uint16_t slot) const noexcept {
    return (unsorted_[slot / digits] >> slot % digits & 1U) == 0;
  }
  void set_sorted(std::uint16_t slot, bool sorted) noexcept {
    const std::uint64_t bit = std::uint64_t{1} << slot % digits;
    unsorted_[slot / digits] = sorted ? unsorted_[slot / digits] & ~bit : unsorted_[slot / digits] | bit;
  }

  std::uint64_t position_ = 0;
  std::uint32_t levels_ = 0;           // a bit a level: it has a slot that is taken
  std::uint16_t spreading_ = unarmed;  // the slot that is being spread; the position is at its start
  std::array<std::uint64_t, level_count> taken_{};
  std::array<std::uint64_t, level_count + 1> unsorted_{};
  std::array<Slot, level_count * digits + 1> slots_{};
};

}  // namespace onlink::inline v0

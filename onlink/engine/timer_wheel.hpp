// SPDX-License-Identifier: Apache-2.0
// Deadlines of very many entries: arming, re-arming and disarming take constant time, and none is ever due early. A
// hierarchy of wheels (Varghese and Lauck 1987) over nanoseconds: eleven levels of 64 slots reach over all of Instant.
// An entry waits in the slot of the highest six bits in which its deadline differs from the wheel's position; a slot's
// entries move to finer ones only when they are not already in order, so that deadlines armed in the order in which
// they come due, as one timeout for all gives, are touched once.
//
// The links lie in the entries themselves; whoever owns those hands them in: any `Links` with
//   TimerLink& timer_link(EntryHandle), std::uint16_t& timer_slot(EntryHandle), which begins as TimerWheel::unarmed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// A place in a Slab: it stays the entry's for as long as the entry lives.
enum class EntryHandle : std::uint32_t { none = 0xffffffff };

struct TimerLink {
  Instant deadline{};
  EntryHandle next = EntryHandle::none;
  EntryHandle prev = EntryHandle::none;
};

}  // namespace onlink::inline v0

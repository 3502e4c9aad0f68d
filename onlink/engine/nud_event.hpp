// SPDX-License-Identifier: Apache-2.0
// The words of the NUD machine (nud.hpp): sets of states, what may happen to an entry, and what is then to be done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "onlink/base/nud_state.hpp"

namespace onlink::inline v0 {

inline constexpr std::size_t nud_state_count = 9;

class NudStates {
 public:
  constexpr NudStates() noexcept = default;
  constexpr NudStates(NudState state) noexcept  // NOLINT(google-explicit-constructor): one state is a set
      : bits_(static_cast<std::uint16_t>(1U << static_cast<unsigned>(state))) {}

  [[nodiscard]] constexpr bool has(NudState state) const noexcept {
    return (bits_ >> static_cast<unsigned>(state) & 1U) != 0;
  }
  friend constexpr NudStates operator|(NudStates a, NudStates b) noexcept {
    NudStates both;
    both.bits_ = static_cast<std::uint16_t>(a.bits_ | b.bits_);
    return both;
  }
  constexpr bool operator==(const NudStates&) const noexcept = default;

 private:
  std::uint16_t bits_ = 0;
};
constexpr NudStates operator|(NudState a, NudState b) noexcept { return NudStates{a} | NudStates{b}; }

// Linux's groups of states.
inline constexpr NudStates nud_connected = NudState::reachable | NudState::noarp | NudState::permanent;
inline constexpr NudStates nud_valid = nud_connected | NudState::stale | NudState::delay | NudState::probe;
inline constexpr NudStates nud_in_timer =
    NudState::incomplete | NudState::reachable | NudState::delay | NudState::probe;

// A MAC can be `same` as the one that is known, or `new`: another one that may take its place, or the first one.
// An answer is a proof that the neighbour hears us (REACHABLE is proposed), a hint only that it exists (STALE).
enum class NudEvent : std::uint8_t {
  send,           // a packet is to be sent
  send_hopeless,  // and solicitations are switched off
  use,            // as if a packet were sent, without one (NTF_USE, NTF_MANAGED)
  use_hopeless,

  answer_same,
  answer_new,
  answer_doubted,  // another MAC, which may not take its place but makes one doubt it
  answer_refused,  // another MAC, which is not believed
  hint_same,
  hint_new,
  hint_doubted,
  hint_refused,  // or nothing is known, and no MAC is told either
  confirm,       // an upper layer makes progress

  deadline_confirmed,   // time is up, but the neighbour was confirmed meanwhile
  deadline_used,        // REACHABLE only: not confirmed, but used a short time ago
  deadline,             // time is up
  exhausted,            // and no more solicitations are left
  exhausted_validated,  // of an entry that somebody else validates

  set_none,  // by hand
  set_incomplete,
  set_failed,
  set_reachable_same,
  set_reachable_new,
  set_stale_same,
  set_stale_new,
  set_delay_same,
  set_delay_new,
  set_probe_same,
  set_probe_new,
  set_noarp_same,
  set_noarp_new,
  set_permanent_same,
  set_permanent_new,
  remove,

  carrier_lost,
  link_flushed,  // link down, own MAC changed, ARP switched, last address gone

  collect,       // periodic garbage collection comes by
  collect_idle,  // and the entry was neither used nor confirmed for long
  evict,         // room is needed for another entry
  evict_old,     // and nothing changed here for 5 s
};
inline constexpr std::size_t nud_event_count = static_cast<std::size_t>(NudEvent::evict_old) + 1;

[[nodiscard]] std::string_view to_string(NudEvent event) noexcept;  // "answer-same"
[[nodiscard]] std::string_view meaning(NudEvent event) noexcept;    // a clause without a full stop

// What a step asks for, in the order in which it is done.
enum class NudAction : std::uint32_t {
  store_address = 1U << 0U,     // the MAC that was told
  set_confirmed = 1U << 1U,     // confirmed = now
  forget_confirmed = 1U << 2U,  // confirmed = two base_reachable_times ago
  touch_used = 1U << 3U,        // used = now
  touch_updated = 1U << 4U,     // updated = now
  set_router = 1U << 5U,        // the router flag that was told, if any
  reset_probes = 1U << 6U,      // probes = 0: unicast first
  start_probes = 1U << 7U,      // probes = ucast_solicit: no unicast
  announce = 1U << 8U,          // Linux tells its netlink listeners
  disarm = 1U << 9U,            // no deadline
  arm_now = 1U << 10U,          // deadline = now
  arm_retrans = 1U << 11U,      // + retrans_time
  arm_delay = 1U << 12U,        // + delay_first_probe_time
  arm_reachable = 1U << 13U,    // + reachable_time
  arm_confirmed = 1U << 14U,    // confirmed + reachable_time
  enqueue = 1U << 15U,          // the packet waits
  drop_packet = 1U << 16U,      // without an error
  solicit = 1U << 17U,          // probes += 1
  transmit = 1U << 18U,         // the packet leaves
  flush_queue = 1U << 19U,      // packets that wait are sent
  fail_queue = 1U << 20U,       // packets that wait fail, as the resolution did (res_failed)
  erase = 1U << 21U,            // the entry goes
};
inline constexpr std::size_t nud_action_count = 22;
[[nodiscard]] std::string_view to_string(NudAction action) noexcept;  // "store-address"
[[nodiscard]] std::string_view meaning(NudAction action) noexcept;

class NudActions {
 public:
  constexpr NudActions() noexcept = default;
  constexpr NudActions(NudAction action) noexcept  // NOLINT(google-explicit-constructor): one action is a set
      : bits_(static_cast<std::uint32_t>(action)) {}

  [[nodiscard]] constexpr bool has(NudAction action) const noexcept {
    return (bits_ & static_cast<std::uint32_t>(action)) != 0;
  }
  [[nodiscard]] constexpr bool any(NudActions of) const noexcept { return (bits_ & of.bits_) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  friend constexpr NudActions operator|(NudActions a, NudActions b) noexcept {
    NudActions both;
    both.bits_ = a.bits_ | b.bits_;
    return both;
  }
  constexpr bool operator==(const NudActions&) const noexcept = default;

 private:
  std::uint32_t bits_ = 0;
};
constexpr NudActions operator|(NudAction a, NudAction b) noexcept { return NudActions{a} | NudActions{b}; }

inline constexpr NudActions nud_arms = NudAction::arm_now | NudAction::arm_retrans | NudAction::arm_delay |
                                       NudAction::arm_reachable | NudAction::arm_confirmed;

struct NudStep {
  NudState next = NudState::none;
  NudActions actions{};
  constexpr bool operator==(const NudStep&) const noexcept = default;
};

}  // namespace onlink::inline v0

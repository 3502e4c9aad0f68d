// SPDX-License-Identifier: Apache-2.0
// From facts to a NudEvent: pure functions, so that the table of nud.hpp needs no conditions. The conditions are those
// of Linux's neigh_event_send, neigh_update and neigh_timer_handler.
#pragma once

#include <cstdint>

#include "onlink/base/nud_state.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/neighbor_parameters.hpp"
#include "onlink/engine/neighbor_table.hpp"
#include "onlink/engine/nud_event.hpp"

namespace onlink::inline v0 {

// Solicitations that a state allows: in INCOMPLETE counting begins after the unicast ones.
[[nodiscard]] constexpr std::uint64_t most_probes(const NeighborParameters& parameters, NudState state) noexcept {
  return std::uint64_t{parameters.ucast_solicit} + parameters.app_solicit +
         (state == NudState::incomplete ? parameters.mcast_solicit : parameters.mcast_resolicit);
}

[[nodiscard]] constexpr NudEvent classify_send(const NeighborParameters& parameters, bool has_packet) noexcept {
  const bool hopeless = parameters.mcast_solicit == 0 && parameters.app_solicit == 0;
  if (has_packet) return hopeless ? NudEvent::send_hopeless : NudEvent::send;
  return hopeless ? NudEvent::use_hopeless : NudEvent::use;
}

struct LearnFacts {
  NudState state = NudState::none;  // the entry's
  bool answers = false;             // REACHABLE is proposed, not STALE
  bool mac_told = false;
  bool mac_same = false;  // as the entry's
  bool unlocked = true;   // locktime has passed since the last change
  MacOverride may_override = MacOverride::never;
};

[[nodiscard]] constexpr NudEvent classify_learned(const LearnFacts& facts) noexcept {
  const bool answers = facts.answers;
  if (!nud_valid.has(facts.state)) {
    if (!facts.mac_told) return NudEvent::hint_refused;
    return answers ? NudEvent::answer_new : NudEvent::hint_new;
  }
  if (!facts.mac_told || facts.mac_same) return answers ? NudEvent::answer_same : NudEvent::hint_same;
  if (facts.may_override == MacOverride::always || (facts.may_override == MacOverride::if_unlocked && facts.unlocked))
    return answers ? NudEvent::answer_new : NudEvent::hint_new;
  if (facts.may_override == MacOverride::doubt) return answers ? NudEvent::answer_doubted : NudEvent::hint_doubted;
  return answers ? NudEvent::answer_refused : NudEvent::hint_refused;
}

struct DeadlineFacts {
  NudState state = NudState::none;
  Instant now{};
  Instant confirmed{};
  Instant used{};
  Duration reachable_time{};
  std::uint64_t probes = 0;
  bool validated = false;
};

// REQUIRES: nud_in_timer has the state. A deadline that falls on the end of its time finds that REACHABLE is over, but
// a confirmation that came with the packet that began DELAY still counts (RFC 4861 section 7.3.3: within that time).
[[nodiscard]] constexpr NudEvent classify_deadline(const DeadlineFacts& facts,
                                                   const NeighborParameters& parameters) noexcept {
  if (facts.state == NudState::reachable) {
    if (facts.now < facts.confirmed + facts.reachable_time) return NudEvent::deadline_confirmed;
    if (facts.now <= facts.used + parameters.delay_first_probe_time) return NudEvent::deadline_used;
    return NudEvent::deadline;
  }
  const bool enters_probe = facts.state == NudState::delay;
  if (enters_probe && facts.now <= facts.confirmed + parameters.delay_first_probe_time)
    return NudEvent::deadline_confirmed;
  if ((enters_probe ? 0 : facts.probes) < most_probes(parameters, facts.state)) return NudEvent::deadline;
  return facts.validated ? NudEvent::exhausted_validated : NudEvent::exhausted;
}

// By hand. `same`: a MAC is known, and it is this one or none was told.
[[nodiscard]] constexpr NudEvent classify_set(NudState wanted, bool same) noexcept {
  switch (wanted) {
    case NudState::none:
      return NudEvent::set_none;
    case NudState::incomplete:
      return NudEvent::set_incomplete;
    case NudState::failed:
      return NudEvent::set_failed;
    case NudState::reachable:
      return same ? NudEvent::set_reachable_same : NudEvent::set_reachable_new;
    case NudState::stale:
      return same ? NudEvent::set_stale_same : NudEvent::set_stale_new;
    case NudState::delay:
      return same ? NudEvent::set_delay_same : NudEvent::set_delay_new;
    case NudState::probe:
      return same ? NudEvent::set_probe_same : NudEvent::set_probe_new;
    case NudState::noarp:
      return same ? NudEvent::set_noarp_same : NudEvent::set_noarp_new;
    case NudState::permanent:
      return same ? NudEvent::set_permanent_same : NudEvent::set_permanent_new;
  }
  return NudEvent::set_failed;
}

}  // namespace onlink::inline v0

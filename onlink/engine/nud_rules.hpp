// SPDX-License-Identifier: Apache-2.0
// The rules of the NUD machine, one a line: in these states, when this happens, go there and do that. First Linux's, in
// the order in which things happen to an entry; then what the stricter NeighborRules put in their place. Where a state
// and an event have no rule, classification never gives that event in that state; nud.hpp holds that to be so.
#pragma once

#include <optional>
#include <string_view>

#include "onlink/base/nud_state.hpp"
#include "onlink/engine/neighbor_rules.hpp"
#include "onlink/engine/nud_event.hpp"

namespace onlink::inline v0 {

// Where a rule leads: to a state, or nowhere else.
class NudNext {
 public:
  constexpr NudNext() noexcept = default;                                       // stays where it is
  constexpr NudNext(NudState state) noexcept : state_(state), stays_(false) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] constexpr NudState from(NudState before) const noexcept { return stays_ ? before : state_; }
  [[nodiscard]] constexpr bool stays() const noexcept { return stays_; }

 private:
  NudState state_ = NudState::none;
  bool stays_ = true;
};

struct NudRule {
  NudStates from{};
  NudEvent on = NudEvent::send;
  NudNext next{};
  NudActions actions{};
  std::string_view reference{};           // RFC section, or Linux's function, or a difference of docs/differences.md
  std::optional<NeighborRule> instead{};  // with this rule on, instead of what Linux does
};

namespace nud {

using enum NudState;
using enum NudAction;
using E = NudEvent;

inline constexpr NudNext stay{};
inline constexpr NudActions nothing{};
inline constexpr NudStates unresolved = none | failed;
inline constexpr NudStates unusable = none | incomplete | failed;
inline constexpr NudStates fixed = noarp | permanent;  // no packet changes them
inline constexpr NudStates learned = reachable | stale | delay | probe;
inline constexpr NudStates usable = learned | fixed;
inline constexpr NudStates every = unusable | usable;

inline constexpr NudActions changed = touch_updated | announce;
inline constexpr NudActions resolve = touch_used | touch_updated | start_probes | arm_retrans | solicit;
inline constexpr NudActions wait = touch_used | touch_updated | arm_delay;
inline constexpr NudActions proven = set_confirmed | set_router;
inline constexpr NudActions moved = store_address | proven | changed;  // to a MAC that it answers from
inline constexpr NudActions doubtful = store_address | forget_confirmed | set_router | changed;
inline constexpr NudActions lost = changed | fail_queue;

inline constexpr NudRule linux_rules[] = {
    // Sending (neigh_event_send; RFC 4861 sections 7.2.2 and 7.3.3)
    {unresolved, E::send, incomplete, resolve | enqueue, "RFC 4861 7.2.2"},
    {incomplete, E::send, stay, touch_used | enqueue, "RFC 4861 7.2.2"},
    {stale, E::send, delay, wait | transmit, "RFC 4861 7.3.3"},
    {delay | probe, E::send, stay, touch_used | transmit, "RFC 4861 7.3.3"},
    {nud_connected, E::send, stay, transmit, "RFC 4861 7.3.3"},
    {unresolved, E::send_hopeless, failed, touch_used | touch_updated | drop_packet, "__neigh_event_send"},
    {incomplete, E::send_hopeless, stay, touch_used | enqueue, "RFC 4861 7.2.2"},
    {stale, E::send_hopeless, delay, wait | transmit, "RFC 4861 7.3.3"},
    {delay | probe, E::send_hopeless, stay, touch_used | transmit, "RFC 4861 7.3.3"},
    {nud_connected, E::send_hopeless, stay, transmit, "RFC 4861 7.3.3"},
    {unresolved | permanent, E::use, incomplete, resolve, "neigh_add"},
    {stale, E::use, delay, wait, "neigh_add"},
    {incomplete | reachable | delay | probe | noarp, E::use, stay, touch_used, "neigh_add"},
    {unresolved | permanent, E::use_hopeless, failed, touch_used | touch_updated, "neigh_add"},
    {stale, E::use_hopeless, delay, wait, "neigh_add"},
    {incomplete | reachable | delay | probe | noarp, E::use_hopeless, stay, touch_used, "neigh_add"},

    // What packets tell (neigh_update; RFC 826, RFC 4861 sections 7.2.3 and 7.2.5)
    {unusable, E::answer_new, reachable, moved | arm_reachable | flush_queue, "RFC 4861 7.2.5"},
    {stale | delay | probe, E::answer_new, reachable, moved | arm_reachable, "RFC 4861 7.2.5"},
    {reachable, E::answer_new, stay, moved, "RFC 4861 7.2.5"},
    {stale | delay | probe, E::answer_same, reachable, proven | changed | arm_reachable, "RFC 4861 7.2.5"},
    {reachable, E::answer_same, stay, proven, "RFC 4861 7.2.5"},
    {reachable, E::answer_doubted, stale, set_confirmed | changed | disarm, "RFC 4861 7.2.5 I.a"},
    {stale | delay | probe, E::answer_doubted, stay, set_confirmed, "__neigh_update, D4"},
    {learned, E::answer_refused, stay, set_confirmed, "__neigh_update, D13"},
    {unusable, E::hint_new, stale, doubtful | disarm | flush_queue, "RFC 4861 7.2.3"},
    {reachable | delay | probe, E::hint_new, stale, doubtful | disarm, "RFC 4861 7.2.3"},
    {stale, E::hint_new, stay, doubtful, "RFC 4861 7.2.3"},
    {learned, E::hint_same, stay, set_router, "RFC 4861 7.2.3"},
    {reachable, E::hint_doubted, stale, changed | disarm, "RFC 4861 7.2.5 I.a"},
    {stale | delay | probe, E::hint_doubted, stay, nothing, "RFC 4861 7.2.5 I.b"},
    {unusable | learned, E::hint_refused, stay, nothing, "__neigh_update, D13"},
    {fixed, E::answer_same, stay, nothing, "__neigh_update"},
    {fixed, E::answer_new, stay, nothing, "__neigh_update"},
    {fixed, E::answer_doubted, stay, nothing, "__neigh_update"},
    {fixed, E::answer_refused, stay, nothing, "__neigh_update"},
    {fixed, E::hint_same, stay, nothing, "__neigh_update"},
    {fixed, E::hint_new, stay, nothing, "__neigh_update"},
    {fixed, E::hint_doubted, stay, nothing, "__neigh_update"},
    {fixed, E::hint_refused, stay, nothing, "__neigh_update"},
    {usable, E::confirm, stay, set_confirmed, "RFC 4861 7.3.1"},
    {unusable, E::confirm, stay, nothing, "RFC 4861 7.3.1"},

    // Deadlines (neigh_timer_handler; RFC 4861 sections 7.2.2 and 7.3.3)
    {reachable, E::deadline_confirmed, stay, arm_confirmed, "RFC 4861 7.3.3"},
    {reachable, E::deadline_used, delay, touch_updated | arm_delay, "neigh_timer_handler, D3"},
    {reachable, E::deadline, stale, changed, "RFC 4861 7.3.3"},
    {delay, E::deadline_confirmed, reachable, changed | arm_confirmed, "RFC 4861 7.3.3"},
    {delay, E::deadline, probe, changed | reset_probes | arm_retrans | solicit, "RFC 4861 7.3.3"},
    {incomplete | probe, E::deadline, stay, arm_retrans | solicit, "RFC 4861 7.2.2, 7.3.3"},
    {incomplete | delay | probe, E::exhausted, failed, lost, "RFC 4861 7.2.2, 7.3.3, D1"},
    {incomplete, E::exhausted_validated, failed, lost, "neigh_timer_handler"},
    {delay | probe, E::exhausted_validated, stale, changed, "neigh_timer_handler"},

    // By hand (neigh_add, neigh_delete)
    {none, E::set_none, stay, nothing, "__neigh_update"},
    {incomplete | failed, E::set_none, none, disarm, "__neigh_update"},
    {usable, E::set_none, none, disarm | announce, "__neigh_update"},
    {unusable, E::set_incomplete, incomplete, disarm, "__neigh_update"},
    {usable, E::set_incomplete, incomplete, disarm | announce, "__neigh_update"},
    {unresolved, E::set_failed, failed, nothing, "__neigh_update"},
    {incomplete | probe, E::set_failed, failed, disarm | lost, "__neigh_update"},
    {reachable | stale | delay | fixed, E::set_failed, failed, disarm | announce, "__neigh_update"},
    {unusable, E::set_reachable_new, reachable, moved | arm_reachable | flush_queue, "__neigh_update"},
    {stale | delay | probe | fixed, E::set_reachable_new, reachable, moved | arm_reachable, "__neigh_update"},
    {reachable, E::set_reachable_new, stay, moved, "__neigh_update"},
    {stale | delay | probe | fixed, E::set_reachable_same, reachable, proven | changed | arm_reachable,
     "__neigh_update"},
    {reachable, E::set_reachable_same, stay, proven, "__neigh_update"},
    {unusable, E::set_stale_new, stale, doubtful | disarm | flush_queue, "__neigh_update"},
    {reachable | delay | probe | fixed, E::set_stale_new, stale, doubtful | disarm, "__neigh_update"},
    {stale, E::set_stale_new, stay, doubtful, "__neigh_update"},
    {reachable | delay | probe | fixed, E::set_stale_same, stale, set_router | changed | disarm, "__neigh_update"},
    {stale, E::set_stale_same, stay, set_router, "__neigh_update"},
    {unusable, E::set_delay_new, delay, doubtful | arm_now | flush_queue, "__neigh_update"},
    {reachable | stale | probe | fixed, E::set_delay_new, delay, doubtful | arm_now, "__neigh_update"},
    {delay, E::set_delay_new, stay, doubtful, "__neigh_update"},
    {reachable | stale | probe | fixed, E::set_delay_same, delay, set_router | changed | arm_now, "__neigh_update"},
    {delay, E::set_delay_same, stay, set_router, "__neigh_update"},
    {unusable, E::set_probe_new, probe, doubtful | reset_probes | arm_now | flush_queue, "__neigh_update"},
    {reachable | stale | delay | fixed, E::set_probe_new, probe, doubtful | reset_probes | arm_now, "__neigh_update"},
    {probe, E::set_probe_new, stay, doubtful, "__neigh_update"},
    {reachable | stale | delay | fixed, E::set_probe_same, probe, set_router | changed | reset_probes | arm_now,
     "__neigh_update"},
    {probe, E::set_probe_same, stay, set_router, "__neigh_update"},
    {unusable, E::set_noarp_new, noarp, moved | disarm | flush_queue, "__neigh_update"},
    {learned | permanent, E::set_noarp_new, noarp, moved | disarm, "__neigh_update"},
    {noarp, E::set_noarp_new, stay, moved, "__neigh_update"},
    {learned | permanent, E::set_noarp_same, noarp, proven | changed | disarm, "__neigh_update"},
    {noarp, E::set_noarp_same, stay, proven, "__neigh_update"},
    {unusable, E::set_permanent_new, permanent, moved | disarm | flush_queue, "__neigh_update"},
    {learned | noarp, E::set_permanent_new, permanent, moved | disarm, "__neigh_update"},
    {permanent, E::set_permanent_new, stay, moved, "__neigh_update"},
    {learned | noarp, E::set_permanent_same, permanent, proven | changed | disarm, "__neigh_update"},
    {permanent, E::set_permanent_same, stay, proven, "__neigh_update"},
    {unresolved, E::remove, failed, erase, "neigh_delete"},
    {incomplete | probe, E::remove, failed, disarm | lost | erase, "neigh_delete"},
    {reachable | stale | delay | fixed, E::remove, failed, disarm | announce | erase, "neigh_delete"},

    // The link (neigh_carrier_down, neigh_ifdown, neigh_changeaddr)
    {unusable | learned | noarp, E::carrier_lost, stay, disarm | erase, "neigh_flush_dev"},
    {permanent, E::carrier_lost, stay, nothing, "neigh_flush_dev"},
    {every, E::link_flushed, stay, disarm | erase, "neigh_flush_dev"},

    // Garbage collection (neigh_periodic_work, neigh_forced_gc)
    {failed, E::collect, stay, erase, "neigh_periodic_work"},
    {none | incomplete | usable, E::collect, stay, nothing, "neigh_periodic_work"},
    {unresolved | stale | noarp, E::collect_idle, stay, erase, "neigh_periodic_work"},
    {nud_in_timer | permanent, E::collect_idle, stay, nothing, "neigh_periodic_work"},
    {failed | noarp, E::evict, stay, erase, "neigh_forced_gc"},
    {none | incomplete | learned | permanent, E::evict, stay, nothing, "neigh_forced_gc"},
    {unresolved | stale | noarp, E::evict_old, stay, erase, "neigh_forced_gc"},
    {nud_in_timer | permanent, E::evict_old, stay, nothing, "neigh_forced_gc"},
};

using R = NeighborRule;
inline constexpr NudRule strict_rules[] = {
    {reachable, E::deadline_used, stale, changed, "RFC 4861 7.3.2", R::unused_goes_stale},
    {probe, E::confirm, reachable, set_confirmed | changed | arm_reachable, "RFC 4861 app. C, D17",
     R::confirmation_ends_probe},
    {reachable, E::answer_doubted, stale, changed | disarm, "RFC 4861 7.2.5 I.a, D4", R::doubt_confirms_nothing},
    {stale | delay | probe, E::answer_doubted, stay, nothing, "RFC 4861 7.2.5 I.b, D4", R::doubt_confirms_nothing},
    {learned, E::answer_refused, stay, nothing, "RFC 4861 7.2.5 I.b, D4", R::doubt_confirms_nothing},
    {unresolved, E::set_incomplete, incomplete, touch_updated | start_probes | arm_retrans | solicit, "RFC 4861 7.2.2",
     R::incomplete_resolves},
    {incomplete, E::set_incomplete, stay, nothing, "RFC 4861 7.2.2", R::incomplete_resolves},
    {usable, E::set_incomplete, incomplete, changed | start_probes | arm_retrans | solicit, "RFC 4861 7.2.2",
     R::incomplete_resolves},
};

}  // namespace nud
}  // namespace onlink::inline v0

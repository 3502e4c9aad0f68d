// SPDX-License-Identifier: Apache-2.0
// Neighbor Unreachability Detection as data: step(state, event) is a lookup in a table made of the rules in
// nud_rules.hpp while the program is compiled. What happened is found out before, by the pure functions of
// nud_classify.hpp; what is to be done is done after, by NeighborTable. The semantics are Linux's (neighbour.c), which
// are RFC 4861 section 7.3 and appendix C with states added; docs/nud-table.md is generated from the rules.
#pragma once

#include <array>
#include <cstddef>

#include "onlink/base/nud_state.hpp"
#include "onlink/engine/neighbor_rules.hpp"
#include "onlink/engine/nud_event.hpp"
#include "onlink/engine/nud_rules.hpp"

namespace onlink::inline v0 {

struct NudCell {
  NudStep linux_does{};
  NudStep strict{};  // with `rule` on
  NeighborRule rule{};
  bool has_rule = false;
  bool possible = false;  // no: classification never gives this event in this state
};
using NudTable = std::array<std::array<NudCell, nud_event_count>, nud_state_count>;

namespace nud {

[[nodiscard]] constexpr std::size_t index(NudState state) noexcept { return static_cast<std::size_t>(state); }
[[nodiscard]] constexpr std::size_t index(NudEvent event) noexcept { return static_cast<std::size_t>(event); }
[[nodiscard]] constexpr NudState state_at(std::size_t i) noexcept { return static_cast<NudState>(i); }
[[nodiscard]] constexpr NudEvent event_at(std::size_t i) noexcept { return static_cast<NudEvent>(i); }

// A MAC is the same as, or in contradiction to, one that is known only where one is known; and a timer ends only where
// one runs.
[[nodiscard]] constexpr NudStates states_of(NudEvent event) noexcept {
  constexpr NudEvent with_mac[] = {E::answer_same,    E::answer_doubted,     E::answer_refused,    E::hint_same,
                                   E::hint_doubted,   E::set_reachable_same, E::set_stale_same,    E::set_delay_same,
                                   E::set_probe_same, E::set_noarp_same,     E::set_permanent_same};
  for (const NudEvent one : with_mac)
    if (event == one) return usable;
  if (event == E::deadline_used) return reachable;
  if (event == E::deadline_confirmed) return reachable | delay;
  if (event == E::deadline) return nud_in_timer;
  if (event == E::exhausted || event == E::exhausted_validated) return incomplete | delay | probe;
  return every;
}

// Called where the rules are wrong: not being constexpr, they stop the compiler.
inline void two_rules_for_one_cell() {}
inline void rule_for_an_impossible_cell() {}
inline void no_rule_for_a_possible_cell() {}
inline void strict_rule_without_a_rule_of_linux() {}

consteval void add_linux_rule(NudTable& table, const NudRule& rule, NudState state) {
  NudCell& cell = table[index(state)][index(rule.on)];
  if (cell.possible) two_rules_for_one_cell();
  if (!states_of(rule.on).has(state)) rule_for_an_impossible_cell();
  cell.possible = true;
  cell.linux_does = {rule.next.from(state), rule.actions};
}

consteval void add_strict_rule(NudTable& table, const NudRule& rule, NudState state) {
  NudCell& cell = table[index(state)][index(rule.on)];
  if (cell.has_rule) two_rules_for_one_cell();
  if (!cell.possible || !rule.instead) strict_rule_without_a_rule_of_linux();
  cell.rule = *rule.instead;
  cell.has_rule = true;
  cell.strict = {rule.next.from(state), rule.actions};
}

consteval NudTable make_table() {
  NudTable table{};
  for (std::size_t s = 0; s < nud_state_count; ++s) {
    for (const NudRule& rule : linux_rules)
      if (rule.from.has(state_at(s))) add_linux_rule(table, rule, state_at(s));
    for (const NudRule& rule : strict_rules)
      if (rule.from.has(state_at(s))) add_strict_rule(table, rule, state_at(s));
    for (std::size_t e = 0; e < nud_event_count; ++e)
      if (states_of(event_at(e)).has(state_at(s)) && !table[s][e].possible) no_rule_for_a_possible_cell();
  }
  return table;
}

}  // namespace nud

inline constexpr NudTable nud_table = nud::make_table();

[[nodiscard]] constexpr bool nud_possible(NudState state, NudEvent event) noexcept {
  return nud_table[nud::index(state)][nud::index(event)].possible;
}
// REQUIRES: nud_possible(state, event).
[[nodiscard]] constexpr NudStep step(NudState state, NudEvent event, NeighborRules rules) noexcept {
  const NudCell& cell = nud_table[nud::index(state)][nud::index(event)];
  return cell.has_rule && rules.has(cell.rule) ? cell.strict : cell.linux_does;
}

}  // namespace onlink::inline v0

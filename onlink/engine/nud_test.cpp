// SPDX-License-Identifier: Apache-2.0
// What must hold of the table, whatever its rows: the musts of RFC 4861 and what Linux was observed to do, checked
// while this compiles; and the table of nud.md section 2.7 for what packets tell, spelled out once more.
#include "onlink/engine/nud.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "onlink/engine/nud_classify.hpp"

namespace onlink {
namespace {

using enum NudState;
using E = NudEvent;
using A = NudAction;

constexpr NeighborRules linux_rules = NeighborRules::linux_compatible();
constexpr NeighborRules strict = NeighborRules::strict();

// `test(state, event, step)` holds in every cell, with and without rules.
template <class Test>
consteval bool everywhere(Test test) {
  for (std::size_t s = 0; s < nud_state_count; ++s)
    for (std::size_t e = 0; e < nud_event_count; ++e) {
      const NudState state = nud::state_at(s);
      const NudEvent event = nud::event_at(e);
      if (!nud_possible(state, event)) continue;
      if (!test(state, event, step(state, event, linux_rules)) || !test(state, event, step(state, event, strict)))
        return false;
    }
  return true;
}

// RFC 4861 section 7.3.3: a packet through STALE leaves at once, and DELAY begins without a solicitation.
static_assert(step(stale, E::send, strict).next == delay);
static_assert(step(stale, E::send, strict).actions.has(A::transmit));
static_assert(step(stale, E::send, strict).actions.has(A::arm_delay));
static_assert(!step(stale, E::send, strict).actions.has(A::solicit));
// A packet leaves exactly where a MAC is known; elsewhere it waits, or is dropped.
static_assert(everywhere([](NudState state, NudEvent event, NudStep done) {
  if (event != E::send && event != E::send_hopeless) return !done.actions.any(A::transmit | A::enqueue);
  return done.actions.has(A::transmit) == nud_valid.has(state) &&
         done.actions.any(A::enqueue | A::drop_packet) != nud_valid.has(state);
}));
// Only a packet to send, a use, or a hand begins a resolution.
static_assert(everywhere([](NudState state, NudEvent event, NudStep done) {
  const bool begins = state != incomplete && done.next == incomplete;
  return !begins || event == E::send || event == E::use || event == E::set_incomplete;
}));
// Solicitations end in FAILED, never in STALE; and STALE has no timer.
static_assert(step(incomplete, E::exhausted, strict).next == failed);
static_assert(step(probe, E::exhausted, strict).next == failed);
static_assert(!nud_possible(stale, E::deadline));
// A timer runs after each step into a timed state, and none after a step out of one.
static_assert(everywhere([](NudState state, NudEvent event, NudStep done) {
  if (done.actions.has(A::erase)) return true;
  const bool by_timer = event >= E::deadline_confirmed && event <= E::exhausted_validated;
  const bool had_one = nud_in_timer.has(state) && !by_timer;
  const bool has_one = done.actions.any(nud_arms) || (had_one && !done.actions.has(A::disarm));
  if (event == E::set_incomplete) return true;  // Linux arms none: its entry waits for ever
  return has_one == nud_in_timer.has(done.next);
}));
static_assert(step(stale, E::set_incomplete, strict).actions.has(A::arm_retrans));
// PERMANENT and NOARP change by hand only; the link and collection may take NOARP.
static_assert(everywhere([](NudState state, NudEvent event, NudStep done) {
  if (event < E::answer_same || event > E::confirm || (state != noarp && state != permanent)) return true;
  return done.next == state && !done.actions.any(A::store_address | A::announce | A::touch_updated);
}));
// Garbage collection takes nothing that a timer runs for, nor what was made PERMANENT.
static_assert(everywhere([](NudState state, NudEvent event, NudStep done) {
  if (event < E::collect) return true;
  return done.next == state && !(done.actions.has(A::erase) && (nud_in_timer | permanent).has(state));
}));
// Only a proof of reachability makes REACHABLE (RFC 4861 section 7.3.1): an answer, a confirmation, or a hand.
static_assert(everywhere([](NudState state, NudEvent event, NudStep done) {
  if (state == reachable || done.next != reachable) return true;
  return event == E::answer_same || event == E::answer_new || event == E::confirm || event == E::deadline_confirmed ||
         event == E::set_reachable_same || event == E::set_reachable_new;
}));
// What strict mode changes, each by the rule that says so.
static_assert(step(reachable, E::deadline_used, linux_rules).next == delay);
static_assert(step(reachable, E::deadline_used, strict).next == stale);
static_assert(step(probe, E::confirm, linux_rules).next == probe);
static_assert(step(probe, E::confirm, strict).next == reachable);
static_assert(step(delay, E::answer_refused, linux_rules).actions.has(A::set_confirmed));
static_assert(step(delay, E::answer_refused, strict).actions.empty());

struct Row {
  NudEvent event;
  const char* none;
  const char* incomplete;
  const char* reachable;
  const char* stale;
  const char* delay;
  const char* probe;
  const char* failed;
  const char* fixed;
};

// nud.md 2.7, Linux; "" where classification does not lead, "-" for no change of state.
constexpr Row rows[] = {
    {E::send, "incomplete", "-", "-", "delay", "-", "-", "incomplete", "-"},
    {E::send_hopeless, "failed", "-", "-", "delay", "-", "-", "-", "-"},
    {E::answer_same, "", "", "-", "reachable", "reachable", "reachable", "", "-"},
    {E::answer_new, "reachable", "reachable", "-", "reachable", "reachable", "reachable", "reachable", "-"},
    {E::answer_doubted, "", "", "stale", "-", "-", "-", "", "-"},
    {E::answer_refused, "", "", "-", "-", "-", "-", "", "-"},
    {E::hint_same, "", "", "-", "-", "-", "-", "", "-"},
    {E::hint_new, "stale", "stale", "stale", "-", "stale", "stale", "stale", "-"},
    {E::hint_doubted, "", "", "stale", "-", "-", "-", "", "-"},
    {E::hint_refused, "-", "-", "-", "-", "-", "-", "-", "-"},
    {E::confirm, "-", "-", "-", "-", "-", "-", "-", "-"},
    {E::deadline_confirmed, "", "", "-", "", "reachable", "", "", ""},
    {E::deadline_used, "", "", "delay", "", "", "", "", ""},
    {E::deadline, "", "-", "stale", "", "probe", "-", "", ""},
    {E::exhausted, "", "failed", "", "", "failed", "failed", "", ""},
    {E::exhausted_validated, "", "failed", "", "", "stale", "stale", "", ""},
};

std::string next_of(NudState state, NudEvent event) {
  if (!nud_possible(state, event)) return "";
  const NudState next = step(state, event, linux_rules).next;
  return next == state ? "-" : std::string{to_string(next)};
}

TEST(NudTable, LeadsWhereTheSpecificationSays) {
  for (const Row& row : rows) {
    SCOPED_TRACE(to_string(row.event));
    EXPECT_EQ(next_of(none, row.event), row.none);
    EXPECT_EQ(next_of(incomplete, row.event), row.incomplete);
    EXPECT_EQ(next_of(reachable, row.event), row.reachable);
    EXPECT_EQ(next_of(stale, row.event), row.stale);
    EXPECT_EQ(next_of(delay, row.event), row.delay);
    EXPECT_EQ(next_of(probe, row.event), row.probe);
    EXPECT_EQ(next_of(failed, row.event), row.failed);
    EXPECT_EQ(next_of(noarp, row.event), row.fixed);
    EXPECT_EQ(next_of(permanent, row.event), row.fixed);
  }
}

TEST(NudTable, AStepByHandLeadsToTheStateThatWasAskedFor) {
  for (std::size_t s = 0; s < nud_state_count; ++s)
    for (std::size_t w = 0; w < nud_state_count; ++w) {
      const NudState state = nud::state_at(s);
      const NudState wanted = nud::state_at(w);
      EXPECT_EQ(step(state, classify_set(wanted, false), linux_rules).next, wanted);
      EXPECT_EQ(step(state, classify_set(wanted, false), strict).next, wanted);
      if (nud_valid.has(state)) {
        EXPECT_EQ(step(state, classify_set(wanted, true), linux_rules).next, wanted);
      }
    }
}

TEST(NudTable, MacsAreStoredOnlyWhenNewAndThenWhatWaitedIsSent) {
  for (std::size_t s = 0; s < nud_state_count; ++s)
    for (std::size_t e = 0; e < nud_event_count; ++e) {
      const NudState state = nud::state_at(s);
      const NudEvent event = nud::event_at(e);
      if (!nud_possible(state, event)) continue;
      SCOPED_TRACE(std::string{to_string(state)} + " " + std::string{to_string(event)});
      const NudStep done = step(state, event, linux_rules);
      const bool fixed = state == noarp || state == permanent;
      const bool told = to_string(event).ends_with("-new") && !(fixed && event < E::confirm);
      EXPECT_EQ(done.actions.has(A::store_address), told);
      EXPECT_EQ(done.actions.has(A::flush_queue), told && !nud_valid.has(state));
    }
}

TEST(NudTable, EveryWordIsThereOnce) {
  std::set<std::string_view> names;
  for (std::size_t e = 0; e < nud_event_count; ++e) {
    EXPECT_TRUE(names.insert(to_string(nud::event_at(e))).second) << to_string(nud::event_at(e));
    EXPECT_FALSE(meaning(nud::event_at(e)).empty());
  }
  for (std::size_t a = 0; a < nud_action_count; ++a) {
    const auto action = static_cast<NudAction>(1U << a);
    EXPECT_TRUE(names.insert(to_string(action)).second) << to_string(action);
    EXPECT_FALSE(meaning(action).empty());
  }
}

TEST(NeighborRules, EachHasItsRowAndStrictHasThemAll) {
  std::size_t number = 0;
  for (const NeighborRuleInfo& info : neighbor_rules()) {
    EXPECT_EQ(static_cast<std::size_t>(info.rule), number++);
    EXPECT_TRUE(strict.has(info.rule));
    EXPECT_FALSE(linux_rules.has(info.rule));
    EXPECT_TRUE(NeighborRules::linux_compatible().set(info.rule).has(info.rule));
    EXPECT_FALSE(info.linux_does.ends_with('.') || info.strict_does.ends_with('.'));
  }
  NeighborRules all = linux_rules;
  for (const NeighborRuleInfo& info : neighbor_rules()) all.set(info.rule);
  EXPECT_EQ(all, strict);
}

}  // namespace
}  // namespace onlink

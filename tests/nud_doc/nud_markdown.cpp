// SPDX-License-Identifier: Apache-2.0
#include "tests/nud_doc/nud_markdown.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>

#include "onlink/engine/neighbor_rules.hpp"
#include "onlink/engine/nud.hpp"

namespace onlink::testing {
namespace {

struct Section {
  std::string_view title;
  NudEvent first;
  NudEvent last;
};
constexpr Section sections[] = {
    {"A packet is to be sent", NudEvent::send, NudEvent::use_hopeless},
    {"What packets and upper layers tell", NudEvent::answer_same, NudEvent::confirm},
    {"Time is up", NudEvent::deadline_confirmed, NudEvent::exhausted_validated},
    {"By hand", NudEvent::set_none, NudEvent::remove},
    {"The link", NudEvent::carrier_lost, NudEvent::link_flushed},
    {"Garbage collection", NudEvent::collect, NudEvent::evict_old},
};

// "a, b"
template <class Test, class Name>
std::string listed(std::size_t count, Test has, Name name) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (!has(i)) continue;
    if (!text.empty()) text += ", ";
    text += name(i);
  }
  return text;
}

std::string states_text(NudStates states) {
  return listed(
      nud_state_count, [&](std::size_t i) { return states.has(nud::state_at(i)); },
      [](std::size_t i) { return to_string(nud::state_at(i)); });
}

std::string actions_text(NudActions actions) {
  const auto action = [](std::size_t i) { return static_cast<NudAction>(1U << i); };
  return listed(
      nud_action_count, [&](std::size_t i) { return actions.has(action(i)); },
      [&](std::size_t i) { return to_string(action(i)); });
}

std::string next_text(const NudRule& rule) {
  return rule.next.stays() ? "-" : std::string{to_string(rule.next.from(NudState::none))};
}

std::string rule_row(const NudRule& rule) {
  return "| " + std::string{to_string(rule.on)} + " | " + states_text(rule.from) + " | " + next_text(rule) + " | " +
         actions_text(rule.actions) + " | " + std::string{rule.reference} + " |\n";
}

std::string cell_text(NudState state, NudEvent event) {
  if (!nud_possible(state, event)) return "";
  const NudCell& cell = nud_table[nud::index(state)][nud::index(event)];
  const NudStep& done = cell.linux_does;
  std::string text = done.actions.has(NudAction::erase) ? "gone"
                     : done.next == state               ? "-"
                                                        : std::string{to_string(done.next)};
  if (cell.has_rule) text += " *";
  return text;
}

std::string overview() {
  std::string text =
      "## Where each event leads\n\n"
      "`-`: the state stays (the entry may change all the same: see the rules); empty: that cannot happen in this "
      "state; `*`: a\n"
      "stricter rule differs, see the end.\n\n| event |";
  for (std::size_t s = 0; s < nud_state_count; ++s) text += " " + std::string{to_string(nud::state_at(s))} + " |";
  text += "\n|---|";
  for (std::size_t s = 0; s < nud_state_count; ++s) text += "---|";
  text += "\n";
  for (std::size_t e = 0; e < nud_event_count; ++e) {
    text += "| " + std::string{to_string(nud::event_at(e))} + " |";
    for (std::size_t s = 0; s < nud_state_count; ++s) {
      const std::string cell = cell_text(nud::state_at(s), nud::event_at(e));
      text += cell.empty() ? " |" : " " + cell + " |";
    }
    text += "\n";
  }
  return text + "\n";
}

std::string section_text(const Section& section) {
  std::string text = "## " + std::string{section.title} + "\n\n";
  for (std::size_t e = nud::index(section.first); e <= nud::index(section.last); ++e)
    text += "- `" + std::string{to_string(nud::event_at(e))} + "`: " + std::string{meaning(nud::event_at(e))} + "\n";
  text += "\n| event | in | next | what is done | reference |\n|---|---|---|---|---|\n";
  for (const NudRule& rule : nud::linux_rules)
    if (rule.on >= section.first && rule.on <= section.last) text += rule_row(rule);
  return text + "\n";
}

std::string actions_section() {
  std::string text = "## What is done\n\nIn this order.\n\n| action | meaning |\n|---|---|\n";
  for (std::size_t a = 0; a < nud_action_count; ++a) {
    const auto action = static_cast<NudAction>(1U << a);
    text += "| " + std::string{to_string(action)} + " | " + std::string{meaning(action)} + " |\n";
  }
  return text + "\n";
}

std::string strict_section() {
  std::string text =
      "## Where the cache is stricter than Linux\n\n"
      "Each rule can be switched alone (`NeighborRules`); `strict`, the default, has them all, `linux_compatible` "
      "none. Those\n"
      "without a row in this table are rules of reception or of administration.\n\n";
  for (const NeighborRuleInfo& info : neighbor_rules()) {
    text += "### " + std::string{info.name} + "\n\nLinux: " + std::string{info.linux_does} +
            ". Strict: " + std::string{info.strict_does} + ". (" + std::string{info.reference} + ")\n\n";
    const auto belongs = [&](const NudRule& rule) { return rule.instead == info.rule; };
    if (std::ranges::none_of(nud::strict_rules, belongs)) continue;
    text += "| event | in | next | what is done | reference |\n|---|---|---|---|---|\n";
    for (const NudRule& rule : nud::strict_rules)
      if (belongs(rule)) text += rule_row(rule);
    text += "\n";
  }
  text.pop_back();
  return text;
}

}  // namespace

std::string nud_markdown() {
  std::string text =
      "# The NUD table\n\n"
      "What happens to an entry of the neighbour cache, and what is then done. Made from the rules in\n"
      "`onlink/engine/nud_rules.hpp` by `onlink_nud_doc_test`, which holds both to be equal; "
      "`ONLINK_UPDATE_GOLDEN=1` writes it\n"
      "anew. The semantics are those of Linux 6.18 as observed, which are RFC 4861 section 7.3 and appendix C with the "
      "states\n"
      "none, noarp, failed and permanent added, for IPv4 (RFC 826) too.\n\n"
      "![States and what leads from one to another](nud-states.svg)\n\n";
  text += overview();
  for (const Section& section : sections) text += section_text(section);
  return text + actions_section() + strict_section();
}

}  // namespace onlink::testing

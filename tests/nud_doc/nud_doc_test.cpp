// SPDX-License-Identifier: Apache-2.0
// The table's documents say what the table says.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/nud_doc/nud_diagram.hpp"
#include "tests/nud_doc/nud_markdown.hpp"

namespace onlink {
namespace {

using namespace onlink::testing;

void expect_document(const std::string& path, const std::string& text) {
  if (std::getenv("ONLINK_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << text;
  std::ifstream file{path};
  const std::string found{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_TRUE(found == text) << path << " is not what the rules make of it; ONLINK_UPDATE_GOLDEN=1 writes it anew";
}

TEST(NudDocument, TableIsMadeFromTheRules) { expect_document("docs/nud-table.md", nud_markdown()); }

TEST(NudDocument, DiagramIsMadeFromTheRules) { expect_document("docs/nud-states.svg", nud_diagram()); }

std::size_t arrows_for(NudState from, NudEvent event, NudState to, bool strict) {
  return static_cast<std::size_t>(std::ranges::count_if(diagram_arrows(), [&](const DiagramArrow& arrow) {
    return arrow.strict == strict && arrow.from.has(from) && arrow.to == to &&
           std::ranges::find(arrow.on, event) != arrow.on.end();
  }));
}

// Each way from one state to another has one arrow, and each arrow is such a way.
TEST(NudDocument, DiagramShowsEveryTransitionOnceAndNoOther) {
  for (std::size_t s = 0; s < nud_state_count; ++s)
    for (std::size_t e = 0; e < nud_event_count; ++e)
      for (std::size_t n = 0; n < nud_state_count; ++n) {
        const NudState from = nud::state_at(s);
        const NudState to = nud::state_at(n);
        const NudEvent event = nud::event_at(e);
        const NudCell& cell = nud_table[s][e];
        const bool linux_leads = is_drawn(event) && cell.possible && from != to && cell.linux_does.next == to;
        const bool strict_leads =
            is_drawn(event) && cell.has_rule && from != to && cell.strict.next == to && cell.linux_does.next != to;
        EXPECT_EQ(arrows_for(from, event, to, false), linux_leads ? 1U : 0U)
            << to_string(from) << " " << to_string(event) << " " << to_string(to);
        EXPECT_EQ(arrows_for(from, event, to, true), strict_leads ? 1U : 0U)
            << to_string(from) << " " << to_string(event) << " " << to_string(to) << " strict";
      }
}

}  // namespace
}  // namespace onlink

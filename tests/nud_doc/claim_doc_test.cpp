// SPDX-License-Identifier: Apache-2.0
// The claim's table and its document say the same.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "onlink/engine/claim_table.hpp"

namespace onlink::inline v0 {
namespace {

constexpr const char* path = "docs/claim-table.md";

ClaimState state_at(std::size_t index) { return static_cast<ClaimState>(index); }
ClaimEvent event_at(std::size_t index) { return static_cast<ClaimEvent>(index); }

// Where each event leads from each state.
std::string matrix() {
  std::string text = "| event |";
  for (std::size_t s = 0; s < claim_state_count; ++s) (text += ' ').append(to_string(state_at(s))) += " |";
  text += "\n|---|";
  for (std::size_t s = 0; s < claim_state_count; ++s) text += "---|";
  text += '\n';
  for (std::size_t e = 0; e < claim_event_count; ++e) {
    (text += "| ").append(to_string(event_at(e))) += " |";
    for (std::size_t s = 0; s < claim_state_count; ++s) {
      const ClaimStep taken = step(state_at(s), event_at(e));
      const bool nothing = taken == ClaimStep{state_at(s), ClaimAction::none};
      const bool stays = taken.next == state_at(s);
      text += nothing ? std::string{" |"}
              : stays ? std::string{" - |"}
                      : " " + std::string{to_string(taken.next)} + " |";
    }
    text += '\n';
  }
  return text;
}

// Every row with what it does and why.
std::string rules() {
  std::string text =
      "| in | on | next | does | why (RFC 5227's section unless another is named) |\n|---|---|---|---|---|\n";
  for (const ClaimRow& row : claim_rows()) {
    text += "| ";
    text += to_string(row.from);
    text += " | ";
    text += to_string(row.on);
    text += " | ";
    text += to_string(row.next);
    text += " | ";
    text += to_string(row.actions);
    text += " | ";
    text += row.why;
    text += " |\n";
  }
  return text;
}

std::string document() {
  return "# The table of a claim\n\n"
         "What happens to an address that is claimed, and what is then done. Made from the rows of\n"
         "`onlink/engine/claim_table.cpp` by `onlink_nud_doc_test`, which holds both to be equal;\n"
         "`ONLINK_UPDATE_GOLDEN=1` writes it anew. What it is about is in [claim.md](claim.md).\n\n"
         "## Where each event leads\n\n"
         "`-`: the state stays, and something is done; empty: nothing is.\n\n" +
         matrix() + "\n## What is done\n\n" + rules();
}

TEST(ClaimDocument, IsMadeFromTheTable) {
  const std::string text = document();
  if (std::getenv("ONLINK_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << text;
  std::ifstream file{path};
  const std::string found{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_TRUE(found == text) << path << " is not what the table makes of it; ONLINK_UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace
}  // namespace onlink::inline v0

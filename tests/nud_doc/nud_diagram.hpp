// SPDX-License-Identifier: Apache-2.0
// docs/nud-states.svg: the states and what packets, senders and time do to them. Where things are drawn is laid out by
// hand; that each arrow is true, and that none is missing, is held against the table.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/engine/nud.hpp"

namespace onlink::testing {

struct DiagramArrow {
  NudStates from{};
  NudState to = NudState::none;
  std::vector<NudEvent> on{};
  bool strict = false;      // drawn as what a stricter rule adds
  std::string_view path{};  // SVG
  double x = 0;             // of its text
  double y = 0;
  std::string_view anchor = "middle";
  std::string_view classes = "label";
};

[[nodiscard]] std::span<const DiagramArrow> diagram_arrows();

// What the diagram is about: everything but hands, the link and garbage collection.
[[nodiscard]] constexpr bool is_drawn(NudEvent event) noexcept {
  return event <= NudEvent::exhausted_validated && event != NudEvent::use && event != NudEvent::use_hopeless;
}

[[nodiscard]] std::string nud_diagram();

}  // namespace onlink::testing

// SPDX-License-Identifier: Apache-2.0
// Holds the kernel's trace against the engine's, by the rules of docs/scenarios.md ("What counts as the same", nud.md
// section 9). Records of one neighbour must come in one order, frames by themselves and states by themselves, and each
// at its time; so the order of what concerns different neighbours is free only as far as their times may differ.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/time.hpp"
#include "tests/nud/trace.hpp"

namespace onlink::differential {

inline constexpr Duration early_tolerance = std::chrono::milliseconds{5};  // the kernel counts in jiffies
inline constexpr Duration late_tolerance = std::chrono::milliseconds{40};  // for each timer, and for what has none
inline constexpr Duration coalescing_time = std::chrono::milliseconds{5};  // STALE before DELAY counts for nothing

// One line of both traces side by side. Indices are of the records in the traces that were compared.
struct AlignedRow {
  std::optional<std::size_t> kernel;
  std::optional<std::size_t> engine;
  bool differs = false;
};

struct Comparison {
  Trace kernel;  // normalised: chatter is gone, nonces are numbered
  Trace engine;
  std::vector<AlignedRow> rows;        // by time
  std::optional<std::size_t> first{};  // the first row that differs; none: the same
  std::string why;                     // what differs there, in a sentence

  [[nodiscard]] bool same() const noexcept { return !first; }
};

// `end`: of the scenario. What one trace may have had just behind it is not missed in the other.
[[nodiscard]] Comparison compare(Trace kernel, Trace engine, Duration end);

// The first divergence with `context` rows before and behind it: the kernel on the left, the engine on the right.
[[nodiscard]] std::string render(const Comparison& comparison, std::size_t context = 5);

}  // namespace onlink::differential

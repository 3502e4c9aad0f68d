// SPDX-License-Identifier: Apache-2.0
// Scenarios that nobody thought of: packets, frames, administration and answers at random over a few neighbours, from a
// seed. A walk is decidable by construction: no step falls where it depends on the lateness of a kernel's timers,
// within what the comparator allows them, what comes next.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"

namespace onlink::differential {

struct WalkOptions {
  std::uint64_t seed = 1;
  std::uint32_t steps = 200;  // 20 to 400 ms apart, and now and then a longer pause
  Family family = Family::ipv4;
};

// The script. Errors: system, when no decidable walk was found for the seed (the engine contradicts itself).
[[nodiscard]] std::expected<std::string, Error> random_walk(const WalkOptions& options);

}  // namespace onlink::differential

// SPDX-License-Identifier: Apache-2.0
// What a random walk is made of: the parameters that it runs with, and one step at a time, as lines of the scenario
// language.
#pragma once

#include <cstdint>
#include <string>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/rng.hpp"
#include "onlink/base/time.hpp"

namespace onlink::differential {

// Of one walk. All timers are shorter than 2 s, where the kernel's are at most 32 ms late.
struct WalkParameters {
  Duration reachable{};
  Duration delay{};
  Duration locktime{};
  std::string directives;  // and the set-up
};
[[nodiscard]] WalkParameters draw_parameters(Rng& rng, Family family);

// What a step may do to an entry besides what it shows: some moments are no good for it.
enum class StepEffect : std::uint8_t {
  none,
  confirms,  // may set the entry's time of confirmation
  claims,    // an ARP packet that the locktime may hold off; it may confirm, too
};
struct WalkStep {
  std::string text;  // "send 10.0.0.2 d7"
  IpAddress about;   // the neighbour
  StepEffect effect = StepEffect::none;
};
[[nodiscard]] WalkStep draw_step(Rng& rng, Family family, std::uint32_t number);

}  // namespace onlink::differential

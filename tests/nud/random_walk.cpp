// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/random_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "tests/nud/compare.hpp"
#include "tests/nud/engine_world.hpp"
#include "tests/nud/script_cursor.hpp"
#include "tests/nud/script_verbs.hpp"
#include "tests/nud/walk_steps.hpp"

namespace onlink::differential {
namespace {

using std::chrono::milliseconds;

// A moment that a comparison of the kernel's depends on, and how far around it one cannot be sure: two timers of a
// chain may be late, and the reachable time that was drawn differs from the one wanted by 10 ms.
constexpr Duration before_moment = milliseconds{25};
constexpr Duration behind_moment = milliseconds{120};

bool is_near(Duration since_moment) { return since_moment > -before_moment && since_moment < behind_moment; }

class Walker {
 public:
  Walker(const WalkOptions& options, std::uint64_t seed)
      : options_(options), rng_(seed), parameters_(draw_parameters(rng_, options.family)) {}

  std::expected<std::string, Error> walk() {
    std::string text = fmt::format("title  random walk, seed {}\n{}", options_.seed, parameters_.directives);
    const auto scenario = parse_scenario(text + "at 0 end\n", "walk");
    if (!scenario) return std::unexpected(scenario.error());
    EngineRunOptions run;
    run.reachable_ipv4 = run.reachable_ipv6 = parameters_.reachable;
    EngineWorld world(*scenario, run);
    if (auto done = world.set_up(); !done) return std::unexpected(done.error());
    for (std::uint32_t number = 1; number <= options_.steps; ++number) {
      const WalkStep step = draw_step(rng_, options_.family, number);
      find_moment(world, step);
      if (auto done = execute(world, *scenario, step); !done) return std::unexpected(done.error());
      text += fmt::format("at {} {}\n", now_.count() / 1'000'000, step.text);
    }
    return text + fmt::format("at {} end\n", (now_ + milliseconds{500}).count() / 1'000'000);
  }

 private:
  void find_moment(EngineWorld& world, const WalkStep& step) {
    now_ += rng_.chance(0.1) ? rng_.between(milliseconds{400}, milliseconds{1600})
                             : rng_.between(milliseconds{20}, milliseconds{400});
    now_ -= now_ % milliseconds{1};
    // A timer that is always about to fire would be a fault of the engine's; the final check finds it.
    for (int left = 2000; left > 0; --left, now_ += milliseconds{3}) {
      world.advance(now_);
      const bool settled = world.is_settled(now_) && world.is_settled(now_ + milliseconds{15}) &&
                           world.is_settled(now_ - milliseconds{15});
      if (settled && is_good_for(world, step)) return;
    }
  }

  [[nodiscard]] bool is_good_for(const EngineWorld& world, const WalkStep& step) const {
    const auto entry = world.cache().find(step.about);
    if (!entry || step.effect == StepEffect::none) return true;
    const auto since = [&](Instant moment) { return Instant{epoch} + now_ - moment; };
    if (step.effect == StepEffect::claims && is_near(since(entry->updated + parameters_.locktime))) return false;
    // Whether DELAY ends in REACHABLE: was it confirmed within a delay of its end, or just before?
    if (entry->state == NudState::delay && is_near(since(*entry->deadline - parameters_.delay))) return false;
    // Whether REACHABLE is put off: the same.
    if (entry->state == NudState::reachable && entry->deadline &&
        is_near(since(*entry->deadline - parameters_.reachable))) {
      return false;
    }
    // Whether REACHABLE will end in STALE or DELAY: was it used within a delay of its end?
    return !is_near(since(entry->used + parameters_.delay - parameters_.reachable));
  }

  std::expected<void, Error> execute(EngineWorld& world, const Scenario& scenario, const WalkStep& step) {
    ScriptCursor cursor{step.text, "walk", 0};
    Action action = parse_action(cursor, scenario);
    if (cursor.error()) return std::unexpected(*cursor.error());
    return world.execute({.at = now_, .action = std::move(action), .text = step.text});
  }

  static constexpr Duration epoch = std::chrono::hours{24};  // of EngineWorld
  WalkOptions options_;
  Rng rng_;
  WalkParameters parameters_;
  Duration now_{};
};

// Whether timers that are late as a kernel's are lead to the same.
bool is_decidable(const std::string& text) {
  const auto scenario = parse_scenario(text, "walk");
  const auto prompt = scenario ? run_engine(*scenario) : std::unexpected(scenario.error());
  if (!prompt) return false;
  constexpr std::uint64_t tries = 6;
  for (std::uint64_t seed = 1; seed <= tries; ++seed) {
    const auto late = run_engine(*scenario, {.lateness_seed = seed});
    if (!late || !compare(*late, *prompt, scenario->length()).same()) return false;
  }
  return true;
}

}  // namespace

std::expected<std::string, Error> random_walk(const WalkOptions& options) {
  constexpr std::uint64_t tries = 30;
  Rng seeds(options.seed);
  for (std::uint64_t left = tries; left > 0; --left) {
    auto text = Walker(options, seeds.next()).walk();
    if (!text || is_decidable(*text)) return text;
  }
  return std::unexpected(
      Error{ErrorCode::system, 0,
            fmt::format("seed {}: no walk whose outcome does not depend on how late timers are", options.seed)});
}

}  // namespace onlink::differential

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "tests/nud/engine_world.hpp"

namespace onlink::differential {

std::expected<Trace, Error> run_engine(const Scenario& scenario, const EngineRunOptions& options) {
  EngineWorld world{scenario, options};
  const auto failed = [&](const Step* step, Error error) {
    error.context = step == nullptr ? fmt::format("{}: {}", scenario.name, error.context)
                                    : fmt::format("{}: line {}: {}", scenario.name, step->line, error.context);
    return std::unexpected(std::move(error));
  };
  if (auto ready = world.set_up(); !ready) return failed(nullptr, ready.error());
  for (const Step& step : scenario.steps) {
    world.advance(step.at);
    if (auto done = world.execute(step); !done) return failed(&step, done.error());
  }
  return std::move(world).take_trace();
}

}  // namespace onlink::differential

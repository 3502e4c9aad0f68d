// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/runner.hpp"

namespace onlink::differential {

std::expected<Trace, Error> run_engine(const Scenario& scenario, const EngineRunOptions& /*options*/) {
  return std::unexpected(usage_error(scenario.name + ": the engine runs no scenario yet"));
}

}  // namespace onlink::differential

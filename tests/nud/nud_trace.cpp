// SPDX-License-Identifier: Apache-2.0
// nud-trace: runs one scenario, by the kernel or by the engine, and prints its trace.
#include "tests/nud/program.hpp"
#include "tests/nud/runner.hpp"

namespace {

using namespace onlink::differential;

constexpr std::string_view name = "nud-trace";
constexpr std::string_view help = R"(usage: nud-trace --kernel|--engine [OPTION...] SCRIPT

Runs a scenario (docs/scenarios.md) and prints its trace as JSON lines.

  --kernel           by Linux, in a pair of network namespaces
  --engine           by onlink's neighbour cache, in virtual time, behaving as Linux does
  --strict           --engine: with all rules in which onlink does better than Linux
  --reachable MS     --engine: the reachable time, instead of one that is drawn
  --seed N           --engine: the seed of all that is random (1)
  --help             this text

Exit status: 0 the run is printed; 2 usage, or an error in the script; 5 no network namespaces for us; 8 anything else.
)";

int run(const Scenario& scenario, bool kernel, const EngineRunOptions& options) {
  if (kernel) {
    if (const auto ready = prepare_kernel_runs(); !ready) return complain(name, ready.error());
  }
  const auto trace = kernel ? run_kernel(scenario) : run_engine(scenario, options);
  if (!trace) return complain(name, trace.error());
  return print(to_json_lines(*trace));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments{argc, argv};
  if (arguments.flag("--help")) return print(help);
  const bool kernel = arguments.flag("--kernel");
  const bool engine = arguments.flag("--engine");
  EngineRunOptions options{.strict = arguments.flag("--strict"), .seed = arguments.number("--seed", 1)};
  if (const auto reachable = arguments.number("--reachable", 0); reachable != 0) {
    options.reachable_ipv4 = options.reachable_ipv6 = std::chrono::milliseconds{reachable};
  }
  const auto scripts = arguments.operands();
  if (arguments.error()) return complain(name, *arguments.error(), Exit::usage);
  if (kernel == engine || scripts.size() != 1) {
    return complain(name, "one of --kernel and --engine, and one script; see --help", Exit::usage);
  }
  const auto scenario = load_scenario(scripts[0]);
  if (!scenario) return complain(name, scenario.error());
  return run(*scenario, kernel, options);
}

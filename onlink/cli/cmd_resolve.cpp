// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"

namespace onlink::inline v0::cli {
namespace {
ExitCode run_resolve(const Arguments&, Context& context) {
  return context.fail({ErrorCode::unsupported, 0, "not built yet"});
}
}  // namespace

extern const Command resolve_command;
constinit const Command resolve_command{.name = "resolve", .summary = "ask who has each address", .run = run_resolve};

}  // namespace onlink::inline v0::cli

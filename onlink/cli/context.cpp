// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/context.hpp"

namespace onlink::inline v0::cli {

ExitCode Context::fail(const Error& error) const {
  out.flush();
  const bool usage = error.code == ErrorCode::usage;
  err.print("onlink {}: {}{}\n", command, error.context, usage ? fmt::format("; see onlink {} --help", command) : "");
  err.flush();
  return exit_code(error.code);
}

void Context::say(std::string_view note) const {
  if (quiet) return;
  out.flush();
  err.print("onlink {}: {}\n", command, note);
  err.flush();
}

}  // namespace onlink::inline v0::cli

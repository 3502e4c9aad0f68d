// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/context.hpp"

#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr std::size_t longest_message = 1000;  // columns: a binary file taken for a list must not fill the screen

}  // namespace

ExitCode Context::fail(const Error& error) const {
  out.flush();
  const bool usage = error.code == ErrorCode::usage;
  // Errors quote what was typed or read, and that may be anything.
  err.print("onlink {}: {}{}\n", command, harmless(shortened(error.context, longest_message)),
            usage ? fmt::format("; see onlink {} --help", command) : "");
  err.flush();
  return exit_code(error.code);
}

void Context::say(std::string_view note) const {
  if (quiet) return;
  out.flush();
  err.print("onlink {}: {}\n", command, harmless(note));
  err.flush();
}

}  // namespace onlink::inline v0::cli

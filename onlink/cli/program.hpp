// SPDX-License-Identifier: Apache-2.0
// The program behind main(): finds the command, parses, runs it, and turns what happened into an exit code.
#pragma once

#include <span>
#include <string_view>

namespace onlink::inline v0::cli {

// `name` is what the program was called by, `words` the command line behind it. By another tool's name ("arping", a
// link to this program) it is that tool. Returns the exit status; after an interrupt it does not return.
[[nodiscard]] int run_program(std::string_view name, std::span<const char* const> words);

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// The program behind main(): finds the command, parses, runs it, and turns what happened into an exit code.
#pragma once

#include <span>

namespace onlink::inline v0::cli {

// `words` is the command line without the program's own name. Returns the exit status; after an interrupt it does not
// return.
[[nodiscard]] int run_program(std::span<const char* const> words);

}  // namespace onlink::inline v0::cli

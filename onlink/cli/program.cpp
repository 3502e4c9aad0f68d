// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/program.hpp"

#include "onlink/cli/exit_code.hpp"

namespace onlink::inline v0::cli {

int run_program(std::span<const char* const> /*words*/) { return static_cast<int>(ExitCode::usage); }

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// Subcommands of `onlink cache`, besides those of cache_commands.hpp.
#pragma once

#include "onlink/cli/command.hpp"

namespace onlink::inline v0::cli {

extern const Command cache_list_command;

}  // namespace onlink::inline v0::cli

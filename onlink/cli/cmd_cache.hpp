// SPDX-License-Identifier: Apache-2.0
// Subcommands of `onlink cache`, besides those of cache_commands.hpp.
#pragma once

#include "onlink/cli/command.hpp"

namespace onlink::inline v0::cli {

extern const Command cache_list_command;
extern const Command cache_get_command;
extern const Command cache_add_command;
extern const Command cache_replace_command;
extern const Command cache_change_command;
extern const Command cache_delete_command;
extern const Command cache_flush_command;
extern const Command cache_watch_command;

}  // namespace onlink::inline v0::cli

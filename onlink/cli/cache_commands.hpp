// SPDX-License-Identifier: Apache-2.0
// Subcommands of `onlink cache` that have files of their own; cmd_cache.cpp lists them.
#pragma once

#include "onlink/cli/command.hpp"

namespace onlink::inline v0::cli {

extern const Command cache_params_command;
extern const Command cache_import_command;
extern const Command cache_export_command;

}  // namespace onlink::inline v0::cli

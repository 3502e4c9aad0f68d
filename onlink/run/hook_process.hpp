// SPDX-License-Identifier: Apache-2.0
// The process that runs hooks. Internal to run.
#pragma once

#include <string>
#include <vector>

#include "onlink/run/hook.hpp"

namespace onlink::inline v0 {

// Reads messages from the socket, each the variables of one event ("NAME=value\0NAME=value\0\0"), runs the command for
// each, and sends the failures back as text; until the other end is closed and all have run.
[[noreturn]] void serve_hooks(int socket, const HookConfig& config);

}  // namespace onlink::inline v0

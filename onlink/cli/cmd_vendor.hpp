// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "onlink/cli/command.hpp"

namespace onlink::inline v0::cli {

extern const Command vendor_command;

}  // namespace onlink::inline v0::cli

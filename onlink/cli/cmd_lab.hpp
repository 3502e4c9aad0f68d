// SPDX-License-Identifier: Apache-2.0
// What the subcommands of `onlink lab` share.
#pragma once

#include <expected>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/lab/labs.hpp"

namespace onlink::inline v0::cli {

inline constexpr std::string_view default_lab = "home";

// The user's labs, after saying what a dead one had left.
[[nodiscard]] std::expected<lab::Labs, Error> open_labs(const Context& context);

extern const Command lab_exec_command;
extern const Command lab_run_command;

}  // namespace onlink::inline v0::cli

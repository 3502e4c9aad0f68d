// SPDX-License-Identifier: Apache-2.0
// A command's words to Arguments, by the command's table.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/command.hpp"

namespace onlink::inline v0::cli {

// `words` are those behind the command's name. When "--help" is among them, nothing else is demanded. Errors are
// ErrorCode::usage: unknown options (with the nearest one that exists), missing or surplus values and arguments.
[[nodiscard]] std::expected<Arguments, Error> parse_arguments(const Command& command,
                                                              std::span<const char* const> words);

// The candidate that was most likely meant: at most a third of its letters wrong, missing, surplus or swapped. Empty
// when none is near.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace onlink::inline v0::cli

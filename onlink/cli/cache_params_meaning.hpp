// SPDX-License-Identifier: Apache-2.0
// What a sysctl means, in the user's language: the engine's table has it in English.
#pragma once

#include <string_view>

#include "onlink/cli/context.hpp"
#include "onlink/engine/neighbor_parameters.hpp"

namespace onlink::inline v0::cli {

[[nodiscard]] std::string_view meaning(const ParameterInfo& info, Language language) noexcept;
// The name of the one to use instead of a deprecated one.
[[nodiscard]] std::string_view use_instead(const ParameterInfo& info) noexcept;

}  // namespace onlink::inline v0::cli

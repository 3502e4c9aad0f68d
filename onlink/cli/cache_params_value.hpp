// SPDX-License-Identifier: Apache-2.0
// A sysctl's value as people write it: "500", "500ms", "2s", "on"; and as they read it: "500 ms", "1 (on)".
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "onlink/engine/neighbor_parameters.hpp"

namespace onlink::inline v0::cli {

// What is to be written to the file. A time with a unit is told in the file's own; one that cannot be is refused, not
// rounded. Errors: a word about the value, "'soon' is not a time in ms".
[[nodiscard]] std::expected<std::string, std::string> parse_parameter_value(const ParameterInfo& info,
                                                                            std::string_view text);
// "30000 ms", "100 (1 s)", "212992 octets", "1 (on)", "3".
[[nodiscard]] std::string parameter_value_text(const ParameterInfo& info, std::string_view value);

}  // namespace onlink::inline v0::cli

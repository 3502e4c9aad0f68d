// SPDX-License-Identifier: Apache-2.0
// Words of a line, quoted as a shell has it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onlink::compat_diff {

// Blanks separate words; 'this is literal'; "here \n \t \r \0 \\ \" \xHH stand for the usual"; pieces side by side are
// one word. Throws std::runtime_error for a quote without end or an unknown escape.
[[nodiscard]] std::vector<std::string> split_words(std::string_view line);

}  // namespace onlink::compat_diff

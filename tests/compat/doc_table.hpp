// SPDX-License-Identifier: Apache-2.0
// The tables in docs/compat.md: one for each tool, behind a line `<!-- compat-diff: TOOL -->`, and one of their sums
// behind
// `<!-- compat-diff: all -->`. They are written by `compat-diff --write docs/compat.md`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/compat/verdict.hpp"

namespace onlink::compat_diff {

// The document with the table of that name exchanged. Throws std::runtime_error when it has no place for it.
[[nodiscard]] std::string with_table(std::string_view document, std::string_view name, std::string_view table);

// The rows of a table, as render_table() writes them, the sum among them; nothing when the document has no such table.
// Throws std::runtime_error for a row that is none.
[[nodiscard]] std::optional<std::vector<Count>> read_table(std::string_view document, std::string_view name);

// The table of sums: a row for each tool that has a table.
[[nodiscard]] std::string render_sums(std::string_view document, const std::vector<std::string>& tools);

}  // namespace onlink::compat_diff

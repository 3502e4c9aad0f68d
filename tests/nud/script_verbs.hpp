// SPDX-License-Identifier: Apache-2.0
// The verbs of the scenario language: one function each, one table of them.
#pragma once

#include "tests/nud/scenario.hpp"
#include "tests/nud/script_cursor.hpp"

namespace onlink::differential {

// Reads a verb and its arguments to the end of the line. Families, second interface and `alone` are the scenario's.
[[nodiscard]] Action parse_action(ScriptCursor& cursor, const Scenario& scenario);

}  // namespace onlink::differential

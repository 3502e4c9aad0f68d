// SPDX-License-Identifier: Apache-2.0
// docs/nud-table.md, made from the rules of the NUD machine.
#pragma once

#include <string>

namespace onlink::testing {

[[nodiscard]] std::string nud_markdown();

}  // namespace onlink::testing

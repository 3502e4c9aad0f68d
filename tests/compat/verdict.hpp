// SPDX-License-Identifier: Apache-2.0
// How many cases of a tool are the same, option by option, and whether that is enough.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/compat/case_run.hpp"

namespace onlink::compat_diff {

struct Count {
  std::string group{};
  std::size_t total = 0;
  std::size_t bytes = 0;  // cases whose frames, files and neighbour table are the same
  std::size_t lines = 0;
  std::size_t status = 0;
  std::size_t same = 0;  // all of it
};

// In the order in which the groups first appear.
[[nodiscard]] std::vector<Count> count_groups(const std::vector<CaseResult>& results);
[[nodiscard]] Count sum(const std::vector<Count>& counts);

// As a Markdown table, the sum last.
[[nodiscard]] std::string render_table(const std::vector<Count>& counts, std::string_view of = "option");

// Whether a reason stands in the documents word for word, however lines are broken there.
[[nodiscard]] bool documents_say(std::string_view documents, std::string_view reason);

// What stands in the way of calling them compatible, a sentence each: a status that differs, a difference without a
// reason in `documents`, a reason for what is the same, less than 98 % the same, a case that could not be run.
[[nodiscard]] std::vector<std::string> objections(const std::vector<CaseResult>& results, std::string_view documents);

}  // namespace onlink::compat_diff

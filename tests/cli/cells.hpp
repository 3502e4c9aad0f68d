// SPDX-License-Identifier: Apache-2.0
// One reachable cell of the matrix "command x exit code", and how to get there.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "onlink/cli/exit_code.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {

struct Cell {
  std::string command;  // "resolve", "lab up"
  cli::ExitCode code;
  std::string name;  // of the situation, as a test's name: "NobodyAnswers"
  std::function<ProgramResult()> run;
};

// Each command's cells, in a file of its own.
[[nodiscard]] std::vector<Cell> announce_cells();
[[nodiscard]] std::vector<Cell> answer_cells();
[[nodiscard]] std::vector<Cell> cache_cells();
[[nodiscard]] std::vector<Cell> cache_export_cells();
[[nodiscard]] std::vector<Cell> cache_import_cells();
[[nodiscard]] std::vector<Cell> cache_params_cells();
[[nodiscard]] std::vector<Cell> claim_cells();
[[nodiscard]] std::vector<Cell> help_cells();
[[nodiscard]] std::vector<Cell> lab_cells();
[[nodiscard]] std::vector<Cell> resolve_cells();
[[nodiscard]] std::vector<Cell> scan_cells();
[[nodiscard]] std::vector<Cell> vendor_cells();

// In the child: nothing is permitted any more, and nothing can be gained by exec.
void give_up_all_capabilities();

}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// The matrix "command x exit code", made from the table of commands: a code that a command's table names must be
// reached by a test, and one that it does not name cannot happen, so no test may reach it. docs/exit-codes.md is the
// matrix in writing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "onlink/cli/command.hpp"
#include "tests/cli/cells.hpp"
#include "tests/support/json_schema.hpp"

namespace onlink::inline v0::test {
namespace {

using cli::Command;
using cli::ExitCode;
using cli::ExitMeaning;

constexpr int codes = static_cast<int>(ExitCode::system) + 1;

std::vector<Cell> all_cells() {
  std::vector<Cell> all;
  for (const auto& cells : {announce_cells(), answer_cells(), cache_cells(), cache_export_cells(), cache_import_cells(),
                            cache_params_cells(), claim_cells(), help_cells(), lab_cells(), resolve_cells(),
                            scan_cells(), vendor_cells()}) {
    all.insert(all.end(), cells.begin(), cells.end());
  }
  return all;
}

struct NamedCommand {
  std::string name;
  const Command* command;
};

std::vector<NamedCommand> runnable_commands() {
  std::vector<NamedCommand> all;
  for (const Command* command : cli::commands()) {
    if (command->subcommands.empty()) all.push_back({std::string{command->name}, command});
    for (const Command* inner : command->subcommands) {
      if (inner->imitate != nullptr) continue;  // its statuses are another tool's
      all.push_back({std::string{command->name} + " " + std::string{inner->name}, inner});
    }
  }
  return all;
}

const ExitMeaning* meaning_of(const Command& command, ExitCode code) {
  const auto found = std::ranges::find(command.exits, code, &ExitMeaning::code);
  return found == command.exits.end() ? nullptr : &*found;
}

std::string matrix_document() {
  std::string text =
      "# Which command can return which exit code\n\n"
      "Made from the table of commands by `onlink_cli_matrix_test`, which also gets to every cell that is not empty; "
      "an empty\n"
      "one cannot happen. `ONLINK_UPDATE_GOLDEN=1` writes it anew.\n\n"
      "| command | 0 yes | 1 no | 2 usage | 3 conflict | 4 off-link | 5 permission | 6 interface | 7 partial | 8 "
      "system |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n";
  for (const auto& [name, command] : runnable_commands()) {
    text += "| `" + name + "` |";
    for (int code = 0; code < codes; ++code) {
      const ExitMeaning* meaning = meaning_of(*command, ExitCode{code});
      text += meaning == nullptr ? " |" : " " + std::string{meaning->meaning} + " |";
    }
    text += "\n";
  }
  return text;
}

TEST(ExitCodeMatrix, EveryReachableCellHasATestAndNoOther) {
  const std::vector<Cell> cells = all_cells();
  for (const auto& [name, command] : runnable_commands()) {
    for (int code = 0; code < codes; ++code) {
      const bool reachable = meaning_of(*command, ExitCode{code}) != nullptr;
      const bool tested =
          std::ranges::any_of(cells, [&](const Cell& c) { return c.command == name && c.code == ExitCode{code}; });
      EXPECT_EQ(reachable, tested) << "onlink " << name << ", exit code " << code
                                   << (reachable ? ": no test gets there" : ": the table says that it cannot happen");
    }
  }
}

TEST(ExitCodeMatrix, EveryTestIsOfACommand) {
  for (const Cell& cell : all_cells()) {
    EXPECT_TRUE(std::ranges::any_of(runnable_commands(), [&](const NamedCommand& c) { return c.name == cell.command; }))
        << cell.command;
  }
}

TEST(ExitCodeMatrix, IsDocumented) {
  const std::string path = "docs/exit-codes.md";
  if (std::getenv("ONLINK_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << matrix_document();
  EXPECT_EQ(read_text_file(path), matrix_document());
}

class ReachableCell : public testing::TestWithParam<Cell> {};

TEST_P(ReachableCell, IsReached) {
  const ProgramResult result = GetParam().run();
  EXPECT_EQ(result.status, static_cast<int>(GetParam().code)) << "signal " << result.signal << "\n"
                                                              << result.out << result.err;
}

INSTANTIATE_TEST_SUITE_P(Matrix, ReachableCell, testing::ValuesIn(all_cells()), [](const auto& param_info) {
  std::string name = param_info.param.command + "_" + std::to_string(static_cast<int>(param_info.param.code)) + "_" +
                     param_info.param.name;
  std::ranges::replace(name, ' ', '_');
  return name;
});

}  // namespace
}  // namespace onlink::inline v0::test

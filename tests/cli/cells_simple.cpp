// SPDX-License-Identifier: Apache-2.0
// Commands that need no network.
#include <unistd.h>

#include <stdexcept>

#include "onlink/kernel/privileges.hpp"
#include "tests/cli/cells.hpp"

namespace onlink::inline v0::test {

using cli::ExitCode;

namespace {

std::function<ProgramResult()> run(std::vector<std::string> words) {
  return [words = std::move(words)] { return run_onlink({.words = words}); };
}

}  // namespace

void give_up_all_capabilities() {
  if (!kernel::drop_privileges()) ::_exit(126);
}

std::vector<Cell> help_cells() {
  return {
      {"help", ExitCode::yes, "ExplainsACommand", run({"help", "resolve"})},
      {"help", ExitCode::usage, "NoSuchCommand", run({"help", "nonsense"})},
      {"help", ExitCode::system, "ManPagesCannotBeWritten", run({"help", "--man-pages", "/nonexistent/folder"})},
  };
}

std::vector<Cell> vendor_cells() {
  return {
      {"vendor", ExitCode::yes, "RegisteredVendor", run({"vendor", "08:00:27:53:10:67"})},
      {"vendor", ExitCode::no, "UnknownVendor", run({"vendor", "00:ff:ff:12:34:56"})},
      {"vendor", ExitCode::usage, "NoMacAddress", run({"vendor", "nonsense"})},
      {"vendor", ExitCode::partial, "OneOfTwoIsKnown", run({"vendor", "08:00:27:53:10:67", "00:ff:ff:12:34:56"})},
      {"vendor", ExitCode::system, "RegistryFileIsAbsent",
       run({"vendor", "--oui-file", "/nonexistent", "08:00:27:53:10:67"})},
  };
}

}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// Runs a built program as a user would, and tells what came out.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace onlink::inline v0::test {

struct ProgramResult {
  int status = -1;  // exit status; -1 when a signal ended it
  int signal = 0;   // that signal
  std::string out;
  std::string err;
};

struct ProgramRun {
  std::vector<std::string> words{};              // behind the program's name
  std::vector<std::string> environment{};        // besides PATH: "LANG=C"; nothing else is inherited
  std::string input{};                           // standard input
  std::function<void()> before_exec{};           // in the child: gives up privileges, closes descriptors
  std::function<void(int pid)> while_running{};  // in the parent, once the child runs
  std::function<void(std::string_view out)>
      on_output{};  // in the parent: all of its standard output so far, as it grows
};

// A program of this build, by its place in the build tree: "onlink/cli/onlink", "examples/toy_stack".
[[nodiscard]] std::string built_program(const std::string& place);
[[nodiscard]] inline std::string onlink_path() { return built_program("onlink/cli/onlink"); }
// Waits for the end, at most 60 s: then the program is killed and the test has hung.
[[nodiscard]] ProgramResult run_program(const std::string& path, const ProgramRun& run);
[[nodiscard]] inline ProgramResult run_onlink(const ProgramRun& run) { return run_program(onlink_path(), run); }

}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// Runs the built program as a user would, and tells what came out.
#pragma once

#include <chrono>
#include <functional>
#include <string>
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
};

// The onlink of this build, found beside the test program's own place in the build tree.
[[nodiscard]] std::string onlink_path();
// Waits for the end, at most 60 s: then the program is killed and the test has hung.
[[nodiscard]] ProgramResult run_onlink(const ProgramRun& run);

}  // namespace onlink::inline v0::test

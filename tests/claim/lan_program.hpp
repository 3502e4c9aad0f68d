// SPDX-License-Identifier: Apache-2.0
// A program that runs on a host of the test's LAN while the test goes on.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {

class LanProgram {
 public:
  struct Start {
    std::string path{};
    std::vector<std::string> words{};  // behind the program's name
    std::vector<std::string> environment{};
    bool own_run = false;  // with a /run and a /var/lib that are empty and nobody else's
  };
  LanProgram(const KernelHost& host, const Start& start);
  LanProgram(LanProgram&& other) noexcept;
  LanProgram& operator=(LanProgram&&) = delete;
  ~LanProgram();  // kills it if it still runs

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  // So far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  [[nodiscard]] bool runs();
  // Waits for the end, at most a minute: then it is killed and the test has hung.
  ProgramResult wait();
  ProgramResult stop(int signal);

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  int status_ = 0;
};

// Asks again and again, for it cannot be told when to ask, until it is so; throws after 30 s, with `what`.
void wait_until(std::string_view what, const std::function<bool()>& is_so);

}  // namespace onlink::inline v0::test

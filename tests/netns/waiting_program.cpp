// SPDX-License-Identifier: Apache-2.0
#include "tests/netns/waiting_program.hpp"

#include <sys/syscall.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace onlink::inline v0::test {

void wait_until_it_waits(int pid) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (std::chrono::steady_clock::now() < end) {
    siginfo_t ended{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == pid)
      return;
    std::ifstream file("/proc/" + std::to_string(pid) + "/syscall");
    std::string call;
    if (file >> call && call == std::to_string(SYS_ppoll)) return;
    std::this_thread::yield();
  }
  throw std::runtime_error("the program does not wait for anything");
}

}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// Runs a command of the user's for each of many events: one after another in the order of the events, without a shell,
// each within a time limit. A small process of its own does it, which is begun before this one gives its privileges up:
// so hooks may do what the user may, and the rest of the program may not.
//
// The command gets its arguments as they were given and all about the event in its environment. Its standard input is
// empty, and what it writes goes to standard error.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0 {

struct HookConfig {
  std::vector<std::string> command{};  // and its arguments; not empty
  Duration time_limit = std::chrono::seconds{10};
  std::size_t most_waiting = 4096;  // events, besides those that the process has already
};

struct HookFailure {
  std::string text{};  // "hook notify: exit status 3", "hook notify: ended after 10 s"
};

class HookRunner {
 public:
  // REQUIRES: no threads, no Interrupt yet. Errors: system (no such command, not executable, no process to be had).
  [[nodiscard]] static std::expected<HookRunner, Error> start(const HookConfig& config);
  HookRunner(HookRunner&&) noexcept = default;
  HookRunner& operator=(HookRunner&&) noexcept = default;
  ~HookRunner() = default;  // what is with the process already is still run

  // Variables by name and value, beside those that the program itself was started with. `state_of`: the event tells in
  // which state that thing is now; empty: it is a passing one. Never blocks. Where hooks are slower than events,
  // passing ones are dropped first, then states that have changed again since; the last state of each thing is never
  // dropped. What is dropped counts as a failure.
  void run(const std::vector<std::pair<std::string, std::string>>& environment, std::string state_of = {});
  // Those since the last call. Never blocks.
  [[nodiscard]] std::vector<HookFailure> take_failures();
  // Waits until all have run.
  [[nodiscard]] std::vector<HookFailure> finish();

 private:
  struct Waiting {
    std::string message;
    std::string state_of;
  };
  HookRunner(UniqueFd socket, pid_t process, std::size_t most_waiting) noexcept
      : socket_(std::move(socket)), process_(process), most_waiting_(most_waiting) {}
  void make_room(const std::string& state_of);
  void send_waiting();
  void receive(bool wait, std::vector<HookFailure>& failures);

  UniqueFd socket_;
  pid_t process_;
  std::size_t most_waiting_;
  std::deque<Waiting> waiting_;
  std::uint64_t dropped_ = 0;
  std::uint64_t unheard_ = 0;  // events for a process that is gone: killed, for it never ends by itself
};

}  // namespace onlink::inline v0

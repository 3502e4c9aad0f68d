// SPDX-License-Identifier: Apache-2.0
// Ctrl-C without losing what is known: the first SIGINT, SIGTERM or SIGHUP asks the run to end, the second kills as it
// always did. So does a reader of our output that went away (SIGPIPE): a capture file beside it is still completed.
#pragma once

#include <initializer_list>
#include <vector>

#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0 {

// At most one exists at a time. A signal that was ignored when the program started stays ignored.
class Interrupt {
 public:
  Interrupt();
  // By these signals, and by no other: another tool's own choice.
  explicit Interrupt(std::initializer_list<int> signals);
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  // The signal that came; 0: none yet.
  [[nodiscard]] int signal() const noexcept;
  [[nodiscard]] bool requested() const noexcept { return signal() != 0; }
  // Readable once a signal came, so that a wait that begins a moment too late still ends.
  [[nodiscard]] int poll_fd() const noexcept { return fd_.value(); }

 private:
  std::vector<int> signals_;
  UniqueFd fd_;
};

// Restores the default action and raises the signal, so that a shell sees what happened (status 128 + signal). Flush
// everything before.
[[noreturn]] void die_by_signal(int signal) noexcept;
[[noreturn]] void die_by_sigint() noexcept;

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/interrupt.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>

namespace onlink::inline v0 {
namespace {

std::atomic<int> received_signal{0};
std::atomic<int> wake_fd{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

extern "C" void on_signal(int signal) {
  const int interrupted_errno = errno;
  int none = 0;
  received_signal.compare_exchange_strong(none, signal);  // the first is the reason; a pipe may break in its wake
  const std::uint64_t one = 1;
  const ssize_t written = ::write(wake_fd.load(), &one, sizeof one);
  static_cast<void>(written);  // the flag stands; nothing more can be done here
  errno = interrupted_errno;
}

void handle(int signal) {
  struct sigaction old{};
  ::sigaction(signal, nullptr, &old);
  if (old.sa_handler == SIG_IGN) return;
  struct sigaction action{};
  action.sa_handler = on_signal;
  // The second one kills; but stderr breaks together with stdout (2>&1), and nobody sent either.
  if (signal != SIGPIPE) action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

void restore_default(int signal) {
  struct sigaction old{};
  ::sigaction(signal, nullptr, &old);
  if (old.sa_handler == SIG_IGN) return;
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() : Interrupt({SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {}

Interrupt::Interrupt(std::initializer_list<int> signals)
    : signals_(signals), fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  received_signal.store(0);
  wake_fd.store(fd_.value());
  for (const int signal : signals_) handle(signal);
}

Interrupt::~Interrupt() {
  for (const int signal : signals_) restore_default(signal);
  wake_fd.store(-1);
}

int Interrupt::signal() const noexcept { return received_signal.load(); }

void die_by_signal(int signal) noexcept {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(signal);
  std::_Exit(128 + signal);
}

void die_by_sigint() noexcept { die_by_signal(SIGINT); }

}  // namespace onlink::inline v0

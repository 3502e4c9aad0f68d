// SPDX-License-Identifier: Apache-2.0
// Signals end processes, so each case is a process of its own.
#include "onlink/run/interrupt.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>

namespace onlink::inline v0 {
namespace {

// The wait status of a child that does `work`.
int status_of(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGHUP, SIG_DFL);
    std::signal(SIGPIPE, SIG_DFL);
    work();
    ::_exit(99);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

bool is_readable(int fd) {
  pollfd waited_for{fd, POLLIN, 0};
  return ::poll(&waited_for, 1, 0) == 1;
}

TEST(Interrupt, TheFirstSignalAsksTheSecondKills) {
  const int status = status_of([] {
    const Interrupt interrupt;
    if (interrupt.requested() || is_readable(interrupt.poll_fd())) ::_exit(1);
    ::raise(SIGINT);
    if (interrupt.signal() != SIGINT || !is_readable(interrupt.poll_fd())) ::_exit(2);
    ::raise(SIGINT);
  });
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(Interrupt, TerminationAsksToo) {
  const int status = status_of([] {
    const Interrupt interrupt;
    ::raise(SIGTERM);
    die_by_signal(interrupt.signal());
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

TEST(Interrupt, AHangUpAsksToo) {
  const int status = status_of([] {
    const Interrupt interrupt;
    ::raise(SIGHUP);
    die_by_signal(interrupt.signal());
  });
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  EXPECT_EQ(WTERMSIG(status), SIGHUP);
}

TEST(Interrupt, BrokenPipesAskHoweverMany) {
  const int status = status_of([] {
    const Interrupt interrupt;
    ::raise(SIGPIPE);
    ::raise(SIGPIPE);
    ::_exit(interrupt.signal() == SIGPIPE && is_readable(interrupt.poll_fd()) ? 0 : 1);
  });
  ASSERT_TRUE(WIFEXITED(status)) << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Interrupt, APipeThatBreaksAfterASignalIsNotTheReason) {
  const int status = status_of([] {
    const Interrupt interrupt;
    ::raise(SIGINT);
    ::raise(SIGPIPE);
    ::_exit(interrupt.signal() == SIGINT ? 0 : 1);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Interrupt, LeavesTheInterruptedErrnoAlone) {
  const int status = status_of([] {
    const Interrupt interrupt;
    ::close(interrupt.poll_fd());
    errno = ENOENT;
    ::raise(SIGINT);
    ::_exit(errno == ENOENT ? 0 : 1);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Interrupt, ProcessDiesByTheSignalThoughItWasBlockedOrIgnored) {
  for (const bool ignored : {false, true}) {
    const int status = status_of([&] {
      sigset_t set;
      ::sigemptyset(&set);
      ::sigaddset(&set, SIGINT);
      ::sigprocmask(SIG_BLOCK, &set, nullptr);
      if (ignored) std::signal(SIGINT, SIG_IGN);
      die_by_sigint();
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGINT);
  }
}

TEST(Interrupt, WhatWasIgnoredAtTheStartStaysIgnored) {
  const int status = status_of([] {
    std::signal(SIGINT, SIG_IGN);
    const Interrupt interrupt;
    ::raise(SIGINT);
    ::_exit(interrupt.requested() ? 1 : 0);
  });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/holder.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "onlink/kernel/system_error.hpp"
#include "onlink/lab/channel.hpp"
#include "onlink/lab/segment.hpp"
#include "onlink/lab/state_file.hpp"

namespace onlink::inline v0::lab {
namespace {

constexpr const char* is_up = "up";

// A background process must not hold its starter's pipes open, nor its terminal, nor its directory.
void leave_the_starter(int state_fd, int channel_fd) {
  ::setsid();
  if (::chdir("/") != 0) ::_exit(EXIT_FAILURE);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, fd);
  const auto [low, high] = std::minmax({static_cast<unsigned>(state_fd), static_cast<unsigned>(channel_fd)});
  if (low > STDERR_FILENO + 1) ::close_range(STDERR_FILENO + 1, low - 1, 0);
  if (high > low + 1) ::close_range(low + 1, high - 1, 0);
  ::close_range(high + 1, ~0U, 0);
}

sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&set, signal);
  return set;
}

// The hosts would die with this process anyway; waiting for them keeps them from lingering as zombies where the first
// process of a container reaps nobody.
[[noreturn]] void end(const RunningLab& lab) {
  for (const RunningHost& host : lab.hosts) ::kill(host.process, SIGKILL);
  while (::wait(nullptr) > 0 || errno == EINTR) {
  }
  ::_exit(EXIT_SUCCESS);
}

// A host whose process was killed stays missed: the lab says so where it is asked for.
[[noreturn]] void hold(const RunningLab& lab, const sigset_t& awaited) {
  while (true) {
    const int signal = ::sigwaitinfo(&awaited, nullptr);
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (signal > 0 && signal != SIGCHLD) end(lab);
  }
}

std::expected<RunningLab, Error> build(const LabPlan& plan, const HolderRequest& request) {
  auto hosts = Segment(plan).build();
  if (!hosts) return std::unexpected(hosts.error());
  RunningLab lab{.name = request.name,
                 .about = plan.about,
                 .fingerprint = plan.fingerprint,
                 .holder = ::getpid(),
                 .asker = plan.asking_host().name,
                 .hosts = std::move(*hosts)};
  if (auto done = write_state(request.state_fd, lab); !done) return std::unexpected(done.error());
  return lab;
}

[[noreturn]] void be_holder(const LabPlan& plan, const HolderRequest& request, pid_t starter, Channel channel) {
  leave_the_starter(request.state_fd, channel.fd());
  const sigset_t awaited = awaited_signals();
  sigprocmask(SIG_SETMASK, &awaited, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != starter) ::_exit(EXIT_FAILURE);
  const auto lab = build(plan, request);
  if (!lab) {
    channel.send(lab.error());
    ::_exit(EXIT_FAILURE);
  }
  if (request.lifetime == Lifetime::until_down) ::prctl(PR_SET_PDEATHSIG, 0);
  channel.send(is_up);
  channel.close();
  hold(*lab, awaited);
}

}  // namespace

std::expected<RunningLab, Error> start_holder(const LabPlan& plan, const HolderRequest& request) {
  auto ends = Channel::pair();
  if (!ends) return std::unexpected(ends.error());
  const pid_t starter = ::getpid();
  const pid_t holder = ::fork();
  if (holder < 0) return std::unexpected(kernel::system_error(errno, "start the lab's process"));
  if (holder == 0) {
    ends->first.close();
    be_holder(plan, request, starter, std::move(ends->second));
  }
  ends->second.close();
  const auto answer = ends->first.receive("lab " + request.name);
  if (answer) return read_state(request.state_fd);
  ::waitpid(holder, nullptr, 0);
  return std::unexpected(answer.error());
}

}  // namespace onlink::inline v0::lab

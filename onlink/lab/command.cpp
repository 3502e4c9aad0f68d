// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/command.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "onlink/kernel/system_error.hpp"
#include "onlink/lab/channel.hpp"
#include "onlink/lab/visit.hpp"

namespace onlink::inline v0::lab {
namespace {

// Returns on failure only.
Error execute(std::vector<std::string> command) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  const int failed = errno;
  const ErrorCode code = failed == ENOENT ? ErrorCode::usage : kernel::error_code_of(failed);
  return {code, failed, command[0] + ": " + std::generic_category().message(failed)};
}

// Signals that are the command's to heed.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&set_, signal);
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { restore(); }
  void restore() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  [[nodiscard]] siginfo_t wait() const {
    siginfo_t information{};
    while (::sigwaitinfo(&set_, &information) < 0 && errno == EINTR) {
    }
    return information;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

int wait_for(pid_t child, const BlockedSignals& signals) {
  while (true) {
    const siginfo_t signal = signals.wait();
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) == child) return status;
    if (signal.si_signo != SIGCHLD && signal.si_code != SI_KERNEL) ::kill(child, signal.si_signo);
  }
}

// So that `onlink` is this program, also in scripts and shells there.
void put_us_first_on_the_path() {
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return;
  const char* const path = std::getenv("PATH");
  const std::string rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  ::setenv("PATH", (self.parent_path().string() + ":" + rest).c_str(), 1);
}

}  // namespace

Error become_command(const Place& place, std::vector<std::string> command) {
  put_us_first_on_the_path();
  const auto moved = become_host(place.lab, place.host, place.hosts_path);
  return moved ? execute(std::move(command)) : moved.error();
}

std::expected<CommandEnd, Error> run_command(const Place& place, const std::vector<std::string>& command) {
  auto ends = Channel::pair();
  if (!ends) return std::unexpected(ends.error());
  const BlockedSignals signals;
  const pid_t starter = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return std::unexpected(kernel::system_error(errno, "start the command"));
  if (child == 0) {
    signals.restore();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != starter) ::_exit(EXIT_FAILURE);
    ends->second.send(become_command(place, command));
    ::_exit(EXIT_FAILURE);
  }
  ends->second.close();
  const int status = wait_for(child, signals);
  if (auto error = ends->first.error_at_hand()) return std::unexpected(std::move(*error));
  if (WIFSIGNALED(status)) return CommandEnd{.signal = WTERMSIG(status)};
  return CommandEnd{.status = WEXITSTATUS(status)};
}

}  // namespace onlink::inline v0::lab

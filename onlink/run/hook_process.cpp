// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/hook_process.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string_view>

#include "onlink/run/clock.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t longest_message = 65536;
constexpr std::chrono::seconds grace{1};  // from SIGTERM to SIGKILL
constexpr int cannot_execute = 127;       // as shells have it
// The terminal's, a service manager's: what is under way is run all the same, and the end comes with the socket's.
constexpr std::array ignored_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

sigset_t only(int signal) noexcept {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  return set;
}

void set_action(int signal, void (*handler)(int)) noexcept {
  struct sigaction action{};
  action.sa_handler = handler;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

// Nothing of the program's is held open, and least of all its standard output, which others may wait to see closed.
int keep_only(int socket) noexcept {
  constexpr int place = 3;
  if (socket != place) ::dup2(socket, place);
  ::close_range(place + 1, UINT_MAX, 0);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::close(nothing);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  ::fcntl(place, F_SETFD, FD_CLOEXEC);
  return place;
}

class HookProcess {
 public:
  HookProcess(int socket, const HookConfig& config) : socket_(socket), config_(config) {
    for (const std::string& word : config_.command) argv_.push_back(const_cast<char*>(word.c_str()));
    argv_.push_back(nullptr);
  }

  void serve() {
    std::string message(longest_message, '\0');
    while (true) {
      const ssize_t size = ::recv(socket_, message.data(), message.size(), 0);
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return;
      if (const auto failure = run({message.data(), static_cast<std::size_t>(size)})) {
        const std::string text = "hook " + config_.command.front() + ": " + *failure;
        ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      }
    }
  }

 private:
  // Of one event; what went wrong.
  std::optional<std::string> run(std::string_view variables) {
    const pid_t child = ::fork();
    if (child < 0) return std::string{"no process to be had"};
    if (child == 0) execute(variables);
    ::setpgid(child, child);
    const auto status = wait_for(child);
    if (!status) return "ended after " + seconds_text(config_.time_limit);
    if (WIFSIGNALED(*status)) return "killed by signal " + std::to_string(WTERMSIG(*status));
    const int code = WEXITSTATUS(*status);
    if (code == cannot_execute) return std::string{"exit status 127: it, or a command in it, cannot be executed"};
    return code == 0 ? std::nullopt : std::optional{"exit status " + std::to_string(code)};
  }

  [[noreturn]] void execute(std::string_view variables) const {
    ::setpgid(0, 0);
    for (const int signal : ignored_signals) set_action(signal, SIG_DFL);
    const sigset_t children = only(SIGCHLD);
    ::sigprocmask(SIG_UNBLOCK, &children, nullptr);
    while (!variables.empty()) {
      const std::string_view one = variables.substr(0, variables.find('\0'));
      variables.remove_prefix(std::min(one.size() + 1, variables.size()));
      if (one.empty()) continue;
      const std::string name{one.substr(0, one.find('='))};
      const std::string value{one.substr(std::min(name.size() + 1, one.size()))};
      ::setenv(name.c_str(), value.c_str(), 1);
    }
    ::execvp(argv_.front(), argv_.data());
    ::_exit(cannot_execute);
  }

  // Its status; nothing: its time was over, and it was killed with all that it had started in its process group.
  [[nodiscard]] std::optional<int> wait_for(pid_t child) const {
    const Instant deadline = monotonic_now() + config_.time_limit;
    if (const auto status = wait_until(child, deadline)) return status;
    ::kill(-child, SIGTERM);
    const bool ended = wait_until(child, deadline + grace).has_value();
    ::kill(-child, SIGKILL);  // what is left of its group
    int status = 0;
    if (!ended) ::waitpid(child, &status, 0);
    return std::nullopt;
  }

  // SIGCHLD is blocked, so one that came before the wait is not lost.
  static std::optional<int> wait_until(pid_t child, Instant deadline) {
    const sigset_t children = only(SIGCHLD);
    while (true) {
      int status = 0;
      if (::waitpid(child, &status, WNOHANG) == child) return status;
      const Duration left = deadline - monotonic_now();
      if (left <= Duration{}) return std::nullopt;
      const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
      const timespec wait{.tv_sec = whole.count(), .tv_nsec = (left - whole).count()};
      ::sigtimedwait(&children, nullptr, &wait);
    }
  }

  static std::string seconds_text(Duration time) {
    std::string text = std::to_string(to_seconds(time));
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text + " s";
  }

  int socket_;
  const HookConfig& config_;
  std::vector<char*> argv_;
};

}  // namespace

void serve_hooks(int socket, const HookConfig& config) {
  ::setpgid(0, 0);
  for (const int signal : ignored_signals) set_action(signal, SIG_IGN);
  const sigset_t children = only(SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, nullptr);
  HookProcess{keep_only(socket), config}.serve();
  ::_exit(0);
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/hook.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "onlink/run/hook_process.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t longest_failure = 4096;

Error hook_error(const std::string& command, int sys_errno) {
  return {ErrorCode::system, sys_errno, "hook " + command + ": " + std::generic_category().message(sys_errno)};
}

bool is_executable_file(const std::string& path) noexcept {
  struct stat about{};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

// What execvp() will find, told before the first event and not at it.
int search(const std::string& command) {
  if (command.find('/') != std::string::npos) {
    if (is_executable_file(command)) return 0;
    return ::access(command.c_str(), F_OK) == 0 ? EACCES : ENOENT;
  }
  const char* variable = std::getenv("PATH");
  std::string_view path = variable == nullptr ? "/bin:/usr/bin" : variable;
  while (true) {
    const std::string_view folder = path.substr(0, path.find(':'));
    if (is_executable_file(std::string{folder.empty() ? "." : folder} + "/" + command)) return 0;
    if (folder.size() == path.size()) return ENOENT;
    path.remove_prefix(folder.size() + 1);
  }
}

}  // namespace

std::expected<HookRunner, Error> HookRunner::start(const HookConfig& config) {
  const std::string& command = config.command.front();
  if (const int failed = search(command); failed != 0) return std::unexpected(hook_error(command, failed));
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return std::unexpected(hook_error(command, errno));
  }
  UniqueFd ours{ends[0]};
  UniqueFd theirs{ends[1]};
  const pid_t process = ::fork();
  if (process < 0) return std::unexpected(hook_error(command, errno));
  if (process == 0) serve_hooks(theirs.value(), config);
  return HookRunner{std::move(ours), process, config.most_waiting};
}

void HookRunner::run(const std::vector<std::pair<std::string, std::string>>& environment, std::string state_of) {
  if (waiting_.size() >= most_waiting_) {
    if (state_of.empty()) {
      ++dropped_;
      return;
    }
    make_room(state_of);
  }
  std::string message;
  for (const auto& [name, value] : environment) ((message += name) += '=').append(value) += '\0';
  message += '\0';  // so that it is never empty, which would read as the end
  waiting_.push_back({std::move(message), std::move(state_of)});
  send_waiting();
}

// Without a victim the queue grows, by one event for each thing at most.
void HookRunner::make_room(const std::string& state_of) {
  auto victim = std::ranges::find_if(waiting_, [](const Waiting& one) { return one.state_of.empty(); });
  if (victim == waiting_.end()) victim = std::ranges::find(waiting_, state_of, &Waiting::state_of);
  if (victim == waiting_.end()) return;
  waiting_.erase(victim);
  ++dropped_;
}

void HookRunner::send_waiting() {
  while (!waiting_.empty()) {
    const std::string& message = waiting_.front().message;
    const ssize_t sent = ::send(socket_.value(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) ++unheard_;
    waiting_.pop_front();
  }
}

void HookRunner::receive(bool wait, std::vector<HookFailure>& failures) {
  std::string text(longest_failure, '\0');
  while (true) {
    const ssize_t size = ::recv(socket_.value(), text.data(), text.size(), wait ? 0 : MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    failures.push_back({text.substr(0, static_cast<std::size_t>(size))});
  }
}

std::vector<HookFailure> HookRunner::take_failures() {
  std::vector<HookFailure> failures;
  send_waiting();
  receive(false, failures);
  if (dropped_ != 0) {
    failures.push_back({"hook: too slow for the events: " + std::to_string(std::exchange(dropped_, 0)) + " not run"});
  }
  if (unheard_ != 0) {
    failures.push_back(
        {"hook: the process that runs them is gone: " + std::to_string(std::exchange(unheard_, 0)) + " not run"});
  }
  return failures;
}

std::vector<HookFailure> HookRunner::finish() {
  std::vector<HookFailure> failures = take_failures();
  while (!waiting_.empty()) {
    pollfd ready{.fd = socket_.value(), .events = POLLIN | POLLOUT, .revents = 0};
    ::poll(&ready, 1, -1);
    send_waiting();
    receive(false, failures);
  }
  ::shutdown(socket_.value(), SHUT_WR);
  receive(true, failures);
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  return failures;
}

}  // namespace onlink::inline v0

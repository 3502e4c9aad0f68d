// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/ending.hpp"

#include <dirent.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "onlink/base/text.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::lab {
namespace {

using kernel::FileDescriptor;

constexpr int patience_of_commands = 1000;  // milliseconds, as poll(2) has them
constexpr int patience_of_holder = 2000;

// The namespace file's inode; 0 when the process is gone or another user's.
ino_t network_inode(pid_t process) {
  struct stat status{};
  const std::string path = "/proc/" + std::to_string(process) + "/ns/net";
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> processes;
  const auto close = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close)> stream(::opendir("/proc"), close);
  while (const dirent* const entry = stream ? ::readdir(stream.get()) : nullptr) {
    if (const auto number = parse_decimal(std::begin(entry->d_name), 0x7fffffff)) {
      processes.push_back(static_cast<pid_t>(*number));
    }
  }
  return processes;
}

// A descriptor that is the process, so that a number that is given to another one meanwhile does no harm.
FileDescriptor open_process(pid_t process) {
  return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}
void send_signal(const FileDescriptor& process, int signal) {
  ::syscall(SYS_pidfd_send_signal, process.fd(), signal, nullptr, 0);
}
bool await_end(const FileDescriptor& process, int milliseconds) {
  pollfd waiting{.fd = process.fd(), .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, milliseconds) > 0;
}

std::vector<FileDescriptor> commands_of(const RunningLab& lab) {
  std::vector<ino_t> networks;
  std::vector<pid_t> own{lab.holder, ::getpid()};
  for (const RunningHost& host : lab.hosts) {
    own.push_back(host.process);
    if (const ino_t network = network_inode(host.process); network != 0) networks.push_back(network);
  }
  std::vector<FileDescriptor> commands;
  for (const pid_t process : all_processes()) {
    if (std::ranges::find(own, process) != own.end()) continue;
    FileDescriptor opened = open_process(process);
    if (opened && std::ranges::find(networks, network_inode(process)) != networks.end()) {
      commands.push_back(std::move(opened));
    }
  }
  return commands;
}

}  // namespace

std::size_t end_commands(const RunningLab& lab) {
  const std::vector<FileDescriptor> commands = commands_of(lab);
  for (const FileDescriptor& command : commands) {
    send_signal(command, SIGTERM);
    send_signal(command, SIGHUP);  // an interactive shell ignores SIGTERM
    send_signal(command, SIGCONT);
  }
  for (const FileDescriptor& command : commands) {
    if (!await_end(command, patience_of_commands)) send_signal(command, SIGKILL);
  }
  return commands.size();
}

std::expected<void, Error> end_holder(const RunningLab& lab) {
  const FileDescriptor holder = open_process(lab.holder);
  if (!holder) return std::unexpected(kernel::system_error(errno, "end lab " + lab.name));
  std::vector<FileDescriptor> processes;
  processes.reserve(lab.hosts.size());
  for (const RunningHost& host : lab.hosts) processes.push_back(open_process(host.process));
  send_signal(holder, SIGTERM);
  if (!await_end(holder, patience_of_holder)) {
    send_signal(holder, SIGKILL);
    (void)await_end(holder, patience_of_holder);
  }
  ::waitpid(lab.holder, nullptr, WNOHANG);  // when it is a child of ours
  for (const FileDescriptor& process : processes) {
    if (!process || await_end(process, patience_of_holder)) continue;
    return std::unexpected(Error{ErrorCode::system, ETIMEDOUT, "lab " + lab.name + ": a process of it does not end"});
  }
  return {};
}

}  // namespace onlink::inline v0::lab

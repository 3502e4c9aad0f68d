// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/kernel_child.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <string_view>

#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::differential {
namespace {

enum Outcome : int { finished = 0, failed = 1, spoiled = 2 };

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto size = ::write(fd, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const auto size = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

Outcome perform(int out, const std::function<std::string()>& work) {
  try {
    write_all(out, work());
    return finished;
  } catch (const RunSpoiled&) {
    return spoiled;
  } catch (const std::exception& error) {
    write_all(out, error.what());
    return failed;
  }
}

[[noreturn]] void be_the_child(Duration limit, int out, pid_t parent, const std::function<std::string()>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(failed);
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(limit).count()));
  ::_exit(perform(out, work));
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

std::expected<std::string, Error> in_child(Duration limit, const std::function<std::string()>& work) {
  // Not a pipe: another thread's child would hold its end open.
  const kernel::FileDescriptor memory(::memfd_create("run", MFD_CLOEXEC));
  if (!memory) return std::unexpected(kernel::system_error(errno, "create memory file"));
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return std::unexpected(kernel::system_error(errno, "create process"));
  if (child == 0) be_the_child(limit, memory.fd(), parent, work);
  const int status = wait_for(child);
  std::string text = read_all(memory.fd());
  if (WIFEXITED(status) && WEXITSTATUS(status) == finished) return text;
  if (WIFEXITED(status) && WEXITSTATUS(status) == spoiled) {
    return std::unexpected(Error{ErrorCode::unsupported, 0, "the run was spoiled"});
  }
  if (!WIFEXITED(status)) text = "the run died of signal " + std::to_string(WTERMSIG(status));
  return std::unexpected(Error{ErrorCode::system, 0, std::move(text)});
}

}  // namespace onlink::differential

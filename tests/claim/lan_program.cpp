// SPDX-License-Identifier: Apache-2.0
#include "tests/claim/lan_program.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

namespace onlink::inline v0::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int cannot_start = 126;

std::string read_all(int file) {
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = ::pread(file, buffer, sizeof buffer, static_cast<off_t>(text.size()))) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  return text;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

// In the child.
void hide_run() {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", "/run", "tmpfs", 0, "mode=755") != 0 ||
      ::mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755") != 0) {
    ::_exit(cannot_start);
  }
}

}  // namespace

LanProgram::LanProgram(const KernelHost& host, const Start& start)
    : out_(::memfd_create("out", MFD_CLOEXEC)), err_(::memfd_create("err", MFD_CLOEXEC)) {
  std::vector<std::string> words{std::filesystem::path(start.path).filename().string()};
  words.insert(words.end(), start.words.begin(), start.words.end());
  std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C"};
  environment.insert(environment.end(), start.environment.begin(), start.environment.end());
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::signal(SIGINT, SIG_DFL);  // which a shell has its background jobs ignore
  ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
  ::dup2(out_, STDOUT_FILENO);
  ::dup2(err_, STDERR_FILENO);
  if (::setns(host.namespace_fd(), CLONE_NEWNET) != 0) ::_exit(cannot_start);
  if (start.own_run) hide_run();
  ::execve(start.path.c_str(), pointers(words).data(), pointers(environment).data());
  ::_exit(cannot_start);
}

LanProgram::LanProgram(LanProgram&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)),
      status_(other.status_) {}

LanProgram::~LanProgram() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) ::close(out_);
  if (err_ >= 0) ::close(err_);
}

std::string LanProgram::out() const { return read_all(out_); }
std::string LanProgram::err() const { return read_all(err_); }

bool LanProgram::runs() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

ProgramResult LanProgram::wait() {
  const auto end = std::chrono::steady_clock::now() + seconds{60};
  while (runs()) {
    if (std::chrono::steady_clock::now() > end) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(milliseconds{5});
  }
  ProgramResult result{.out = out(), .err = err()};
  if (WIFEXITED(status_)) result.status = WEXITSTATUS(status_);
  if (WIFSIGNALED(status_)) result.signal = WTERMSIG(status_);
  return result;
}

ProgramResult LanProgram::stop(int signal) {
  if (runs()) ::kill(pid_, signal);
  return wait();
}

void wait_until(std::string_view what, const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + seconds{30};
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("in vain: " + std::string{what});
    std::this_thread::sleep_for(milliseconds{5});
  }
}

}  // namespace onlink::inline v0::test

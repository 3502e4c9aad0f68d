// SPDX-License-Identifier: Apache-2.0
#include "tests/support/run_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <stdexcept>

namespace onlink::inline v0::test {
namespace {

constexpr std::chrono::seconds patience{60};

struct Pipe {
  int read = -1, write = -1;

  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    read = ends[0];
    write = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(read);
    close_end(write);
  }
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

struct Pipes {
  Pipe in, out, err;
};

[[noreturn]] void exec_child(const std::string& program, const ProgramRun& run, const Pipes& pipes) {
  ::dup2(pipes.in.read, STDIN_FILENO);
  ::dup2(pipes.out.write, STDOUT_FILENO);
  ::dup2(pipes.err.write, STDERR_FILENO);
  std::vector<std::string> words{std::filesystem::path(program).filename().string()};
  words.insert(words.end(), run.words.begin(), run.words.end());
  std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  environment.insert(environment.end(), run.environment.begin(), run.environment.end());
  if (run.before_exec) run.before_exec();
  ::execve(program.c_str(), pointers(words).data(), pointers(environment).data());
  ::_exit(127);
}

// Reads both outputs until the program has closed them.
void collect(Pipe& out, Pipe& err, int pid, const ProgramRun& run, ProgramResult& result) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (out.read >= 0 || err.read >= 0) {
    std::array<pollfd, 2> fds{{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), 1000) < 0 && errno != EINTR) break;
    if (std::chrono::steady_clock::now() > deadline) ::kill(pid, SIGKILL);
    for (auto [fd, text, end] : {std::tuple{&fds[0], &result.out, &out.read}, {&fds[1], &result.err, &err.read}}) {
      if (fd->revents == 0) continue;
      std::array<char, 4096> buffer{};
      const ssize_t size = ::read(fd->fd, buffer.data(), buffer.size());
      if (size > 0) {
        text->append(buffer.data(), static_cast<std::size_t>(size));
        if (text == &result.out && run.on_output) run.on_output(result.out);
      } else {
        Pipe::close_end(*end);
      }
    }
  }
}

}  // namespace

std::string built_program(const std::string& place) {
  auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (; folder.has_relative_path(); folder = folder.parent_path()) {
    const auto candidate = folder / place;
    if (std::filesystem::exists(candidate)) return candidate.string();
  }
  throw std::runtime_error("no " + place + " in the build tree of this test program");
}

ProgramResult run_program(const std::string& path, const ProgramRun& run) {
  Pipes pipes;
  const int pid = ::fork();
  if (pid < 0) throw std::runtime_error("fork");
  if (pid == 0) exec_child(path, run, pipes);
  Pipe::close_end(pipes.in.read);
  Pipe::close_end(pipes.out.write);
  Pipe::close_end(pipes.err.write);
  // Inputs are far smaller than a pipe's buffer.
  const ssize_t fed = ::write(pipes.in.write, run.input.data(), run.input.size());
  static_cast<void>(fed);
  Pipe::close_end(pipes.in.write);
  if (run.while_running) run.while_running(pid);
  ProgramResult result;
  collect(pipes.out, pipes.err, pid, run, result);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

}  // namespace onlink::inline v0::test

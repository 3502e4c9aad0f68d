// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/tool_run.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "onlink/kernel/privileges.hpp"
#include "tests/compat/far_end.hpp"
#include "tests/compat/left_files.hpp"
#include "tests/nud/kernel_child.hpp"
#include "tests/support/must.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::compat_diff {
namespace {

namespace fs = std::filesystem;
using test::must;

// A directory that is gone when the run is over.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "onlink-compat-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
    fs::permissions(path_, fs::perms{0755});
    for (const fs::path& place : {mounts(), work(), program().parent_path()}) fs::create_directory(place);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] fs::path mounts() const { return path_ / "mounts"; }
  [[nodiscard]] fs::path work() const { return path_ / "work"; }
  [[nodiscard]] fs::path program() const { return path_ / "bin" / "tool"; }

 private:
  fs::path path_;
};

void lay_out_files(const Case& one, const fs::path& data, const fs::path& work) {
  for (const std::string& value : one.values("file")) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos) throw std::runtime_error("@file wants NAME=CONTENT");
    std::ofstream(work / value.substr(0, equals)) << value.substr(equals + 1);
  }
  for (const std::string& name : one.values("copy")) fs::copy_file(data / name, work / fs::path(name).filename());
}

constexpr uid_t nobody = 65534;

constexpr int not_started = 127;

// In the child, right before the tool: what cannot be done would leave it with more rights than wanted, so it ends.
// Where we are root of a user namespace only, there is no other user to be.
void become_nobody() {
  if (::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0) {
    if (::setresuid(nobody, nobody, nobody) != 0) ::_exit(not_started);
  }
  if (!kernel::drop_privileges({})) ::_exit(not_started);
}

void prepare_child(const Case& one, const fs::path& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::chdir(work.c_str()) != 0) ::_exit(not_started);
  if (one.has("full")) ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO);
  if (one.value("as") == "nobody") become_nobody();
}

std::vector<Happening> happenings_of(const Case& one) {
  std::vector<Happening> happenings;
  for (const std::string& text : one.values("then")) happenings.push_back(parse_happening(text));
  return happenings;
}

Outcome run_here(const Tool& tool, const Case& one, const fs::path& data, const Scratch& scratch) {
  World world(one, scratch.mounts());
  FarEnd far_end(world, happenings_of(one));
  world.furnish(one);
  lay_out_files(one, data, scratch.work());
  const fs::path program = scratch.program().parent_path() / tool.called;
  fs::create_symlink(tool.program, program);

  test::ProgramRun run{
      .words = tool.first_words, .environment = tool.environment, .input = one.value("stdin").value_or("")};
  run.words.insert(run.words.end(), one.words.begin(), one.words.end());
  for (const std::string& variable : one.values("env")) run.environment.push_back(variable);
  run.before_exec = [&] { prepare_child(one, scratch.work()); };
  run.while_running = [&](pid_t pid) { far_end.start(pid); };
  run.on_output = [&](std::string_view out) { far_end.on_output(out); };
  test::ProgramResult result = test::run_program(program.string(), run);
  if (result.status == not_started) throw std::runtime_error(tool.program.string() + " did not start");
  if (result.signal == SIGKILL) throw std::runtime_error(tool.program.string() + " did not end within a minute");

  return {.frames = far_end.finish(),
          .files = left_files(scratch.work()),
          .neighbors = world.neighbors(),
          .out = std::move(result.out),
          .err = std::move(result.err),
          .ending = result.signal != 0 ? "signal " + std::to_string(result.signal)
                                       : "status " + std::to_string(result.status)};
}

}  // namespace

Outcome run_tool(const Tool& tool, const Case& one, const fs::path& data) {
  const Scratch scratch;
  constexpr std::chrono::seconds limit{90};
  return parse_outcome(
      must(differential::in_child(limit, [&] { return to_text(run_here(tool, one, data, scratch)); })));
}

}  // namespace onlink::compat_diff

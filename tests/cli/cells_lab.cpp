// SPDX-License-Identifier: Apache-2.0
// Virtual LANs, each cell with a directory of labs of its own.
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <stdexcept>

#include "tests/cli/cells.hpp"

namespace onlink::inline v0::test {

using cli::ExitCode;

namespace {

using Words = std::vector<std::string>;

// Takes down what the cell put up.
class LabDirectory {
 public:
  LabDirectory() {
    std::string pattern = "/tmp/onlink-cells-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    path_ = pattern;
  }
  LabDirectory(const LabDirectory&) = delete;
  LabDirectory& operator=(const LabDirectory&) = delete;
  ~LabDirectory() {
    (void)run({"lab", "down", "--all"});
    std::filesystem::remove_all(path_);
  }
  [[nodiscard]] ProgramResult run(const Words& words) const {
    return run_onlink({.words = words, .environment = {"XDG_RUNTIME_DIR=" + path_}});
  }
  [[nodiscard]] std::string labs() const { return path_ + "/onlink-lab"; }

 private:
  std::string path_;
};

// The last command's result; those before it set the scene.
std::function<ProgramResult()> run_all(std::initializer_list<Words> commands) {
  return [commands = std::vector<Words>(commands)] {
    const LabDirectory directory;
    ProgramResult result;
    for (const Words& words : commands) result = directory.run(words);
    return result;
  };
}

// Others may write where labs are known.
std::function<ProgramResult()> in_a_directory_open_to_all(const Words& words) {
  return [words] {
    const LabDirectory directory;
    std::filesystem::create_directory(directory.labs());
    ::chmod(directory.labs().c_str(), 0777);
    const ProgramResult result = directory.run(words);
    ::chmod(directory.labs().c_str(), 0700);
    return result;
  };
}

// A file stands where labs are known.
std::function<ProgramResult()> without_a_directory(const Words& words) {
  return [words] {
    const LabDirectory directory;
    std::ofstream(directory.labs()) << "in the way\n";
    return directory.run(words);
  };
}

}  // namespace

std::vector<Cell> lab_cells() {
  const Words up{"lab", "up", "textbook"};
  const Words other_up{"lab", "up", "two-routers"};
  const Words down{"lab", "down"};
  const Words list{"lab", "list"};
  const Words exec{"lab", "exec", "Kongming20", "true"};
  const Words run{"lab", "run", "textbook", "--", "true"};
  return {
      {"lab up", ExitCode::yes, "ReadyMadeLab", run_all({up})},
      {"lab up", ExitCode::usage, "NoSuchLab", run_all({{"lab", "up", "nonsense"}})},
      {"lab up", ExitCode::permission, "DirectoryIsOpenToAll", in_a_directory_open_to_all(up)},
      {"lab up", ExitCode::system, "FileIsAbsent", run_all({{"lab", "up", "/nonexistent/lab.toml"}})},
      {"lab down", ExitCode::yes, "LabIsUp", run_all({up, down})},
      {"lab down", ExitCode::no, "NoLabIsUp", run_all({down})},
      {"lab down", ExitCode::usage, "TwoAreUpAndNoneIsNamed", run_all({up, other_up, down})},
      {"lab down", ExitCode::permission, "DirectoryIsOpenToAll", in_a_directory_open_to_all(down)},
      {"lab down", ExitCode::system, "DirectoryCannotBeMade", without_a_directory(down)},
      {"lab list", ExitCode::yes, "LabIsUp", run_all({up, list})},
      {"lab list", ExitCode::no, "NoLabIsUp", run_all({list})},
      {"lab list", ExitCode::usage, "NoSuchLab", run_all({{"lab", "list", "nonsense"}})},
      {"lab list", ExitCode::permission, "DirectoryIsOpenToAll", in_a_directory_open_to_all(list)},
      {"lab list", ExitCode::system, "DirectoryCannotBeMade", without_a_directory(list)},
      {"lab exec", ExitCode::yes, "CommandEndsWell", run_all({up, exec})},
      {"lab exec", ExitCode::usage, "NoLabIsUp", run_all({exec})},
      {"lab exec", ExitCode::permission, "DirectoryIsOpenToAll", in_a_directory_open_to_all(exec)},
      {"lab exec", ExitCode::system, "DirectoryCannotBeMade", without_a_directory(exec)},
      {"lab run", ExitCode::yes, "CommandEndsWell", run_all({run})},
      {"lab run", ExitCode::usage, "NoSuchLab", run_all({{"lab", "run", "nonsense", "--", "true"}})},
      {"lab run", ExitCode::permission, "DirectoryIsOpenToAll", in_a_directory_open_to_all(run)},
      {"lab run", ExitCode::system, "DirectoryCannotBeMade", without_a_directory(run)},
  };
}

}  // namespace onlink::inline v0::test

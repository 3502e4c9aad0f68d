// SPDX-License-Identifier: Apache-2.0
// onlink cache params, import and export, in a network namespace of their own.
#include <unistd.h>

#include "tests/cli/cells.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {

using cli::ExitCode;

namespace {

const std::string one_neighbor = "02:00:00:00:00:02 192.0.2.2\n";

// Our end of a LAN, 192.0.2.1 on eth0; what is on standard input, and what was imported before.
struct Scene {
  std::vector<std::string> words{};
  std::string input{};
  std::string imported{};
  std::function<void()> before_exec{};
};

std::function<ProgramResult()> run(Scene scene) {
  return [scene = std::move(scene)] {
    const SmallLan lan{{.addresses = {prefix("192.0.2.1/24")}}};
    if (!scene.imported.empty()) {
      (void)run_onlink({.words = {"cache", "import", "-i", "eth0", "-"}, .input = scene.imported});
    }
    std::vector<std::string> words{"cache"};
    words.insert(words.end(), scene.words.begin(), scene.words.end());
    return run_onlink({.words = words, .input = scene.input, .before_exec = scene.before_exec});
  };
}

// Whoever owns the machine may write its sysctls without a capability, so we are nobody first; where this namespace
// knows no such user, we are not the machine's owner either.
void become_nobody() {
  constexpr unsigned nobody = 65534;
  (void)!::setresgid(nobody, nobody, nobody);
  (void)!::setresuid(nobody, nobody, nobody);
  give_up_all_capabilities();
}

}  // namespace

std::vector<Cell> cache_params_cells() {
  const std::string command = "cache params";
  return {
      {command, ExitCode::yes, "ShowsAnInterface", run({.words = {"params", "-i", "eth0"}})},
      {command, ExitCode::no, "NothingDiffers", run({.words = {"params", "-i", "eth0", "--changed", "locktime"}})},
      {command, ExitCode::usage, "NoSuchParameter", run({.words = {"params", "-i", "eth0", "nonsense"}})},
      {command, ExitCode::permission, "WithoutCapNetAdmin",
       run({.words = {"params", "-i", "eth0", "retrans_time_ms=500"}, .before_exec = become_nobody})},
      {command, ExitCode::interface_lost, "InterfaceIsAbsent", run({.words = {"params", "-i", "nope0"}})},
      {command, ExitCode::system, "ThresholdsAreAnotherNamespaces", run({.words = {"params", "-4", "gc_thresh1=100"}})},
  };
}

std::vector<Cell> cache_import_cells() {
  const std::string command = "cache import";
  const auto import = [](std::string input, std::vector<std::string> options = {}) {
    std::vector<std::string> words{"import", "-i", "eth0"};
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("-");
    return Scene{.words = std::move(words), .input = std::move(input)};
  };
  Scene forbidden = import(one_neighbor);
  forbidden.before_exec = give_up_all_capabilities;
  return {
      {command, ExitCode::yes, "OneNeighbor", run(import(one_neighbor))},
      {command, ExitCode::no, "OnlyComments", run(import("# nobody\n"))},
      {command, ExitCode::usage, "ALineIsWrong", run(import(one_neighbor + "nonsense\n"))},
      {command, ExitCode::conflict, "OurOwnAddress", run(import("02:00:00:00:00:09 192.0.2.1\n", {"--strict"}))},
      {command, ExitCode::off_link, "AddressOfAnotherLink",
       run(import("02:00:00:00:00:09 203.0.113.1\n", {"--strict"}))},
      {command, ExitCode::permission, "WithoutCapNetAdmin", run(forbidden)},
      {command, ExitCode::interface_lost, "InterfaceIsAbsent",
       run({.words = {"import", "-i", "nope0", "-"}, .input = one_neighbor})},
      {command, ExitCode::system, "FileIsAbsent", run({.words = {"import", "/nonexistent"}})},
  };
}

std::vector<Cell> cache_export_cells() {
  const std::string command = "cache export";
  return {
      {command, ExitCode::yes, "OneNeighbor", run({.words = {"export"}, .imported = one_neighbor})},
      {command, ExitCode::no, "NoPermanentOne", run({.words = {"export"}})},
      {command, ExitCode::usage, "NoSuchOption", run({.words = {"export", "--nonsense"}})},
      {command, ExitCode::interface_lost, "InterfaceIsAbsent", run({.words = {"export", "-i", "nope0"}})},
      {command, ExitCode::system, "FileCannotBeWritten",
       run({.words = {"export", "/nonexistent/file"}, .imported = one_neighbor})},
  };
}

}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// nud-walk: random scenarios for nud-diff.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/nud/program.hpp"
#include "tests/nud/random_walk.hpp"

namespace {

using namespace onlink::differential;
using onlink::Family;

constexpr std::string_view name = "nud-walk";
constexpr std::string_view help = R"(usage: nud-walk [OPTION...] [DIRECTORY]

Prints a scenario (docs/scenarios.md) of random steps whose outcome does not depend on how late a kernel's timers are.
Same seed, same scenario. With DIRECTORY writes them there, for both families.

  --seed N           the first seed (1)
  --count N          with DIRECTORY: so many seeds (5)
  --steps N          steps of a walk (200)
  --family F         ipv4 or ipv6 (ipv4)
  --help             this text
)";

int write(const WalkOptions& options, const std::filesystem::path& directory) {
  const auto text = random_walk(options);
  if (!text) return complain(name, text.error());
  const auto path = directory / fmt::format("walk-{}-{}.nud", to_string(options.family), options.seed);
  std::ofstream out{path};
  out << *text;
  out.close();
  if (!out) return complain(name, fmt::format("{}: write: {}", path.string(), std::strerror(errno)), Exit::system);
  return static_cast<int>(Exit::yes);
}

int write_all(WalkOptions options, std::uint64_t count, const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  for (const std::uint64_t end = options.seed + count; options.seed < end; ++options.seed) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      options.family = family;
      if (const int failed = write(options, directory); failed != 0) return failed;
    }
  }
  return static_cast<int>(Exit::yes);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments{argc, argv};
  if (arguments.flag("--help")) return print(help);
  WalkOptions options{.seed = arguments.number("--seed", 1),
                      .steps = static_cast<std::uint32_t>(arguments.number("--steps", 200))};
  const std::uint64_t count = arguments.number("--count", 5);
  const std::string family = arguments.value("--family").value_or("ipv4");
  const auto operands = arguments.operands();
  if (arguments.error()) return complain(name, *arguments.error(), Exit::usage);
  if (operands.size() > 1 || (family != "ipv4" && family != "ipv6")) {
    return complain(name, "at most one directory, and ipv4 or ipv6; see --help", Exit::usage);
  }
  options.family = family == "ipv4" ? Family::ipv4 : Family::ipv6;
  if (!operands.empty()) return write_all(options, count, operands[0]);
  const auto text = random_walk(options);
  if (!text) return complain(name, text.error());
  return print(*text);
}

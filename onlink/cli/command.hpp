// SPDX-License-Identifier: Apache-2.0
// The one table of commands. A Command is data: its --help, man page, shell completions, command-line parser and the
// matrix of exit codes that the tests walk all derive from it. Each cmd_<name>.cpp defines one; commands.cpp lists
// them.
//
//   constexpr Option options[] = {{.name = "count", .letter = 'c', .value = "N", .help = "ask at most N times"}};
//   constinit const Command ask_command{.name = "ask", .options = options, .exits = exits, .run = run_ask};
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "onlink/cli/exit_code.hpp"

namespace onlink::inline v0::cli {

class Arguments;
struct Context;

// What a shell offers behind an option or for a positional argument.
enum class Completes : std::uint8_t { nothing, file, interface, host, choice };

struct Option {
  std::string_view name{};      // long name without dashes, the key in Arguments: "count"
  char letter = 0;              // short form: 'c'; 0 when there is none
  std::string_view value{};     // the value's name in help: "COUNT"; empty: a switch
  std::string_view help{};      // one sentence without a full stop
  std::string_view fallback{};  // the default in words: "3"; empty when there is nothing to say
  bool repeatable = false;      // a value given again adds to the list; else it is refused
  Completes completes = Completes::nothing;
  std::span<const std::string_view> choices{};  // for Completes::choice: the only values accepted
  bool rest = false;  // its value is a command line of its own: all words behind it, options too
};

enum class Arity : std::uint8_t {
  one,           // exactly one
  optional,      // none or one
  at_least_one,  // TARGET...
  any,           // [NET...]
  rest,          // a command line of its own: the first word that is not ours and all behind it, options too
};

struct Positional {
  std::string_view name{};  // "TARGET", the key in Arguments
  std::string_view help{};
  Arity arity = Arity::one;
  Completes completes = Completes::nothing;
  std::span<const std::string_view> choices{};
};

struct Example {
  std::string_view command{};  // "onlink resolve 192.0.2.1"
  std::string_view shows{};    // "who has 192.0.2.1, on the interface of the default route"
};

// A code that the command can return, in the command's own words. A code without a row cannot happen: the tests hold
// every command to that.
struct ExitMeaning {
  ExitCode code;
  std::string_view meaning{};
};

// Options that many commands share; each has one name and one meaning everywhere. -q, -v, --color and --help come with
// every command.
namespace common {
inline constexpr std::uint8_t interface = 1;  // -i
inline constexpr std::uint8_t family = 2;     // -4, -6
inline constexpr std::uint8_t rows = 4;       // --json, --csv
inline constexpr std::uint8_t files = 8;      // --read, --write
inline constexpr std::uint8_t language = 16;  // --lang
}  // namespace common

struct Command {
  std::string_view name{};
  std::string_view summary{};      // one line, lower case, no full stop: "ask who has each address"
  std::string_view description{};  // paragraphs separated by an empty line; lines are filled by the printers
  std::span<const Positional> positionals{};
  std::span<const Option> options{};
  std::uint8_t common_options = 0;  // or of common::*
  std::span<const Example> examples{};
  std::span<const ExitMeaning> exits{};
  std::span<const Command* const> subcommands{};  // "lab up"; a command with subcommands has no run of its own
  const Command* usual = nullptr;                 // the subcommand that runs when none is named: "onlink cache" lists
  ExitCode (*run)(const Arguments& arguments, Context& context) = nullptr;
  // Instead of all of the above but name and summary: another tool's command line, taken as that tool takes it. argv[0]
  // is the tool's name, and its statuses are its own (cli/compat/).
  int (*imitate)(int argc, char** argv) = nullptr;
  bool hidden = false;  // works, and is not listed
};

// Every command, in the order of the overview.
[[nodiscard]] std::span<const Command* const> commands() noexcept;

// Of `onlink compat`, by its name or one of its links' names; nothing: there is none.
[[nodiscard]] const Command* find_tool(std::string_view name) noexcept;

// The shared options that `command` takes, as if they stood in its own list.
[[nodiscard]] std::span<const Option> common_option_list() noexcept;
[[nodiscard]] bool takes_common_option(const Command& command, const Option& option) noexcept;

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/help.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr std::string_view shell_choices[] = {"bash", "zsh", "fish"};

Error no_such_command(std::string_view name) { return usage_error(fmt::format("there is no command '{}'", name)); }

ExitCode print_man_page(std::string_view name, Context& context) {
  if (name == "onlink") {
    context.out.write(main_man_page());
    return ExitCode::yes;
  }
  if (name.starts_with("onlink-")) name.remove_prefix(std::string_view{"onlink-"}.size());
  const auto path = find_command(name);
  if (!path) return context.fail(no_such_command(name));
  context.out.write(man_page(*path->command));
  return ExitCode::yes;
}

std::optional<Error> write_file(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary};
  file << text;
  file.close();
  if (file) return std::nullopt;
  return Error{ErrorCode::system, errno, fmt::format("{}: write: {}", path, std::strerror(errno))};
}

ExitCode write_man_pages(std::string_view directory, Context& context) {
  if (const auto error = write_file(fmt::format("{}/onlink.1", directory), main_man_page()))
    return context.fail(*error);
  for (const Command* command : commands()) {
    if (command->hidden) continue;
    if (const auto error = write_file(fmt::format("{}/onlink-{}.1", directory, command->name), man_page(*command))) {
      return context.fail(*error);
    }
  }
  return ExitCode::yes;
}

ExitCode print_completion(std::string_view shell, Context& context) {
  context.out.write(completion_script(shell == "bash" ? Shell::bash : shell == "zsh" ? Shell::zsh : Shell::fish));
  return ExitCode::yes;
}

ExitCode run_help(const Arguments& arguments, Context& context) {
  if (const auto shell = arguments.text("completion")) return print_completion(*shell, context);
  if (const auto directory = arguments.text("man-pages")) return write_man_pages(*directory, context);
  if (const auto name = arguments.text("man")) return print_man_page(*name, context);
  const auto name = arguments.text("COMMAND");
  if (!name) {
    context.out.write(overview());
    return ExitCode::yes;
  }
  const std::string_view inner = arguments.text("SUBCOMMAND").value_or("");
  const auto path = find_command(*name, inner);
  if (!path)
    return context.fail(no_such_command(inner.empty() ? std::string{*name} : fmt::format("{} {}", *name, inner)));
  context.out.write(help_text(*path, context.width));
  return ExitCode::yes;
}

constexpr Positional positionals[] = {
    {.name = "COMMAND", .help = "the command to explain", .arity = Arity::optional},
    {.name = "SUBCOMMAND", .help = "a command of its own below it, as in lab up", .arity = Arity::optional},
};
constexpr Option options[] = {
    {.name = "man", .value = "NAME", .help = "print the man page of a command, or of onlink, as roff"},
    {.name = "man-pages",
     .value = "DIR",
     .help = "write every man page into a directory",
     .completes = Completes::file},
    {.name = "completion",
     .value = "SHELL",
     .help = "print the completion script for a shell",
     .completes = Completes::choice,
     .choices = shell_choices},
};
constexpr Example examples[] = {
    {"onlink help resolve", "what onlink resolve --help prints"},
    {"onlink help --man resolve | man -l -", "the man page, without installing it"},
    {"source <(onlink help --completion bash)", "completion in this shell"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "the text was printed"},
    {ExitCode::usage, "there is no such command or option"},
    {ExitCode::system, "a man page could not be written"},
};

}  // namespace

extern const Command help_command;
constinit const Command help_command{
    .name = "help",
    .summary = "explain a command; print man pages and shell completions",
    .description = "All of it is made from the one table of commands that the program itself works by.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .exits = exits,
    .run = run_help,
};

}  // namespace onlink::inline v0::cli

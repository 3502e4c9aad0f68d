// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace onlink::inline v0::cli {
namespace {

constexpr std::size_t text_column = 28;

void append_entry(std::string& out, std::string_view heading, std::string_view text, unsigned width) {
  const std::string filled = fill(text, text_column, width);
  const std::string start = fmt::format("  {}", heading);
  if (start.size() + 2 <= text_column) {
    out += fmt::format("{:<{}}{}", start, text_column,
                       std::string_view{filled}.substr(std::min(text_column, filled.size())));
  } else {
    out += fmt::format("{}\n{}", start, filled);
  }
}

void append_options(std::string& out, const Command& command, unsigned width) {
  if (command.imitate != nullptr) {
    out += fmt::format("\n{}", fill("Its options, its output and its statuses are the original's, whose manual "
                                    "describes them; docs/compat.md says what differs.",
                                    0, width));
    return;
  }
  if (!command.options.empty()) out += "\nOptions:\n";
  for (const Option& option : command.options) append_entry(out, option_heading(option), option_text(option), width);
  out += "\nCommon options:\n";
  for (const Option& option : common_option_list()) {
    if (takes_common_option(command, option)) append_entry(out, option_heading(option), option_text(option), width);
  }
}

std::string positional_heading(const Positional& positional) {
  switch (positional.arity) {
    case Arity::one:
      return std::string{positional.name};
    case Arity::optional:
      return fmt::format("[{}]", positional.name);
    case Arity::at_least_one:
      return fmt::format("{}...", positional.name);
    case Arity::any:
      return fmt::format("[{}]...", positional.name);
    case Arity::rest:
      return fmt::format("[--] {}...", positional.name);
  }
  return {};
}

}  // namespace

std::string CommandPath::name() const {
  return parent == nullptr ? std::string{command->name} : fmt::format("{} {}", parent->name, command->name);
}

std::optional<CommandPath> find_command(std::string_view name, std::string_view subcommand) noexcept {
  const auto find = [](std::span<const Command* const> list, std::string_view wanted) {
    const auto found = std::ranges::find(list, wanted, [](const Command* c) { return c->name; });
    return found == list.end() ? nullptr : *found;
  };
  const Command* command = find(commands(), name);
  if (command == nullptr) return std::nullopt;
  if (subcommand.empty()) return CommandPath{.command = command, .parent = nullptr};
  const Command* inner = find(command->subcommands, subcommand);
  if (inner == nullptr) return std::nullopt;
  return CommandPath{.command = inner, .parent = command};
}

std::string synopsis(const Command& command) {
  if (!command.subcommands.empty()) return command.usual == nullptr ? "COMMAND ..." : "[COMMAND] ...";
  std::string text = "[OPTION]...";
  for (const Positional& positional : command.positionals) text += fmt::format(" {}", positional_heading(positional));
  return text;
}

std::string option_heading(const Option& option) {
  std::string text = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
  text += fmt::format("--{}", option.name);
  return option.value.empty() ? text : fmt::format("{} {}", text, option.value);
}

std::string option_text(const Option& option) {
  std::string text{option.help};
  if (!option.choices.empty()) text += fmt::format(": {}", fmt::join(option.choices, ", "));
  if (option.repeatable && !option.value.empty()) text += "; may be repeated";
  return option.fallback.empty() ? text : fmt::format("{} (default: {})", text, option.fallback);
}

std::string fill(std::string_view text, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string out, line;
  const auto end_line = [&] {
    if (!line.empty()) out += fmt::format("{}{}\n", margin, line);
    line.clear();
  };
  while (!text.empty()) {
    const std::string_view source = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), source.size() + 1));
    if (source.empty() || source.front() == ' ') {
      end_line();
      out += source.empty() ? "\n" : fmt::format("{}{}\n", margin, source);
      continue;
    }
    for (std::string_view rest = source; !rest.empty();) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      if (!line.empty() && indent + line.size() + 1 + word.size() > width) end_line();
      if (!line.empty()) line += ' ';
      line += word;
    }
  }
  end_line();
  return out;
}

std::string overview() {
  std::string out =
      "onlink answers every question between IP and MAC: who has this address, who is on this link.\n\n"
      "Usage: onlink COMMAND [OPTION]... [ARGUMENT]...\n\n";
  for (const Command* command : commands()) {
    if (!command->hidden) out += fmt::format("  {:<12}{}\n", command->name, command->summary);
  }
  out += "\nonlink COMMAND --help explains a command; onlink --version tells the version.\n";
  return out;
}

std::string help_text(const CommandPath& path, unsigned width) {
  const Command& command = *path.command;
  std::string out = fmt::format("onlink {} - {}\n\nUsage: onlink {} {}\n", path.name(), command.summary, path.name(),
                                synopsis(command));
  if (!command.description.empty()) out += fmt::format("\n{}", fill(command.description, 0, width));
  if (!command.subcommands.empty()) out += "\nCommands:\n";
  for (const Command* inner : command.subcommands) {
    const std::string_view usual = inner == command.usual ? " (what is done when no command is named)" : "";
    append_entry(out, fmt::format("{} {}", inner->name, synopsis(*inner)), fmt::format("{}{}", inner->summary, usual),
                 width);
  }
  if (!command.positionals.empty()) out += "\nArguments:\n";
  for (const Positional& positional : command.positionals) {
    append_entry(out, positional_heading(positional), positional.help, width);
  }
  append_options(out, command, width);
  if (!command.examples.empty()) out += "\nExamples:\n";
  for (const Example& example : command.examples) {
    out += fmt::format("  {}\n{}", example.command, fill(example.shows, 6, width));
  }
  if (!command.exits.empty()) out += "\nExit codes:\n";
  for (const ExitMeaning& exit : command.exits) {
    const std::string filled = fill(exit.meaning, 5, width);
    out += fmt::format("  {}  {}", static_cast<int>(exit.code), std::string_view{filled}.substr(5));
  }
  return out;
}

}  // namespace onlink::inline v0::cli

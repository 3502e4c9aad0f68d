// SPDX-License-Identifier: Apache-2.0
// Completions for bash (without the bash-completion package), zsh and fish.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "onlink/cli/help.hpp"

namespace onlink::inline v0::cli {
namespace {

// A command or subcommand as the shells see it.
struct Place {
  CommandPath path;
  std::vector<const Option*> options;
};

std::vector<Place> places() {
  std::vector<Place> all;
  const auto add = [&](const Command& command, const Command* parent) {
    Place place{.path = {.command = &command, .parent = parent}, .options = {}};
    const Command& taker = command.usual == nullptr ? command : *command.usual;
    for (const Option& option : taker.options) place.options.push_back(&option);
    for (const Option& option : common_option_list()) {
      if (takes_common_option(taker, option)) place.options.push_back(&option);
    }
    all.push_back(std::move(place));
  };
  for (const Command* command : commands()) {
    if (command->hidden) continue;
    add(*command, nullptr);
    for (const Command* inner : command->subcommands) add(*inner, command);
  }
  return all;
}

std::string command_words(std::span<const Command* const> list) {
  std::string words;
  for (const Command* command : list) {
    if (!command->hidden) words += fmt::format("{}{}", words.empty() ? "" : " ", command->name);
  }
  return words;
}

// What stands behind an option, as bash words: a compgen call.
std::string bash_action(Completes completes, std::span<const std::string_view> choices) {
  switch (completes) {
    case Completes::file:
      return "compgen -f -- \"$cur\"";
    case Completes::interface:
      return "compgen -W \"$(command ls /sys/class/net 2>/dev/null)\" -- \"$cur\"";
    case Completes::host:
      return "compgen -A hostname -- \"$cur\"";
    case Completes::choice:
      return fmt::format("compgen -W \"{}\" -- \"$cur\"", fmt::join(choices, " "));
    case Completes::nothing:
      break;
  }
  return ":";
}

std::string bash_place(const Place& place) {
  std::string words, values;
  for (const Option* option : place.options) {
    words += fmt::format("--{} ", option->name);
    if (option->letter != 0) words += fmt::format("-{} ", option->letter);
    if (option->value.empty()) continue;
    values += fmt::format("        {}--{}) COMPREPLY=($({})); return ;;\n",
                          option->letter == 0 ? "" : fmt::format("-{}|", option->letter), option->name,
                          bash_action(option->completes, option->choices));
  }
  const Command& command = *place.path.command;
  const bool has_positional = !command.positionals.empty();
  const std::string positional =
      has_positional ? bash_action(command.positionals.front().completes, command.positionals.front().choices)
                     : fmt::format("compgen -W \"{}\" -- \"$cur\"", command_words(command.subcommands));
  return fmt::format(
      "    '{}')\n      case \"$prev\" in\n{}      esac\n      case \"$cur\" in\n        -*) COMPREPLY=($(compgen -W "
      "\"{}\" -- \"$cur\")) ;;\n"
      "        *) COMPREPLY=($({})) ;;\n      esac\n      ;;\n",
      place.path.name(), values, words, positional);
}

std::string parents() {
  std::string names;
  for (const Command* command : commands()) {
    if (!command->subcommands.empty()) names += fmt::format("{}{}", names.empty() ? "" : "|", command->name);
  }
  return names.empty() ? "''" : names;
}

std::string bash_script() {
  std::string out =
      "# bash completion for onlink\n_onlink() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" "
      "prev=\"${COMP_WORDS[COMP_CWORD-1]}\" place=\"${COMP_WORDS[1]}\"\n"
      "  COMPREPLY=()\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  out += fmt::format("    COMPREPLY=($(compgen -W \"{} --help --version\" -- \"$cur\"))\n    return\n  fi\n",
                     command_words(commands()));
  out += fmt::format(
      "  case \"$place\" in\n    {}) [ \"$COMP_CWORD\" -gt 2 ] && place=\"$place ${{COMP_WORDS[2]}}\" ;;\n  esac\n  "
      "case \"$place\" in\n",
      parents());
  for (const Place& place : places()) out += bash_place(place);
  return out + "  esac\n}\ncomplete -F _onlink onlink\n";
}

// zsh's own quoting inside an _arguments specification.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == '[' || c == ']' || c == ':' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string zsh_action(Completes completes, std::span<const std::string_view> choices) {
  switch (completes) {
    case Completes::file:
      return "_files";
    case Completes::interface:
      return "_net_interfaces";
    case Completes::host:
      return "_hosts";
    case Completes::choice:
      return fmt::format("({})", fmt::join(choices, " "));
    case Completes::nothing:
      break;
  }
  return " ";
}

std::string zsh_option(const Option& option) {
  const std::string action = option.value.empty() ? std::string{}
                                                  : fmt::format(":{}:{}", zsh_text(option.value),
                                                                zsh_action(option.completes, option.choices));
  const std::string text = zsh_text(option.help);
  const std::string many = option.repeatable ? "*" : "";
  std::string out = fmt::format("        '{}--{}[{}]{}' \\\n", many, option.name, text, action);
  if (option.letter != 0) out += fmt::format("        '{}-{}[{}]{}' \\\n", many, option.letter, text, action);
  return out;
}

std::string zsh_place(const Place& place) {
  std::string out = fmt::format("    '{}')\n      _arguments -s \\\n", place.path.name());
  for (const Option* option : place.options) out += zsh_option(*option);
  const Command& command = *place.path.command;
  if (!command.subcommands.empty()) {
    out += fmt::format("        '1:command:({})'\n", command_words(command.subcommands));
  } else if (command.positionals.empty()) {
    out += "        && return 0\n";
  } else {
    const Positional& first = command.positionals.front();
    out += fmt::format("        '*:{}:{}'\n", zsh_text(first.name), zsh_action(first.completes, first.choices));
  }
  return out + "      ;;\n";
}

std::string zsh_script() {
  std::string out =
      "#compdef onlink\n# zsh completion for onlink\n_onlink() {\n  local place\n  if (( CURRENT == 2 )); then\n    "
      "local -a names=(\n";
  for (const Command* command : commands()) {
    if (!command->hidden) out += fmt::format("      '{}:{}'\n", command->name, zsh_text(command->summary));
  }
  out += "    )\n    _describe command names\n    return\n  fi\n  place=$words[2]\n  shift words\n  (( CURRENT-- ))\n";
  out += fmt::format(
      "  case $place in\n    {}) if (( CURRENT > 2 )); then place=\"$place $words[2]\"; shift words; (( CURRENT-- )); "
      "fi ;;\n  esac\n  case $place in\n",
      parents());
  for (const Place& place : places()) out += zsh_place(place);
  return out + "  esac\n}\n_onlink \"$@\"\n";
}

std::string fish_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// What fish offers; empty for files, which it knows itself, and for nothing.
std::string fish_candidates(Completes completes, std::span<const std::string_view> choices) {
  switch (completes) {
    case Completes::interface:
      return "(command ls /sys/class/net 2>/dev/null)";
    case Completes::host:
      return "(__fish_print_hostnames)";
    case Completes::choice:
      return fmt::format("{}", fmt::join(choices, " "));
    case Completes::file:
    case Completes::nothing:
      break;
  }
  return {};
}

std::string fish_option_action(const Option& option) {
  if (option.value.empty()) return {};
  if (option.completes == Completes::file) return " -rF";
  const std::string candidates = fish_candidates(option.completes, option.choices);
  return candidates.empty() ? " -x" : fmt::format(" -xa '{}'", candidates);
}

std::string fish_positional(const std::string& seen, const Positional& positional) {
  if (positional.completes == Completes::file) return fmt::format("complete -c onlink -n '{}' -F\n", seen);
  const std::string candidates = fish_candidates(positional.completes, positional.choices);
  return candidates.empty() ? std::string{} : fmt::format("complete -c onlink -n '{}' -fa '{}'\n", seen, candidates);
}

std::string fish_place(const Place& place) {
  const Command& command = *place.path.command;
  const std::string seen = place.path.parent == nullptr
                               ? fmt::format("__fish_seen_subcommand_from {}", command.name)
                               : fmt::format("__fish_seen_subcommand_from {}; and __fish_seen_subcommand_from {}",
                                             place.path.parent->name, command.name);
  std::string out;
  for (const Option* option : place.options) {
    out += fmt::format("complete -c onlink -n '{}'{} -l {}{} -d '{}'\n", seen,
                       option->letter == 0 ? "" : fmt::format(" -s {}", option->letter), option->name,
                       fish_option_action(*option), fish_text(option->help));
  }
  for (const Command* inner : command.subcommands) {
    out += fmt::format("complete -c onlink -n '{}; and not __fish_seen_subcommand_from {}' -f -a {} -d '{}'\n", seen,
                       command_words(command.subcommands), inner->name, fish_text(inner->summary));
  }
  if (!command.positionals.empty()) out += fish_positional(seen, command.positionals.front());
  return out;
}

std::string fish_script() {
  std::string out = "# fish completion for onlink\ncomplete -c onlink -f\n";
  for (const Command* command : commands()) {
    if (!command->hidden) {
      out += fmt::format("complete -c onlink -n __fish_use_subcommand -a {} -d '{}'\n", command->name,
                         fish_text(command->summary));
    }
  }
  out +=
      "complete -c onlink -n __fish_use_subcommand -l help -d 'what onlink can do'\n"
      "complete -c onlink -n __fish_use_subcommand -l version -d 'the version'\n";
  for (const Place& place : places()) out += fish_place(place);
  return out;
}

}  // namespace

std::string completion_script(Shell shell) {
  switch (shell) {
    case Shell::bash:
      return bash_script();
    case Shell::zsh:
      return zsh_script();
    case Shell::fish:
      return fish_script();
  }
  return {};
}

}  // namespace onlink::inline v0::cli

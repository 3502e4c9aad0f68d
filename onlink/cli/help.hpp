// SPDX-License-Identifier: Apache-2.0
// What is written about the commands, all of it from the table: --help, man pages, completions for three shells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/cli/command.hpp"

namespace onlink::inline v0::cli {

// "0.1.0"
[[nodiscard]] std::string_view version() noexcept;

// A command as it is called: "lab up" is the command `lab` and its subcommand `up`.
struct CommandPath {
  const Command* command = nullptr;
  const Command* parent = nullptr;  // of a subcommand

  [[nodiscard]] std::string name() const;  // "lab up"
};
[[nodiscard]] std::optional<CommandPath> find_command(std::string_view name, std::string_view subcommand = {}) noexcept;

// What follows the command's name: "[OPTION...] TARGET..."
[[nodiscard]] std::string synopsis(const Command& command);
// "-c, --count N"
[[nodiscard]] std::string option_heading(const Option& option);
// Help text with its default: "ask at most N times (default: 3)".
[[nodiscard]] std::string option_text(const Option& option);

// What `onlink` alone says.
[[nodiscard]] std::string overview();
[[nodiscard]] std::string help_text(const CommandPath& path, unsigned width);

// roff (man(7)): onlink-resolve(1), with sections for subcommands; and onlink(1).
[[nodiscard]] std::string man_page(const Command& command);
[[nodiscard]] std::string main_man_page();

enum class Shell : std::uint8_t { bash, zsh, fish };
[[nodiscard]] std::string completion_script(Shell shell);

// Words of `text` in lines of at most `width` columns, each after `indent` blanks; an empty line separates paragraphs,
// and a line that begins with blanks stands as it is.
[[nodiscard]] std::string fill(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "onlink/cli/console.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/help.hpp"
#include "onlink/cli/parse.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {
namespace {

std::optional<std::string> owned(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>{*text} : std::nullopt;
}

// LC_ALL, LC_MESSAGES and LANG, the first that is set (POSIX locale order).
Language system_language() noexcept {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return std::string_view{value}.starts_with("zh") ? Language::chinese : Language::english;
    }
  }
  return Language::english;
}

// Options that every command understands alike. Errors: those that contradict each other.
std::optional<Error> read_common(const Arguments& arguments, Context& context) {
  if (arguments.given("json") && arguments.given("csv")) return usage_error("--json and --csv exclude each other");
  if (arguments.given("ipv4") && arguments.given("ipv6")) return usage_error("-4 and -6 exclude each other");
  if (arguments.given("json")) context.format = RowFormat::json;
  if (arguments.given("csv")) context.format = RowFormat::csv;
  if (arguments.given("ipv4")) context.family = Family::ipv4;
  if (arguments.given("ipv6")) context.family = Family::ipv6;
  context.quiet = arguments.given("quiet");
  context.verbose = static_cast<unsigned>(arguments.count("verbose"));
  const std::string_view color = arguments.text("color").value_or("auto");
  context.color = color == "always" || (color == "auto" && wants_color(STDOUT_FILENO));
  const auto language = arguments.text("lang");
  context.language = !language ? system_language() : *language == "zh" ? Language::chinese : Language::english;
  context.interface = owned(arguments.text("interface"));
  context.read_file = owned(arguments.text("read"));
  context.write_file = owned(arguments.text("write"));
  // A capture on standard output is alone there; -q leaves the rows out.
  if (context.write_file == "-" && !context.quiet) {
    return usage_error("--write -: the capture and the rows would mix on standard output; add -q for the capture only");
  }
  return std::nullopt;
}

int status(ExitCode code) noexcept { return static_cast<int>(code); }

int unknown_command(std::string_view word, std::span<const Command* const> list, std::string_view parent,
                    TextWriter& err) {
  const std::string prefix = parent.empty() ? "onlink" : fmt::format("onlink {}", parent);
  if (word.starts_with('-')) {
    err.print("{}: options follow the command: {} COMMAND {}; see {} --help\n", prefix, prefix, word, prefix);
    return status(ExitCode::usage);
  }
  std::vector<std::string_view> names;
  for (const Command* command : list) names.push_back(command->name);
  const std::string_view meant = nearest(word, names);
  err.print("{}: there is no command '{}'{}; see {} --help\n", prefix, printable(shortened(word, 60)),
            meant.empty() ? "" : fmt::format("; did you mean {}?", meant), prefix);
  return status(ExitCode::usage);
}

int run_command(const CommandPath& path, std::span<const char* const> words, TextWriter& out, TextWriter& err) {
  const std::string name = path.name();
  Context context{.out = out, .err = err, .command = name};
  context.out_is_terminal = is_terminal(STDOUT_FILENO);
  context.err_is_terminal = is_terminal(STDERR_FILENO);
  context.width = terminal_width();
  const auto arguments = parse_arguments(*path.command, words);
  if (!arguments) return status(context.fail(arguments.error()));
  if (arguments->given("help")) {
    out.write(help_text(path, context.width));
    return status(ExitCode::yes);
  }
  if (const auto error = read_common(*arguments, context)) return status(context.fail(*error));
  const ExitCode code = path.command->run(*arguments, context);
  out.flush();
  if (context.signal != 0) die_by_signal(context.signal);
  return status(code);
}

// Nothing, an option, or what cannot be a command's name: an argument of the usual subcommand. A mere word is a command
// that was mistyped.
bool is_for_usual(const Command& command, std::string_view second) noexcept {
  if (command.usual == nullptr) return false;
  return second.empty() || !std::ranges::all_of(second, [](char c) { return c >= 'a' && c <= 'z'; });
}

// `words` without the tool's name. It writes its output itself, as it likes.
int imitate(const Command& tool, std::span<const char* const> words) {
  std::vector<std::string> copies{std::string{tool.name}};
  copies.insert(copies.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  return tool.imitate(static_cast<int>(copies.size()), argv.data());
}

int dispatch(std::span<const char* const> words, TextWriter& out, TextWriter& err) {
  if (words.empty()) {
    err.write(overview());
    return status(ExitCode::usage);
  }
  const std::string_view first = words.front();
  if (first == "--version" || first == "-V") {
    out.print("onlink {}\n", version());
    return status(ExitCode::yes);
  }
  if (first == "--help" || first == "-h") {
    out.write(overview());
    return status(ExitCode::yes);
  }
  const auto path = find_command(first);
  if (!path) return unknown_command(first, commands(), {}, err);
  words = words.subspan(1);
  if (path->command->subcommands.empty()) return run_command(*path, words, out, err);
  const std::string_view second = words.empty() ? std::string_view{} : std::string_view{words.front()};
  const auto inner = second.empty() ? std::nullopt : find_command(first, second);
  if (!inner && second != "--help" && second != "-h" && is_for_usual(*path->command, second)) {
    return run_command({.command = path->command->usual, .parent = path->command}, words, out, err);
  }
  if (second.empty() || second == "--help" || second == "-h") {
    (second.empty() ? err : out).write(help_text(*path, terminal_width()));
    return status(second.empty() ? ExitCode::usage : ExitCode::yes);
  }
  if (!inner) return unknown_command(second, path->command->subcommands, first, err);
  if (inner->command->imitate != nullptr) return imitate(*inner->command, words.subspan(1));
  return run_command(*inner, words.subspan(1), out, err);
}

}  // namespace

int run_program(std::string_view name, std::span<const char* const> words) {
  if (const Command* tool = find_tool(name.substr(name.rfind('/') + 1))) return imitate(*tool, words);
  FileWriter out{STDOUT_FILENO, "standard output", FileWriter::Buffering::full};
  FileWriter err{STDERR_FILENO, "standard error", FileWriter::Buffering::none};
  const int code = dispatch(words, out, err);
  out.flush();
  if (const auto error = out.error()) {
    err.print("onlink: {}\n", error->context);
    return status(worst(ExitCode{code}, ExitCode::system));
  }
  return code;
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// Man pages in roff, with the macros of man(7) that both groff and mandoc know.
#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/help.hpp"

namespace onlink::inline v0::cli {
namespace {

// A dot or quote at the start of a line would be a request; a plain hyphen may be set as a dash that cannot be copied.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

// Paragraphs become .PP; a line that begins with blanks is an example and stands as it is.
std::string paragraphs(std::string_view text) {
  std::string out;
  bool literal = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const bool indented = line.starts_with(' ');
    if (literal && !indented) out += ".EE\n";
    if (!literal && indented) out += ".EX\n";
    literal = indented;
    out += line.empty() ? ".PP\n" : fmt::format("{}\n", roff(line));
  }
  if (literal) out += ".EE\n";
  return out;
}

std::string title(std::string_view name, std::string_view summary) {
  std::string upper{name};
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return fmt::format(".TH \"{}\" 1 \"\" \"onlink {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n", roff(upper), version(),
                     roff(name), roff(summary));
}

void append_option(std::string& out, const Option& option) {
  out += ".TP\n";
  if (option.letter != 0) out += fmt::format("\\fB\\-{}\\fR, ", option.letter);
  out += fmt::format("\\fB{}\\fR", roff(fmt::format("--{}", option.name)));
  if (!option.value.empty()) out += fmt::format(" \\fI{}\\fR", roff(option.value));
  out += fmt::format("\n{}.\n", roff(option_text(option)));
}

void append_body(std::string& out, const Command& command) {
  if (!command.description.empty()) out += paragraphs(command.description);
  for (const Positional& positional : command.positionals) {
    out += fmt::format(".TP\n\\fI{}\\fR\n{}.\n", roff(positional.name), roff(positional.help));
  }
}

void append_exits(std::string& out, const Command& command) {
  for (const ExitMeaning& exit : command.exits) {
    out += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", static_cast<int>(exit.code), roff(exit.meaning));
  }
}

void append_examples(std::string& out, const Command& command) {
  for (const Example& example : command.examples) {
    // A section starts a paragraph of itself.
    const bool first = &example == command.examples.data() && out.ends_with(".SH EXAMPLES\n");
    out += fmt::format("{}{}:\n.RS\n.EX\n{}\n.EE\n.RE\n", first ? "" : ".PP\n", roff(example.shows),
                       roff(example.command));
  }
}

void append_section(std::string& out, const Command& parent, const Command& command) {
  out += fmt::format(".SS \"onlink {} {} {}\"\n{}.\n", parent.name, command.name, roff(synopsis(command)),
                     roff(command.summary));
  append_body(out, command);
  for (const Option& option : command.options) append_option(out, option);
  append_exits(out, command);
  append_examples(out, command);
}

}  // namespace

std::string man_page(const Command& command) {
  std::string out = title(fmt::format("onlink-{}", command.name), command.summary);
  out +=
      fmt::format(".SH SYNOPSIS\n\\fBonlink {}\\fR {}\n.SH DESCRIPTION\n", roff(command.name), roff(synopsis(command)));
  append_body(out, command);
  if (!command.subcommands.empty()) out += ".SH COMMANDS\n";
  for (const Command* inner : command.subcommands) append_section(out, command, *inner);
  out += ".SH OPTIONS\n";
  for (const Option& option : command.options) append_option(out, option);
  for (const Option& option : common_option_list()) {
    const auto takes = [&option](const Command* inner) { return takes_common_option(*inner, option); };
    if (takes_common_option(command, option) || std::ranges::any_of(command.subcommands, takes))
      append_option(out, option);
  }
  if (!command.examples.empty()) out += ".SH EXAMPLES\n";
  append_examples(out, command);
  if (!command.exits.empty()) out += ".SH EXIT STATUS\n";
  append_exits(out, command);
  return out + ".SH SEE ALSO\n.BR onlink (1)\n";
}

std::string main_man_page() {
  std::string out = title("onlink", "everything between IP and MAC");
  out += ".SH SYNOPSIS\n\\fBonlink\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n.SH DESCRIPTION\n";
  out += paragraphs(
      "onlink answers every question that sits between IP and MAC: who has this address, who is on this link, is this "
      "address "
      "free. IPv4 (ARP) and IPv6 (NDP) are equals.\n\nData goes to standard output, talk to standard error. Every "
      "command takes "
      "the same common options, prints the same JSON fields, and uses the exit codes below.");
  out += ".SH COMMANDS\n";
  for (const Command* command : commands()) {
    if (!command->hidden)
      out += fmt::format(".TP\n\\fBonlink-{}\\fR(1)\n{}.\n", roff(command->name), roff(command->summary));
  }
  out += ".SH EXIT STATUS\n";
  for (int code = 0; code <= static_cast<int>(ExitCode::system); ++code) {
    out += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", code, roff(to_string(ExitCode{code})));
  }
  out +=
      "If several apply, the first of 2 5 6 8 3 7 4 1 0.\nAfter Ctrl\\-C what is known is printed, and the status is "
      "that of a "
      "process killed by SIGINT (130 in a shell).\n";
  return out;
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// The table of commands, and everything that is made from it: nothing that a command can do may be missing from its
// help, its man page or a completion.
#include "onlink/cli/help.hpp"

#include <gtest/gtest.h>

#include <set>

namespace onlink::inline v0::cli {
namespace {

std::vector<CommandPath> all_paths() {
  std::vector<CommandPath> paths;
  for (const Command* command : commands()) {
    paths.push_back({.command = command, .parent = nullptr});
    for (const Command* inner : command->subcommands) paths.push_back({.command = inner, .parent = command});
  }
  return paths;
}

std::vector<Option> options_of(const Command& command) {
  std::vector<Option> options(command.options.begin(), command.options.end());
  for (const Option& option : common_option_list()) {
    if (takes_common_option(command, option)) options.push_back(option);
  }
  return options;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

class EveryCommand : public testing::TestWithParam<CommandPath> {};

TEST_P(EveryCommand, HasARowThatIsComplete) {
  const Command& command = *GetParam().command;
  EXPECT_FALSE(command.summary.empty());
  EXPECT_FALSE(command.summary.ends_with('.'));
  const int ways = (command.run != nullptr) + !command.subcommands.empty() + (command.imitate != nullptr);
  EXPECT_EQ(ways, 1) << "it runs, or has subcommands, or is another tool";
  EXPECT_EQ(command.imitate != nullptr, options_of(command).empty()) << "another tool takes its own options alone";
  if (command.run == nullptr) return;
  EXPECT_FALSE(command.exits.empty());
  EXPECT_FALSE(command.examples.empty());
  std::set<ExitCode> codes;
  for (const ExitMeaning& exit : command.exits) {
    EXPECT_TRUE(codes.insert(exit.code).second) << "code " << static_cast<int>(exit.code) << " twice";
    EXPECT_FALSE(exit.meaning.empty());
  }
  EXPECT_TRUE(codes.contains(ExitCode::usage)) << "every command line can be mistyped";
}

TEST_P(EveryCommand, NamesEachOptionOnce) {
  std::set<std::string_view> names;
  std::set<char> letters;
  for (const Option& option : options_of(*GetParam().command)) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    if (option.letter != 0) {
      EXPECT_TRUE(letters.insert(option.letter).second) << option.letter;
    }
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_FALSE(option.help.ends_with('.')) << option.name;
    EXPECT_EQ(option.completes == Completes::choice, !option.choices.empty()) << option.name;
    EXPECT_FALSE(option.value.empty() && option.completes != Completes::nothing) << option.name;
  }
}

TEST_P(EveryCommand, HelpTellsOfEveryOptionArgumentAndExitCode) {
  const Command& command = *GetParam().command;
  const std::string help = help_text(GetParam(), 80);
  for (const Option& option : options_of(command)) EXPECT_TRUE(contains(help, option_heading(option))) << option.name;
  for (const Positional& positional : command.positionals) EXPECT_TRUE(contains(help, positional.name));
  for (const ExitMeaning& exit : command.exits) {
    EXPECT_TRUE(contains(help, "\n  " + std::to_string(static_cast<int>(exit.code)) + "  ")) << help;
  }
}

TEST_P(EveryCommand, HelpFitsItsWidth) {
  const std::string help = help_text(GetParam(), 80);
  for (std::size_t start = 0, end = 0; end != std::string::npos; start = end + 1) {
    end = help.find('\n', start);
    const std::string line = help.substr(start, end - start);
    if (!line.starts_with("  onlink ") && !line.starts_with("  source ")) {
      EXPECT_LE(line.size(), 80U) << line;
    }
  }
}

TEST_P(EveryCommand, ManPageTellsOfEveryOptionAndExitCode) {
  const Command& page_of = GetParam().parent == nullptr ? *GetParam().command : *GetParam().parent;
  const std::string page = man_page(page_of);
  for (const Option& option : options_of(*GetParam().command)) {
    std::string heading = "\\fB\\-\\-";
    for (const char c : option.name) heading += c == '-' ? std::string{"\\-"} : std::string{c};
    EXPECT_TRUE(contains(page, heading + "\\fR")) << option.name;
  }
  for (const ExitMeaning& exit : GetParam().command->exits) {
    EXPECT_TRUE(contains(page, ".TP\n\\fB" + std::to_string(static_cast<int>(exit.code)) + "\\fR\n"));
  }
}

TEST_P(EveryCommand, EveryShellCompletesEveryOption) {
  if (GetParam().command->hidden) return;
  const std::string bash = completion_script(Shell::bash), zsh = completion_script(Shell::zsh),
                    fish = completion_script(Shell::fish);
  const std::string place = "'" + GetParam().name() + "')";
  const std::size_t in_bash = bash.find(place), in_zsh = zsh.find(place);
  ASSERT_NE(in_bash, std::string::npos);
  ASSERT_NE(in_zsh, std::string::npos);
  const std::string_view bash_part = std::string_view{bash}.substr(in_bash, bash.find("\n    '", in_bash) - in_bash);
  const std::string_view zsh_part = std::string_view{zsh}.substr(in_zsh, zsh.find("\n    '", in_zsh) - in_zsh);
  for (const Option& option : options_of(*GetParam().command)) {
    const std::string dashed = "--" + std::string{option.name};
    EXPECT_TRUE(contains(bash_part, dashed + " ") || contains(bash_part, dashed + "\"")) << dashed;
    EXPECT_TRUE(contains(zsh_part, dashed + "[")) << dashed;
    EXPECT_TRUE(contains(fish, " -l " + std::string{option.name} + " ")) << dashed;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, EveryCommand, testing::ValuesIn(all_paths()), [](const auto& param_info) {
  std::string name = param_info.param.name();
  std::ranges::replace_if(name, [](char c) { return c == ' ' || c == '-'; }, '_');
  return name;
});

TEST(Overview, ListsEveryCommandThatIsNotHidden) {
  for (const Command* command : commands()) {
    EXPECT_EQ(contains(overview(), "\n  " + std::string{command->name}), !command->hidden) << command->name;
  }
}

TEST(ManPage, EscapesWhatRoffWouldObey) {
  EXPECT_TRUE(contains(main_man_page(), ".TH \"ONLINK\" 1"));
  constexpr Command odd{.name = "odd", .summary = "a-b", .description = ".dot first\n'quote\nback\\slash"};
  const std::string page = man_page(odd);
  EXPECT_TRUE(contains(page, "\n\\&.dot first\n\\&'quote\nback\\eslash\n")) << page;
  EXPECT_TRUE(contains(page, "onlink\\-odd \\- a\\-b"));
}

TEST(Fill, KeepsParagraphsAndLiteralLines) {
  EXPECT_EQ(fill("one two three\n\n  as it is\nfour", 2, 10), "  one two\n  three\n\n    as it is\n  four\n");
}

}  // namespace
}  // namespace onlink::inline v0::cli

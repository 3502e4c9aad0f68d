// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/parse.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace onlink::inline v0::cli {
namespace {

constexpr std::string_view colors[] = {"red", "blue"};
constexpr Positional targets[] = {{.name = "TARGET", .arity = Arity::at_least_one}};
constexpr Positional one_optional[] = {{.name = "NET", .arity = Arity::optional}};
constexpr Positional host_and_rest[] = {{.name = "HOST"}, {.name = "COMMAND", .arity = Arity::rest}};
constexpr Option options[] = {
    {.name = "count", .letter = 'c', .value = "N"},
    {.name = "exclude", .value = "NET", .repeatable = true},
    {.name = "paint", .value = "COLOR", .choices = colors},
    {.name = "dump", .letter = 'x'},
};
constexpr Command ask{
    .name = "ask", .positionals = targets, .options = options, .common_options = common::family | common::rows};
constexpr Command list{.name = "list", .positionals = one_optional};
constexpr Command exec{.name = "exec", .positionals = host_and_rest, .options = options};

constexpr Option hook_options[] = {
    {.name = "dump", .letter = 'x'},
    {.name = "exec", .value = "CMD ARG...", .rest = true},
};
constexpr Command hold{.name = "hold", .positionals = targets, .options = hook_options};

std::expected<Arguments, Error> parse(const Command& command, std::initializer_list<const char*> words) {
  return parse_arguments(command, {words.begin(), words.size()});
}

std::string error_of(const Command& command, std::initializer_list<const char*> words) {
  const auto parsed = parse(command, words);
  if (parsed) return "(accepted)";
  EXPECT_EQ(parsed.error().code, ErrorCode::usage);
  return parsed.error().context;
}

TEST(Parse, TakesOptionsAnywhereInEveryForm) {
  for (const auto& words : {std::initializer_list<const char*>{"-c", "3", "a", "-x", "b"},
                            {"a", "b", "--count", "3", "--dump"},
                            {"-xc3", "a", "b"},
                            {"--count=3", "-x", "--", "a", "b"}}) {
    const auto parsed = parse(ask, words);
    ASSERT_TRUE(parsed) << parsed.error().context;
    EXPECT_EQ(parsed->text("count"), "3");
    EXPECT_TRUE(parsed->given("dump"));
    ASSERT_EQ(parsed->values("TARGET").size(), 2U);
    EXPECT_EQ(parsed->values("TARGET")[1], "b");
  }
}

TEST(Parse, CountsSwitchesAndCollectsRepeatedValues) {
  const auto parsed = parse(ask, {"-vv", "-v", "a", "--exclude", "x", "--exclude=y", "-4"});
  ASSERT_TRUE(parsed) << parsed.error().context;
  EXPECT_EQ(parsed->count("verbose"), 3U);
  EXPECT_EQ(parsed->values("exclude").size(), 2U);
  EXPECT_TRUE(parsed->given("ipv4"));
}

TEST(Parse, RefusesInOneLineThatNamesTheCulprit) {
  EXPECT_EQ(error_of(ask, {}), "TARGET is missing");
  EXPECT_EQ(error_of(ask, {"a", "--cuont", "3"}), "unknown option --cuont; did you mean --count?");
  EXPECT_EQ(error_of(ask, {"a", "--frobnicate"}), "unknown option --frobnicate");
  EXPECT_EQ(error_of(ask, {"a", "-z"}), "unknown option -z");
  EXPECT_EQ(error_of(ask, {"a", "--count"}), "--count: N is missing");
  EXPECT_EQ(error_of(ask, {"a", "-c"}), "--count: N is missing");
  EXPECT_EQ(error_of(ask, {"a", "-c", "1", "--count", "2"}), "--count: given 2 times, but takes one value");
  EXPECT_EQ(error_of(ask, {"a", "--paint", "green"}), "--paint: 'green' is not one of red, blue");
  EXPECT_EQ(error_of(ask, {"a", "--dump=yes"}), "--dump: takes no value");
  EXPECT_EQ(error_of(list, {"a", "b"}), "'b' is one argument too many");
  EXPECT_EQ(error_of(list, {"-i", "eth0"}), "unknown option -i");
}

TEST(Parse, HelpIsNeverRefusedForWhatIsMissing) {
  const auto parsed = parse(ask, {"--help"});
  ASSERT_TRUE(parsed) << parsed.error().context;
  EXPECT_TRUE(parsed->given("help"));
  EXPECT_TRUE(parse(ask, {"-h"}));
}

TEST(Parse, AnOptionThatTakesACommandLineTakesAllBehindIt) {
  for (const auto& words : {std::initializer_list<const char*>{"a", "-x", "--exec", "notify", "--dump", "--", "b"},
                            {"a", "-x", "--exec=notify", "--dump", "--", "b"}}) {
    const auto parsed = parse(hold, words);
    ASSERT_TRUE(parsed) << parsed.error().context;
    EXPECT_EQ(parsed->count("dump"), 1U);
    EXPECT_EQ(parsed->values("TARGET").size(), 1U);
    ASSERT_EQ(parsed->values("exec").size(), 4U);
    EXPECT_EQ(parsed->values("exec")[0], "notify");
    EXPECT_EQ(parsed->values("exec")[3], "b");
  }
  const auto behind_mark = parse(hold, {"--", "a", "--exec"});
  ASSERT_TRUE(behind_mark) << behind_mark.error().context;
  EXPECT_EQ(behind_mark->values("TARGET").size(), 2U);
  EXPECT_EQ(error_of(hold, {"a", "--exec"}), "--exec: CMD ARG... is missing");
}

TEST(Parse, ACommandLineOfItsOwnKeepsItsOptions) {
  for (const auto& words : {std::initializer_list<const char*>{"-x", "laptop", "ping", "-c", "1", "--", "b"},
                            {"-x", "laptop", "--", "ping", "-c", "1", "--", "b"}}) {
    const auto parsed = parse(exec, words);
    ASSERT_TRUE(parsed) << parsed.error().context;
    EXPECT_EQ(parsed->text("HOST"), "laptop");
    EXPECT_FALSE(parsed->given("count"));
    const auto rest = parsed->values("COMMAND");
    ASSERT_EQ(rest.size(), 5U);
    EXPECT_EQ(rest[0], "ping");
    EXPECT_EQ(rest[1], "-c");
    EXPECT_EQ(rest[4], "b");
  }
}

TEST(Nearest, FindsTypingErrorsAndNothingElse) {
  constexpr std::string_view names[] = {"resolve", "scan", "vendor", "lab"};
  EXPECT_EQ(nearest("reslove", names), "resolve");
  EXPECT_EQ(nearest("resolv", names), "resolve");
  EXPECT_EQ(nearest("sacn", names), "scan");
  EXPECT_EQ(nearest("lap", names), "lab");
  EXPECT_EQ(nearest("arping", names), "");
  EXPECT_EQ(nearest("", names), "");
}

}  // namespace
}  // namespace onlink::inline v0::cli

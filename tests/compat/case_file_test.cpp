// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/case_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/compat/case_words.hpp"

namespace onlink::compat_diff {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CaseWords, AreQuotedAsInAShell) {
  EXPECT_THAT(split_words(R"(-F '${ip}\t' "a\tb\x41" --x='1 2'"3" '')"),
              ElementsAre("-F", R"(${ip}\t)", "a\tbA", "--x=1 23", ""));
  EXPECT_THAT(split_words("  "), IsEmpty());
}

TEST(CaseWords, AreRefusedWithoutTheEndOfAQuote) {
  EXPECT_THROW((void)split_words("'a"), std::runtime_error);
  EXPECT_THROW((void)split_words(R"("\q")"), std::runtime_error);
}

CaseFile parse(std::string_view text) { return parse_cases("cases/arp-scan.cases", text); }

TEST(CaseFile, IsNamedForItsTool) { EXPECT_EQ(parse("").tool, "arp-scan"); }

TEST(CaseFile, KnowsTheGroupAndTheLineOfEachCase) {
  const CaseFile file = parse("# comment\n[--retry]\n$ -r 1 192.0.2.2\n\n[--help]\n$ --help\n");
  ASSERT_EQ(file.cases.size(), 2U);
  EXPECT_EQ(file.cases[0].group, "--retry");
  EXPECT_EQ(file.cases[0].line, 3U);
  EXPECT_EQ(file.cases[0].text, "-r 1 192.0.2.2");
  EXPECT_THAT(file.cases[0].words, ElementsAre("-r", "1", "192.0.2.2"));
  EXPECT_EQ(file.cases[1].group, "--help");
}

TEST(CaseFile, ACaseMayHaveNoWords) { EXPECT_THAT(parse("[none]\n$\n").cases.at(0).words, IsEmpty()); }

TEST(CaseFile, DirectivesHoldForTheFileTheGroupOrOneCase) {
  const CaseFile file = parse("@mask='a=>b'\n[one]\n@mask='c=>d'\n@stdin=\"x\\n\" @unordered $ 1\n$ 2\n[two]\n$ 3\n");
  ASSERT_EQ(file.cases.size(), 3U);
  EXPECT_THAT(file.cases[0].values("mask"), ElementsAre("a=>b", "c=>d"));
  EXPECT_EQ(file.cases[0].value("stdin"), "x\n");
  EXPECT_TRUE(file.cases[0].has("unordered"));
  EXPECT_FALSE(file.cases[1].has("stdin"));
  EXPECT_THAT(file.cases[1].values("mask"), ElementsAre("a=>b", "c=>d"));
  EXPECT_THAT(file.cases[2].values("mask"), ElementsAre("a=>b"));
}

TEST(CaseFile, ADollarInQuotesBeginsNoCase) {
  const CaseFile file = parse("[one]\n@mask='a $ b=>c' $ '$ x'\n");
  EXPECT_EQ(file.cases.at(0).value("mask"), "a $ b=>c");
  EXPECT_THAT(file.cases.at(0).words, ElementsAre("$ x"));
}

TEST(CaseFile, ABackslashContinuesALine) {
  EXPECT_THAT(parse("[one]\n$ -a \\\n  -b\n").cases.at(0).words, ElementsAre("-a", "-b"));
}

TEST(CaseFile, MistakesAreToldWithTheirLine) {
  const auto mistake = [](std::string_view text) -> std::string {
    try {
      (void)parse(text);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_THAT(mistake("[one]\n@colour=red $ x\n"), HasSubstr("arp-scan.cases:2: there is no directive @colour"));
  EXPECT_THAT(mistake("$ x\n"), HasSubstr("before the first [group]"));
  EXPECT_THAT(mistake("[one]\nx\n"), HasSubstr("neither @directive nor $"));
  EXPECT_THAT(mistake("[one]\n$ 'x\n"), HasSubstr("a quote without end"));
}

}  // namespace
}  // namespace onlink::compat_diff

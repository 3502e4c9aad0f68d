// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/compare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/compat/verdict.hpp"

namespace onlink::compat_diff {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Outcome answered = {.frames = {"eth0 ffff"}, .out = "a\nb\n", .err = "", .ending = "status 0"};

TEST(Compare, TheSameIsTheSame) {
  const Comparison comparison = compare({}, answered, answered);
  EXPECT_TRUE(comparison.same());
  EXPECT_THAT(comparison.differences, IsEmpty());
}

TEST(Compare, EachKindOfDifferenceCountsWhereItBelongs) {
  const auto differs = [](auto change) {
    Outcome ours = answered;
    change(ours);
    return compare({}, answered, ours);
  };
  EXPECT_FALSE(differs([](Outcome& ours) { ours.frames.clear(); }).same_bytes);
  EXPECT_FALSE(differs([](Outcome& ours) { ours.files = {"x: 00"}; }).same_bytes);
  EXPECT_FALSE(differs([](Outcome& ours) { ours.neighbors = {"192.0.2.2 on eth0"}; }).same_bytes);
  EXPECT_FALSE(differs([](Outcome& ours) { ours.out = "b\na\n"; }).same_lines);
  EXPECT_FALSE(differs([](Outcome& ours) { ours.err = "x\n"; }).same_lines);
  EXPECT_FALSE(differs([](Outcome& ours) { ours.ending = "signal 2"; }).same_status);
  EXPECT_TRUE(differs([](Outcome& ours) { ours.ending = "signal 2"; }).same_lines);
}

TEST(Compare, WarningsOfOursCountForNothing) {
  Outcome ours = answered;
  ours.err = "arp: warning: there is no such entry\n";
  const Comparison comparison = compare({}, answered, ours);
  EXPECT_TRUE(comparison.same());
  EXPECT_THAT(comparison.warnings, ElementsAre("arp: warning: there is no such entry"));
}

TEST(Compare, WhatTheOriginalWarnsOfIsALineLikeAnother) {
  Outcome original = answered;
  original.err = "arp: warning: there is no such entry\n";
  EXPECT_FALSE(compare({}, original, answered).same_lines);
}

TEST(Compare, UnorderedLinesAreASet) {
  Outcome ours = answered;
  ours.out = "b\na\n";
  EXPECT_TRUE(compare({.directives = {{"unordered", ""}}}, answered, ours).same());
}

TEST(Compare, MasksReachFramesOnlyWhereTheCaseSaysSo) {
  Outcome ours = answered;
  ours.frames = {"eth0 fffe"};
  EXPECT_FALSE(compare({.directives = {{"mask", "fff.=>x"}}}, answered, ours).same_bytes);
  EXPECT_TRUE(compare({.directives = {{"frame-mask", "fff.=>x"}}}, answered, ours).same_bytes);
}

TEST(DiffLines, KeepsWhatBothHave) {
  EXPECT_THAT(diff_lines({"a", "b", "c"}, {"a", "x", "c", "d"}), ElementsAre("  a", "- b", "+ x", "  c", "+ d"));
  EXPECT_THAT(diff_lines({}, {"a"}), ElementsAre("+ a"));
}

TEST(Outcomes, CrossTheBorderOfAProcess) {
  const Outcome outcome = {.frames = {"eth0 ff", "eth0 00"},
                           .files = {"x: 00"},
                           .neighbors = {},
                           .out = "a:\n",
                           .err = std::string("\0b", 2),
                           .ending = "signal 2"};
  const Outcome read = parse_outcome(to_text(outcome));
  EXPECT_EQ(read.frames, outcome.frames);
  EXPECT_EQ(read.files, outcome.files);
  EXPECT_EQ(read.neighbors, outcome.neighbors);
  EXPECT_EQ(read.out, outcome.out);
  EXPECT_EQ(read.err, outcome.err);
  EXPECT_EQ(read.ending, outcome.ending);
}

CaseResult result_of(const Case& one, const Outcome& ours) {
  return {.one = &one, .comparison = compare(one, answered, ours)};
}

class Verdicts : public testing::Test {
 protected:
  Verdicts() { other_line_.out = "x\n"; }
  std::string objection(const Case& one, const Outcome& ours, std::string_view documents = "") {
    // Enough others to be above the limit.
    std::vector<CaseResult> results(99, result_of(plain_, answered));
    results.push_back(result_of(one, ours));
    const auto found = objections(results, documents);
    return found.empty() ? "" : found.front();
  }
  Case plain_{.group = "-a"};
  Case known_{.group = "-a", .directives = {{"differs", "it must"}}};
  Outcome other_line_ = answered;
};

TEST_F(Verdicts, ADifferenceNeedsAReasonThatIsWrittenDown) {
  EXPECT_THAT(objection(plain_, other_line_), HasSubstr("nothing says why"));
  EXPECT_THAT(objection(known_, other_line_), HasSubstr("in no document"));
  EXPECT_EQ(objection(known_, other_line_, "| it\n  must | so |"), "");
}

TEST_F(Verdicts, AReasonForNoDifferenceIsOutOfDate) {
  EXPECT_THAT(objection(known_, answered, "it must"), HasSubstr("does not differ"));
}

TEST_F(Verdicts, NoReasonExcusesAnotherStatus) {
  Outcome ours = answered;
  ours.ending = "status 1";
  EXPECT_THAT(objection(known_, ours, "it must"), HasSubstr("another status"));
}

TEST_F(Verdicts, LessThan98PercentIsNotEnoughWhateverTheReasons) {
  std::vector<CaseResult> results(97, result_of(plain_, answered));
  for (int i = 0; i < 3; ++i) results.push_back(result_of(known_, other_line_));
  EXPECT_THAT(objections(results, "it must"), ElementsAre(HasSubstr("97 of 100")));
}

TEST_F(Verdicts, CountByGroupInTheirOrder) {
  const Case other{.group = "-b"};
  const auto counts =
      count_groups({result_of(other, answered), result_of(plain_, other_line_), result_of(plain_, answered)});
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[0].group, "-b");
  EXPECT_EQ(counts[1].total, 2U);
  EXPECT_EQ(counts[1].lines, 1U);
  EXPECT_EQ(counts[1].bytes, 2U);
  EXPECT_EQ(sum(counts).same, 2U);
}

}  // namespace
}  // namespace onlink::compat_diff

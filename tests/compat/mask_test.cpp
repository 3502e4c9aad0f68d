// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/mask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace onlink::compat_diff {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Mask, IsAppliedInOrder) {
  const Masks masks({"time=[0-9.]+ (u|m)sec=>time=T", "T=>N"});
  EXPECT_EQ(masks.apply("index=0 time=7.061 usec"), "index=0 time=N");
  EXPECT_EQ(Masks({"([0-9]+) of [0-9]+=>$1 of N"}).apply("3 of 7"), "3 of N");
}

TEST(Mask, IsRefusedWithoutArrowOrWithAWrongPattern) {
  EXPECT_THROW(Masks({"abc"}), std::runtime_error);
  EXPECT_THROW(Masks({"(=>x"}), std::runtime_error);
}

TEST(Lines, KeepEmptyOnesAndTellAMissingNewline) {
  EXPECT_THAT(split_lines("a\n\nb\n"), ElementsAre("a", "", "b"));
  EXPECT_THAT(split_lines("a"), ElementsAre("a\\ (no newline)"));
  EXPECT_THAT(split_lines(""), IsEmpty());
}

TEST(Lines, OfAHelpScreenBecomeOne) {
  std::vector<std::string> lines = {"arp: invalid option -- 'x'", "Usage:", "  arp -a", ""};
  fold_usage(lines, "^Usage:");
  EXPECT_THAT(lines, ElementsAre("arp: invalid option -- 'x'", "(usage)"));
  fold_usage(lines, "^Usage:");
  EXPECT_THAT(lines, ElementsAre("arp: invalid option -- 'x'", "(usage)"));
}

TEST(Lines, ThatAreDroppedLeaveNoTrace) {
  std::vector<std::string> lines = {"a", "arping: setgid(): Invalid argument", "b"};
  drop_lines(lines, R"(^arping: setgid\()");
  EXPECT_THAT(lines, ElementsAre("a", "b"));
}

TEST(Lines, WarningsOfOursAreTakenOutAndNothingElse) {
  std::vector<std::string> lines = {"WARNING: no address", "arp-scan: warning: nobody", "arp-scan: error"};
  EXPECT_THAT(take_warnings(lines), ElementsAre("arp-scan: warning: nobody"));
  EXPECT_THAT(lines, ElementsAre("WARNING: no address", "arp-scan: error"));
}

}  // namespace
}  // namespace onlink::compat_diff

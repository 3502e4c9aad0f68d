// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/progress.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0 {
namespace {

using namespace std::chrono_literals;

TEST(Grouped, SeparatesThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(16777216), "16,777,216");
}

TEST(Estimate, SaysWhatAPersonWouldSay) {
  EXPECT_EQ(estimate(400ms), "less than 1 s");
  EXPECT_EQ(estimate(3s), "about 3 s");
  EXPECT_EQ(estimate(120s), "about 2 min");
  EXPECT_EQ(estimate(4h + 36min), "about 4.6 h");
  EXPECT_EQ(estimate(72h), "about 3 days");
  EXPECT_EQ(estimate(-5s), "less than 1 s");
}

TEST(ProgressLine, ShowsHowFarAndHowLong) {
  EXPECT_EQ(progress_line({.done = 17694, .total = 65536, .found = 412, .rate = 20000, .remaining = 3s}, 120),
            "[=====>              ]  26%  17,694/65,536  412 found  20,000/s  about 3 s left");
}

TEST(ProgressLine, IsFullAtTheEndAndNeverBeyond) {
  EXPECT_TRUE(progress_line({.done = 300, .total = 254}, 120).starts_with("[====================] 100%  300/254"));
}

TEST(ProgressLine, LeavesTheLastColumnFree) { EXPECT_EQ(progress_line({.done = 1, .total = 2}, 20).size(), 19U); }

TEST(Progress, DrawsAtMostTenTimesASecondAndCleansUp) {
  StringWriter terminal;
  {
    Progress progress{terminal, true, 80};
    progress.update(Instant{1s}, {.done = 1, .total = 10});
    const std::string first = terminal.text();
    EXPECT_TRUE(first.starts_with("\r\x1b[K["));
    progress.update(Instant{1s + 50ms}, {.done = 2, .total = 10});
    EXPECT_EQ(terminal.text(), first);
    progress.update(Instant{1s + 100ms}, {.done = 3, .total = 10});
    EXPECT_NE(terminal.text(), first);
  }
  EXPECT_TRUE(terminal.text().ends_with("\r\x1b[K"));
}

TEST(Progress, IsSilentWhereNothingCanBeDrawn) {
  StringWriter file;
  {
    Progress progress{file, false, 80};
    progress.update(Instant{}, {.done = 1, .total = 10});
  }
  EXPECT_EQ(file.text(), "");
}

}  // namespace
}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/exit_code.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onlink::inline v0::cli {
namespace {

// "If several apply, the first of 2 5 6 8 3 7 4 1 0."
TEST(Worst, IsTheFirstOfTheWrittenOrder) {
  constexpr int order[] = {2, 5, 6, 8, 3, 7, 4, 1, 0};
  ASSERT_EQ(std::size(order), exit_code_order.size());
  for (std::size_t i = 0; i < std::size(order); ++i) {
    for (std::size_t j = i; j < std::size(order); ++j) {
      EXPECT_EQ(worst(ExitCode{order[i]}, ExitCode{order[j]}), ExitCode{order[i]});
      EXPECT_EQ(worst(ExitCode{order[j]}, ExitCode{order[i]}), ExitCode{order[i]});
    }
  }
}

TEST(ExitCodeOfAnError, NamesWhatTheCallerCanActOn) {
  EXPECT_EQ(exit_code(ErrorCode::usage), ExitCode::usage);
  EXPECT_EQ(exit_code(ErrorCode::permission), ExitCode::permission);
  EXPECT_EQ(exit_code(ErrorCode::no_interface), ExitCode::interface_lost);
  EXPECT_EQ(exit_code(ErrorCode::link_down), ExitCode::interface_lost);
  EXPECT_EQ(exit_code(ErrorCode::unsupported), ExitCode::system);
  EXPECT_EQ(exit_code(ErrorCode::system), ExitCode::system);
}

}  // namespace
}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace onlink {
namespace {

TEST(DecodeErrorText, EveryReasonHasItsOwnWords) {
  std::set<std::string_view> texts;
  constexpr auto count = std::to_underlying(DecodeError::unsupported) + 1;
  for (std::uint8_t i = 0; i < count; ++i) {
    const std::string_view text = to_string(DecodeError{i});
    EXPECT_FALSE(text.empty()) << int{i};
    texts.insert(text);
  }
  EXPECT_EQ(texts.size(), std::size_t{count});
}

TEST(UsageError, CarriesItsTextAndNoErrno) { EXPECT_EQ(usage_error("bad"), (Error{ErrorCode::usage, 0, "bad"})); }

}  // namespace
}  // namespace onlink

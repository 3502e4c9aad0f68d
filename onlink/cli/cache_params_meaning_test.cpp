// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_meaning.hpp"

#include <gtest/gtest.h>

#include <string>

namespace onlink::inline v0::cli {
namespace {

TEST(ParameterMeaning, EveryParameterHasOneInBothLanguages) {
  for (const ParameterInfo& info : parameter_table()) {
    EXPECT_EQ(meaning(info, Language::english), info.meaning);
    EXPECT_NE(meaning(info, Language::chinese), info.meaning) << info.path;
  }
}

TEST(ParameterMeaning, WhereTheFamiliesDifferBothLanguagesDo) {
  for (const ParameterInfo& info : parameter_table()) {
    std::string twin{info.path};
    twin[7] = twin[7] == '4' ? '6' : '4';  // net/ipv4/...
    const ParameterInfo* const other = find_parameter(twin);
    if (other == nullptr) continue;
    EXPECT_EQ(info.meaning == other->meaning, meaning(info, Language::chinese) == meaning(*other, Language::chinese))
        << info.path;
  }
}

TEST(ParameterMeaning, ADeprecatedOneNamesAnotherOfItsInterface) {
  for (const ParameterInfo& info : parameter_table()) {
    EXPECT_EQ(info.deprecated, !use_instead(info).empty()) << info.path;
    if (!info.deprecated) continue;
    std::string path{info.path};
    path.replace(path.rfind('/') + 1, std::string::npos, use_instead(info));
    const ParameterInfo* const other = find_parameter(path);
    ASSERT_NE(other, nullptr) << path;
    EXPECT_FALSE(other->deprecated) << path;
  }
}

}  // namespace
}  // namespace onlink::inline v0::cli

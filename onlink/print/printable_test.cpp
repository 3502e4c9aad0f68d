// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/printable.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0 {
namespace {

struct Case {
  std::string_view name, text, printed, json;
};

class UntrustedText : public testing::TestWithParam<Case> {};

TEST_P(UntrustedText, IsHarmlessOnATerminal) { EXPECT_EQ(printable(GetParam().text), GetParam().printed); }

TEST_P(UntrustedText, IsHarmlessAndValidInJson) {
  std::string out;
  append_json_string(out, GetParam().text);
  EXPECT_EQ(out, GetParam().json);
}

using namespace std::string_view_literals;

INSTANTIATE_TEST_SUITE_P(
    All, UntrustedText,
    testing::Values(Case{"plain", "printer-2.lan", "printer-2.lan", R"("printer-2.lan")"},
                    Case{"chinese", "孔明20", "孔明20", R"("孔明20")"}, Case{"emoji", "😀", "😀", R"("😀")"},
                    Case{"escape_sequence", "\x1b[2Jx", R"(\u{1b}[2Jx)", R"("\u001b[2Jx")"},
                    Case{"c1_control",
                         "\xc2\x9b"
                         "31m",
                         R"(\u{9b}31m)", R"("\u009b31m")"},
                    Case{"line_break", "a\r\nb", R"(a\u{d}\u{a}b)", R"("a\u000d\u000ab")"},
                    Case{"zero", "a\0b"sv, R"(a\u{0}b)", R"("a\u0000b")"},
                    Case{"right_to_left_override",
                         "\xe2\x80\xae"
                         "gpj.exe",
                         R"(\u{202e}gpj.exe)", R"("\u202egpj.exe")"},
                    Case{"zero_width_space",
                         "a\xe2\x80\x8b"
                         "b",
                         R"(a\u{200b}b)", R"("a\u200bb")"},
                    Case{"tag_character", "\xf3\xa0\x80\x81", R"(\u{e0001})", R"("\udb40\udc01")"},
                    Case{"forged_escape", R"(\u{1b})", R"(\\u{1b})", R"("\\u{1b}")"},
                    Case{"quote", R"(a"b)", R"(a"b)", R"("a\"b")"},
                    Case{"latin1_byte", "caf\xe9", R"(caf\xe9)", "\"caf\xef\xbf\xbd\""},
                    Case{"overlong_slash", "\xc0\xaf", R"(\xc0\xaf)", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
                    Case{"surrogate", "\xed\xa0\x80", R"(\xed\xa0\x80)", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
                    Case{"beyond_unicode", "\xf4\x90\x80\x80", R"(\xf4\x90\x80\x80)",
                         "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
                    Case{"cut_sequence", "x\xe5\xad", R"(x\xe5\xad)", "\"x\xef\xbf\xbd\xef\xbf\xbd\""}),
    [](const auto& param_info) { return std::string{param_info.param.name}; });

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("孔明20"), 6U);
  EXPECT_EQ(display_width("Société"), 7U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);  // a combining acute accent
}

TEST(Harmless, EscapesWhatActsAndMayBeAppliedTwice) {
  const std::string once = harmless("a\\b \x1b[2J\xff");
  EXPECT_EQ(once, "a\\b \\u{1b}[2J\\xff");
  EXPECT_EQ(harmless(once), once);
}

TEST(Shortened, FitsTheColumnsAndShowsThatSomethingIsMissing) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abcde…");
  EXPECT_EQ(shortened("孔明20", 4), "孔…");  // half of a wide character cannot be shown
  EXPECT_EQ(shortened("Société", 5), "Soci…");
  EXPECT_EQ(shortened("", 1), "");
}

}  // namespace
}  // namespace onlink::inline v0

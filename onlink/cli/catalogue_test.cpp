// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace onlink::inline v0::cli {
namespace {

using namespace std::chrono_literals;

std::vector<Message> all_messages() {
  std::vector<Message> all;
  for (int i = 0; i < static_cast<int>(Message::count_of_messages); ++i) all.push_back(static_cast<Message>(i));
  return all;
}

std::multiset<char> places(std::string_view pattern) {
  std::multiset<char> found;
  for (std::size_t i = 0; i + 2 < pattern.size(); ++i) {
    if (pattern[i] == '{' && pattern[i + 2] == '}') found.insert(pattern[i + 1]);
  }
  return found;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

TEST(Catalogue, EveryMessageIsThereInBothLanguagesWithTheSamePlaces) {
  for (const Message message : all_messages()) {
    const std::string_view english = pattern(Language::english, message);
    const std::string_view chinese = pattern(Language::chinese, message);
    EXPECT_FALSE(english.empty()) << static_cast<int>(message);
    EXPECT_EQ(places(english), places(chinese)) << english;
    EXPECT_EQ(std::ranges::count(english, '{'), static_cast<std::ptrdiff_t>(places(english).size())) << english;
    EXPECT_TRUE(is_ascii(english)) << english;
    EXPECT_FALSE(is_ascii(chinese)) << english;
  }
}

TEST(Catalogue, ArgumentsGoWhereTheLanguageWantsThem) {
  EXPECT_EQ(say(Language::english, Message::apart, {"3 probes", "1 s"}), "3 probes, 1 s apart");
  EXPECT_EQ(say(Language::chinese, Message::apart, {"3 次", "1 秒"}), "3 次，间隔 1 秒");
  EXPECT_EQ(say(Language::english, Message::seconds, {"{0}"}), "{0} s");
}

TEST(Catalogue, TimesReadAsOneWouldSayThem) {
  const auto text = [](Duration d) { return span_text(Language::english, d); };
  EXPECT_EQ(text(-1s), "0 ms");
  EXPECT_EQ(text(10ms), "10 ms");
  EXPECT_EQ(text(800ms), "0.8 s");
  EXPECT_EQ(text(5s), "5 s");
  EXPECT_EQ(text(9'960ms), "10 s");
  EXPECT_EQ(text(33'400ms), "33 s");
  EXPECT_EQ(text(3min), "3 min");
  EXPECT_EQ(text(5h), "5 h");
  EXPECT_EQ(text(72h), "3 days");
  EXPECT_EQ(span_text(Language::chinese, 5s), "5 秒");
}

TEST(Catalogue, ListsEndWithAnd) {
  const std::vector<std::string> parts{"a", "b", "c"};
  EXPECT_EQ(list_text(Language::english, std::span(parts).first(0)), "");
  EXPECT_EQ(list_text(Language::english, std::span(parts).first(1)), "a");
  EXPECT_EQ(list_text(Language::english, std::span(parts).first(2)), "a and b");
  EXPECT_EQ(list_text(Language::english, parts), "a, b and c");
  EXPECT_EQ(list_text(Language::chinese, parts), "a、b和c");
}

}  // namespace
}  // namespace onlink::inline v0::cli

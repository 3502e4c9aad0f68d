// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/script_cursor.hpp"

#include <fmt/format.h>

#include <utility>

#include "onlink/base/text.hpp"

namespace onlink::differential {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == ','; }
bool is_bracket(char c) { return c == '(' || c == ')'; }

// What is behind a '#' that begins a word.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || is_blank(line[i - 1]))) return line.substr(0, i);
  }
  return line;
}

}  // namespace

ScriptCursor::ScriptCursor(std::string_view line, std::string_view file, std::uint32_t number)
    : line_(without_comment(line)), file_(file), number_(number) {
  while (!line_.empty() && is_blank(line_.back())) line_.remove_suffix(1);
  std::size_t at = 0;
  while (at < line_.size()) {
    if (is_blank(line_[at])) {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    while (!is_bracket(line_[at]) && end < line_.size() && !is_blank(line_[end]) && !is_bracket(line_[end])) ++end;
    words_.push_back({line_.substr(at, end - at), static_cast<std::uint32_t>(at + 1)});
    at = end;
  }
  end_ = {{}, static_cast<std::uint32_t>(line_.size() + 1)};
}

const Word& ScriptCursor::peek() const noexcept { return error_ || at_end() ? end_ : words_[next_]; }

std::string_view ScriptCursor::rest_of_line() const noexcept {
  return at_end() ? std::string_view{} : line_.substr(words_[next_].column - 1);
}

std::string ScriptCursor::rest_as_text() const {
  std::string text;
  for (std::size_t i = next_; i < words_.size(); ++i) {
    const bool tight = text.empty() || text.back() == '(' || is_bracket(words_[i].text.front());
    if (!tight) text += ' ';
    text += words_[i].text;
  }
  return text;
}

Word ScriptCursor::word(std::string_view expected) {
  if (!ok()) return end_;
  if (at_end()) {
    fail(end_, expected);
    return end_;
  }
  return words_[next_++];
}

bool ScriptCursor::accept(std::string_view keyword) {
  if (!ok() || at_end() || words_[next_].text != keyword) return false;
  ++next_;
  return true;
}

void ScriptCursor::expect_end(std::string_view expected) {
  if (ok() && !at_end()) fail(words_[next_], expected);
}

IpAddress ScriptCursor::ip() { return ip(word("an address")); }
MacAddress ScriptCursor::mac() { return mac(word("a MAC address")); }
Prefix ScriptCursor::prefix() { return prefix(word("a network")); }
std::uint32_t ScriptCursor::number(std::uint32_t max, std::string_view expected) {
  return number(word(expected), max, expected);
}

Duration ScriptCursor::time() {
  constexpr std::string_view expected = "a time: 1500, 1500ms or 1.5s";
  const Word all = word(expected);
  std::string_view digits = all.text;
  std::int64_t unit = 1'000'000;
  if (digits.ends_with("ms")) {
    digits.remove_suffix(2);
  } else if (digits.ends_with('s')) {
    digits.remove_suffix(1);
    unit *= 1000;
  }
  std::string_view fraction = digits;
  const auto whole = parse_decimal(take_until(fraction, '.'), 1'000'000'000);
  const bool has_fraction = digits.contains('.');
  if (!whole || (has_fraction && (fraction.empty() || fraction.size() > 6))) {
    fail(all, expected);
    return {};
  }
  std::int64_t nanos = *whole * unit;
  for (std::int64_t place = unit / 10; const char c : has_fraction ? fraction : std::string_view{}) {
    if (c < '0' || c > '9') {
      fail(all, expected);
      return {};
    }
    nanos += (c - '0') * place;
    place /= 10;
  }
  return Duration{nanos};
}

IpAddress ScriptCursor::ip(const Word& word) {
  const auto parsed = parse_ip(word.text);
  if (!parsed) fail(word, "an address");
  return parsed.value_or(IpAddress{});
}

MacAddress ScriptCursor::mac(const Word& word) {
  if (word.text == "broadcast") return broadcast_mac;
  if (word.text == "zero") return {};
  if (word.text.size() == 1 && word.text[0] >= 'A' && word.text[0] <= 'Z') {
    return {{0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(0x0a + (word.text[0] - 'A'))}};
  }
  const auto parsed = parse_mac(word.text);
  if (!parsed) fail(word, "a MAC address, a station's letter A to Z, broadcast or zero");
  return parsed.value_or(MacAddress{});
}

Prefix ScriptCursor::prefix(const Word& word) {
  const auto parsed = parse_prefix(word.text);
  if (!parsed) fail(word, "a network: 10.0.0.0/24, 2001:db8::/64");
  return parsed.value_or(Prefix{});
}

std::uint32_t ScriptCursor::number(const Word& word, std::uint32_t max, std::string_view expected) {
  const auto parsed = parse_decimal(word.text, max);
  if (!parsed) fail(word, fmt::format("{} up to {}", expected, max));
  return parsed.value_or(0);
}

std::vector<std::byte> ScriptCursor::hex(const Word& word) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < word.text.size(); i += 2) {
    const auto octet = parse_hex(word.text.substr(i, 2), 2);
    if (!octet || i + 2 > word.text.size()) {
      fail(word, "hexadecimal octets, two digits each");
      return {};
    }
    bytes.push_back(static_cast<std::byte>(*octet));
  }
  return bytes;
}

void ScriptCursor::fail(const Word& word, std::string_view expected) {
  if (error_) return;
  const std::string found = word.text.empty() ? "end of line" : quoted(word.text);
  error_ = usage_error(fmt::format("{}:{}:{}: {}: expected {}", file_, number_, word.column, found, expected));
}

}  // namespace onlink::differential

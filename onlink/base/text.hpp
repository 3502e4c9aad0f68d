// SPDX-License-Identifier: Apache-2.0
// Small pieces of reading text that the address parsers share: strict, without locale, without allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onlink::inline v0 {

[[nodiscard]] constexpr std::optional<std::uint8_t> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

// All of `text` as a number of 1 to `max_digits` hexadecimal digits (at most 8).
[[nodiscard]] constexpr std::optional<std::uint32_t> parse_hex(std::string_view text, std::size_t max_digits) noexcept {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text) {
    const auto digit = hex_digit(c);
    if (!digit) return std::nullopt;
    value = value << 4 | *digit;
  }
  return value;
}

// All of `text` as a decimal number of at most `max`, without sign, blanks or leading zeros ("0" itself is fine).
[[nodiscard]] constexpr std::optional<std::uint32_t> parse_decimal(std::string_view text, std::uint32_t max) noexcept {
  if (text.empty() || text.size() > 10 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (value > max) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

// Cuts `text` at the first `separator`: returns what is before it and leaves what is behind; at the end returns all.
constexpr std::string_view take_until(std::string_view& text, char separator) noexcept {
  const std::size_t at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return head;
}

[[nodiscard]] inline std::string quoted(std::string_view text) {
  std::string out{"'"};
  out += text;
  out += "'";
  return out;
}

}  // namespace onlink::inline v0

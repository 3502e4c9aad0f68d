// SPDX-License-Identifier: Apache-2.0
// Bytes written as hexadecimal text, as dumps show them.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/text.hpp"

namespace onlink::inline v0::test {

// Blanks are ignored anywhere. A wrong digit ends the program: the text is part of the test.
[[nodiscard]] inline std::vector<std::byte> from_hex(std::string_view text) {
  std::vector<std::byte> bytes;
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '\n') digits += c;
  }
  if (digits.size() % 2 != 0) std::abort();
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto octet = parse_hex(std::string_view{digits}.substr(i, 2), 2);
    if (!octet) std::abort();
    bytes.push_back(static_cast<std::byte>(*octet));
  }
  return bytes;
}

[[nodiscard]] inline std::string to_hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte b : bytes) {
    text += digits[std::to_integer<std::size_t>(b) >> 4];
    text += digits[std::to_integer<std::size_t>(b) & 0xf];
  }
  return text;
}

}  // namespace onlink::inline v0::test

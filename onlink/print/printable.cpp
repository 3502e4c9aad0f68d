// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <span>

namespace onlink::inline v0 {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 1;  // octets taken
  bool valid = false;
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
CodePoint first_code_point(std::string_view text) noexcept {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = octet(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || size > text.size()) return {lead, 1, false};
  char32_t value = static_cast<char32_t>(lead & (0xff >> (size + 1)));
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return {lead, 1, false};
    value = value << 6 | static_cast<char32_t>(octet(i) & 0x3f);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (value < smallest[size] || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) return {lead, 1, false};
  return {value, size, true};
}

struct CodeRange {
  char32_t first, last;
};

bool in(std::span<const CodeRange> ranges, char32_t c) noexcept {
  return std::ranges::any_of(ranges, [c](const CodeRange& r) { return r.first <= c && c <= r.last; });
}

// What acts on a terminal or on the reader's eye instead of being seen.
bool is_active(char32_t c) noexcept {
  static constexpr CodeRange ranges[] = {
      {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},     {0x115f, 0x1160},    {0x180e, 0x180e},
      {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},   {0xd800, 0xdfff},    {0xfe00, 0xfe0f},
      {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
  };
  return in(ranges, c);
}

bool is_wide(char32_t c) noexcept {
  static constexpr CodeRange ranges[] = {
      {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
      {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
  };
  return in(ranges, c);
}

bool is_combining(char32_t c) noexcept {
  static constexpr CodeRange ranges[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},
                                         {0x610, 0x61a},   {0x64b, 0x65f},   {0x1ab0, 0x1aff},
                                         {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f}};
  return in(ranges, c);
}

std::size_t columns_of(char32_t c) noexcept { return is_combining(c) ? 0U : is_wide(c) ? 2U : 1U; }

void append_json_escape(std::string& out, char32_t c) {
  auto to = std::back_inserter(out);
  if (c < 0x10000) {
    fmt::format_to(to, "\\u{:04x}", static_cast<std::uint32_t>(c));
  } else {  // RFC 8259 section 7: a surrogate pair
    const auto rest = static_cast<std::uint32_t>(c - 0x10000);
    fmt::format_to(to, "\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
  }
}

// How much of it, from the start, is ASCII that stands for itself everywhere, in JSON too: nearly always all.
std::size_t plain_size(std::string_view text) noexcept {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
}

}  // namespace

namespace {

std::string escaped(std::string_view untrusted, bool double_backslash) {
  std::string out;
  out.reserve(untrusted.size());
  while (true) {
    const std::size_t plain = plain_size(untrusted);
    out += untrusted.substr(0, plain);
    untrusted.remove_prefix(plain);
    if (untrusted.empty()) break;
    const CodePoint c = first_code_point(untrusted);
    if (!c.valid) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint32_t>(c.value));
    } else if (is_active(c.value)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<std::uint32_t>(c.value));
    } else {
      if (double_backslash && c.value == U'\\') out += '\\';
      out += untrusted.substr(0, c.size);
    }
    untrusted.remove_prefix(c.size);
  }
  return out;
}

}  // namespace

std::string printable(std::string_view untrusted) { return escaped(untrusted, true); }

std::string harmless(std::string_view text) { return escaped(text, false); }

void append_json_string(std::string& out, std::string_view untrusted) {
  out += '"';
  while (true) {
    const std::size_t plain = plain_size(untrusted);
    out += untrusted.substr(0, plain);
    untrusted.remove_prefix(plain);
    if (untrusted.empty()) break;
    const CodePoint c = first_code_point(untrusted);
    if (!c.valid) {
      out += "\xef\xbf\xbd";
    } else if (is_active(c.value)) {
      append_json_escape(out, c.value);
    } else {
      if (c.value == U'\\' || c.value == U'"') out += '\\';
      out += untrusted.substr(0, c.size);
    }
    untrusted.remove_prefix(c.size);
  }
  out += '"';
}

std::size_t display_width(std::string_view utf8) noexcept {
  std::size_t width = plain_size(utf8);
  utf8.remove_prefix(width);
  while (!utf8.empty()) {
    const CodePoint c = first_code_point(utf8);
    width += columns_of(c.value);
    utf8.remove_prefix(c.size);
  }
  return width;
}

std::string shortened(std::string_view utf8, std::size_t columns) {
  if (display_width(utf8) <= columns) return std::string{utf8};
  std::size_t width = 1;  // of the ellipsis
  std::size_t kept = 0;
  while (true) {
    const CodePoint c = first_code_point(utf8.substr(kept));
    width += columns_of(c.value);
    if (width > columns) break;
    kept += c.size;
  }
  return std::string{utf8.substr(0, kept)} + "\u2026";
}

}  // namespace onlink::inline v0

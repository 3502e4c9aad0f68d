// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <utility>

namespace onlink::inline v0::cli::compat {
namespace {

// In the order of ArpScanField.
constexpr std::array<std::string_view, arp_scan_field_count> field_names{
    "ip", "name", "mac", "hdrmac", "vendor", "padding", "framing", "vlan", "proto", "dup", "rtt"};

constexpr std::size_t blanks_at_once = 4096;

std::unexpected<std::string> incorrect(std::string_view why) {
  return std::unexpected(fmt::format("ERROR: incorrect show format: {}", why));
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

std::expected<std::int32_t, std::string> read_width(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const long width = std::strtol(text.c_str(), &end, 10);
  if (*end != '\0') return incorrect(fmt::format("invalid character '{}' in field width", *end));
  using Limits = std::numeric_limits<std::int32_t>;
  if (errno == ERANGE || width < Limits::min() || width > Limits::max()) {
    return incorrect("field width is out of range");
  }
  return static_cast<std::int32_t>(width);
}

// A width may be as large as a number: never all of it in memory.
void write_blanks(TextWriter& out, std::size_t count) {
  static const std::string blanks(blanks_at_once, ' ');
  for (; count != 0 && !out.closed() && !out.error(); count -= std::min(count, blanks_at_once)) {
    out.write(std::string_view{blanks}.substr(0, std::min(count, blanks_at_once)));
  }
}

void write_value(const std::string& value, std::int32_t width, TextWriter& out) {
  const auto wanted = static_cast<std::size_t>(width < 0 ? -std::int64_t{width} : width);
  const std::size_t blanks = wanted > value.size() ? wanted - value.size() : 0;
  if (width > 0) write_blanks(out, blanks);
  out.write(value);
  if (width < 0) write_blanks(out, blanks);
}

}  // namespace

const std::optional<std::string>& ArpScanFields::find(std::string_view name) const noexcept {
  static const std::optional<std::string> none;
  const auto at = std::ranges::find_if(field_names, [&](std::string_view known) { return same_name(known, name); });
  return at == field_names.end() ? none : values_[static_cast<std::size_t>(at - field_names.begin())];
}

std::expected<ArpScanFormat, std::string> ArpScanFormat::compile(std::string_view text) {
  if (text.empty()) return std::unexpected("ERROR: output format may not be empty string");
  ArpScanFormat format;
  std::string plain;
  const auto end_plain = [&] {
    if (!plain.empty()) format.parts_.push_back({.text = std::exchange(plain, {})});
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      if (at + 1 < text.size()) plain += unescaped(text[at + 1]);
      at += 2;
    } else if (!text.substr(at).starts_with("${")) {
      plain += text[at++];
    } else {
      const std::size_t close = text.find('}', at);
      if (close == std::string_view::npos) return incorrect("missing closing brace");
      const std::string_view inside = text.substr(at + 2, close - at - 2);
      const std::size_t semicolon = inside.find(';');
      Part part{.is_field = true, .text = std::string{inside.substr(0, semicolon)}};
      if (semicolon != std::string_view::npos) {
        const auto width = read_width(std::string{inside.substr(semicolon + 1)});
        if (!width) return std::unexpected(width.error());
        part.width = *width;
      }
      end_plain();
      format.parts_.push_back(std::move(part));
      at = close + 1;
    }
  }
  end_plain();
  return format;
}

void ArpScanFormat::write(const ArpScanFields& fields, TextWriter& out, const Missing& missing) const {
  for (const Part& part : parts_) {
    if (!part.is_field) {
      out.write(part.text);
    } else if (const auto& value = fields.find(part.text)) {
      write_value(*value, part.width, out);
    } else {
      missing(part.text);
    }
  }
}

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_number.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>

#include "onlink/base/text.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// The text of a value without its last character, where that says the unit.
struct Suffixed {
  std::string number;
  char suffix = 0;  // in lower case; 0: none
};

Suffixed split_suffix(const std::string& text) {
  if (text.empty() || is_digit(text.back())) return {text, 0};
  const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(text.back())));
  return {text.substr(0, text.size() - 1), lower};
}

std::string unknown_suffix(std::string_view what, const std::string& text) {
  // The original's text ends where it has no character to show.
  if (text.empty()) return fmt::format("ERROR: Unknown {} multiplier character: \"", what);
  return fmt::format("ERROR: Unknown {} multiplier character: \"{}\"", what, text.back());
}

// Wraps, as the original's arithmetic does.
template <class T>
std::expected<T, std::string> scaled(const std::string& number, unsigned long factor) {
  const auto value = read_scan_number(number, 10);
  if (!value) return std::unexpected(value.error());
  return static_cast<T>(static_cast<unsigned long>(*value) * factor);
}

std::uint8_t padding_digit(char c) {
  if (is_digit(c)) return static_cast<std::uint8_t>(c - '0');
  const int letter = c >= 'a' && c <= 'z' ? c - 'a' : static_cast<signed char>(c) - 'A';
  return static_cast<std::uint8_t>((letter + 10) & 0x0f);
}

// Six numbers, each behind `separator` but the first.
std::optional<MacAddress> read_six(std::string_view text, char separator) {
  MacAddress mac;
  for (std::size_t i = 0; i < mac.octets.size(); ++i) {
    if (i != 0) {
      if (text.empty() || text.front() != separator) return std::nullopt;
      text.remove_prefix(1);
    }
    std::size_t digits = 0;
    for (; digits < text.size() && hex_digit(text[digits]); ++digits) {
      mac.octets[i] = static_cast<std::uint8_t>(mac.octets[i] << 4 | *hex_digit(text[digits]));
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
  }
  return mac;
}

}  // namespace

std::expected<long, std::string> read_scan_number(const std::string& text, int base) {
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, base);
  const bool any = end != text.c_str();
  while (is_blank(*end)) ++end;
  if (!any || *end != '\0') return std::unexpected(fmt::format("ERROR: \"{}\" is not a valid numeric value", text));
  return value;
}

std::expected<std::int32_t, std::string> read_scan_interval(const std::string& text) {
  const Suffixed value = split_suffix(text);
  const unsigned long factor = value.suffix == 'u' ? 1UL : value.suffix == 's' ? 1'000'000UL : 1'000UL;
  if (text.empty() || (value.suffix != 0 && factor == 1'000)) return std::unexpected(unknown_suffix("interval", text));
  return scaled<std::int32_t>(value.number, factor);
}

std::expected<std::uint32_t, std::string> read_scan_bandwidth(const std::string& text) {
  const Suffixed value = split_suffix(text);
  const unsigned long factor = value.suffix == 'm' ? 1'000'000UL : value.suffix == 'k' ? 1'000UL : 1UL;
  if (text.empty() || (value.suffix != 0 && factor == 1)) return std::unexpected(unknown_suffix("bandwidth", text));
  return scaled<std::uint32_t>(value.number, factor);
}

std::optional<MacAddress> read_scan_mac(std::string_view text) {
  const auto colons = read_six(text, ':');
  return colons ? colons : read_six(text, '-');
}

std::expected<std::vector<std::byte>, std::string> read_scan_padding(std::string_view text) {
  if (text.size() % 2 != 0) {
    return std::unexpected("ERROR: Length of --padding argument must be even (multiple of 2).");
  }
  std::vector<std::byte> padding;
  padding.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    padding.push_back(std::byte(padding_digit(text[i]) << 4 | padding_digit(text[i + 1])));
  }
  return padding;
}

}  // namespace onlink::inline v0::cli::compat

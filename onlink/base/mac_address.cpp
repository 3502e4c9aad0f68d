// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/mac_address.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "onlink/base/text.hpp"

namespace onlink::inline v0 {
namespace {

using Problem = const char*;  // what is wrong with the text; null when nothing is

// Groups of `digits` hexadecimal digits at most, parted by `separator`, filled into `octets` in order. Groups of two
// may be written with one digit (8:0:20:1:2:3), groups of four may not.
Problem parse_groups(std::string_view text, char separator, std::size_t digits, std::span<std::uint8_t> octets) {
  const std::size_t octets_per_group = digits / 2;
  const auto separators = static_cast<std::size_t>(std::ranges::count(text, separator));
  if ((separators + 1) * octets_per_group != octets.size()) return "wrong number of groups";
  for (std::size_t i = 0; i < octets.size(); i += octets_per_group) {
    const std::string_view group = take_until(text, separator);
    if (group.empty()) return "an empty group";
    if (group.size() > digits) return "a group is too long";
    if (digits > 2 && group.size() != digits) return "a group is too short";
    const auto value = parse_hex(group, digits);
    if (!value) return "not a hexadecimal digit";
    for (std::size_t j = 0; j < octets_per_group; ++j) {
      octets[i + j] = static_cast<std::uint8_t>(*value >> 8 * (octets_per_group - 1 - j));
    }
  }
  return nullptr;
}

Problem parse_bare(std::string_view text, std::span<std::uint8_t> octets) {
  if (text.size() != 2 * octets.size()) return "needs 12 hexadecimal digits, or separators";
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto value = parse_hex(text.substr(2 * i, 2), 2);
    if (!value) return "not a hexadecimal digit";
    octets[i] = static_cast<std::uint8_t>(*value);
  }
  return nullptr;
}

Problem parse_into(std::string_view text, std::span<std::uint8_t, 6> octets) {
  if (text.empty()) return "empty";
  const std::size_t at = text.find_first_of(":-.");
  if (at == std::string_view::npos) return parse_bare(text, octets);
  const char separator = text[at];
  if (std::ranges::any_of(text, [&](char c) { return c != separator && (c == ':' || c == '-' || c == '.'); })) {
    return "mixed separators";
  }
  return parse_groups(text, separator, separator == '.' ? 4 : 2, octets);
}

}  // namespace

std::expected<MacAddress, Error> parse_mac(std::string_view text) {
  MacAddress mac;
  if (const Problem problem = parse_into(text, mac.octets)) {
    return std::unexpected(usage_error(quoted(text) + ": not a MAC address: " + problem));
  }
  return mac;
}

std::string to_string(const MacAddress& mac, MacNotation notation) {
  constexpr std::string_view digits = "0123456789abcdef";
  const char separator = notation == MacNotation::colon ? ':' : notation == MacNotation::dash ? '-' : '.';
  const std::size_t group = notation == MacNotation::dot ? 2 : notation == MacNotation::bare ? 6 : 1;
  std::string out;
  out.reserve(17);
  for (std::size_t i = 0; i < 6; ++i) {
    if (i != 0 && i % group == 0) out += separator;
    out += digits[mac.octets[i] >> 4];
    out += digits[mac.octets[i] & 0xf];
  }
  return out;
}

}  // namespace onlink::inline v0

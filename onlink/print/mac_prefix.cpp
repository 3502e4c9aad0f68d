// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/mac_prefix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace onlink::inline v0 {
namespace {

constexpr std::size_t most_digits = 12;

std::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  return std::unexpected(usage_error(fmt::format("'{}': not a MAC prefix: {}", text, why)));
}

template <class T>
std::optional<T> parse_number(std::string_view text, int base) noexcept {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The groups of "8:0:20" as "080020"; the last one may be a half octet. Empty when a group is too long or empty.
std::string join_groups(std::string_view text, char separator) {
  const std::size_t full = separator == '.' ? 4 : 2;
  std::string digits;
  bool all_full = true;
  while (true) {
    const std::size_t end = text.find(separator);
    const std::string_view group = text.substr(0, end);
    if (group.empty() || group.size() > full) return {};
    const bool last = end == std::string_view::npos;
    const bool partial = last && all_full && (separator == '.' || group.size() < full);
    if (!partial) digits.append(full - group.size(), '0');
    digits += group;
    all_full = all_full && group.size() == full;
    if (last) return digits;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string to_string(const MacPrefix& prefix) {
  const unsigned digits = std::max((prefix.bits + 3U) / 4U, 2U);
  const std::string bare = to_string(prefix.address, MacNotation::bare);
  std::string out;
  for (std::size_t i = 0; i < digits; ++i) {
    if (i != 0 && i % 2 == 0) out += ':';
    out += bare[i];
  }
  return prefix.bits % 8 == 0 ? out : fmt::format("{}/{}", out, prefix.bits);
}

std::expected<MacPrefix, Error> parse_mac_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view groups = text.substr(0, slash);
  const std::size_t separator = groups.find_first_of(":-.");
  const std::string digits =
      separator == std::string_view::npos ? std::string(groups) : join_groups(groups, groups[separator]);
  if (digits.size() < 2 || digits.size() > most_digits) return refuse(text, "it takes 2 to 12 hex digits");
  const auto value = parse_number<std::uint64_t>(digits, 16);
  if (!value) return refuse(text, "only hex digits, and one kind of separator");
  auto bits = static_cast<unsigned>(digits.size() * 4);
  if (slash != std::string_view::npos) {
    const auto length = parse_number<unsigned>(text.substr(slash + 1), 10);
    if (!length || *length == 0 || *length > bits) {
      return refuse(text, fmt::format("its length goes from 1 to the {} bits given", bits));
    }
    bits = *length;
  }
  return mac_prefix(MacAddress::from_value(*value << (48 - digits.size() * 4)), bits);
}

}  // namespace onlink::inline v0

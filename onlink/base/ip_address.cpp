// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/ip_address.hpp"

#include <algorithm>
#include <optional>

#include "onlink/base/text.hpp"

namespace onlink::inline v0 {
namespace {

std::optional<Ipv4Address> read_ipv4(std::string_view text) {
  if (std::ranges::count(text, '.') != 3) return std::nullopt;
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const auto octet = parse_decimal(take_until(text, '.'), 255);
    if (!octet) return std::nullopt;
    value = value << 8 | *octet;
  }
  return Ipv4Address{value};
}

// Up to eight 16-bit groups on one side of "::"; the last may be a dotted IPv4 address (RFC 4291 section 2.2).
struct Groups {
  std::array<std::uint16_t, 8> values{};
  std::size_t count = 0;

  bool push(std::uint32_t value) {
    if (count == values.size()) return false;
    values[count++] = static_cast<std::uint16_t>(value);
    return true;
  }
};

bool read_groups(std::string_view text, bool last_side, Groups& out) {
  while (!text.empty()) {
    const bool ends_in_colon = text.back() == ':';
    const std::string_view group = take_until(text, ':');
    if (ends_in_colon && text.empty()) return false;
    if (last_side && text.empty() && group.find('.') != std::string_view::npos) {
      const auto dotted = read_ipv4(group);
      return dotted && out.push(dotted->value >> 16) && out.push(dotted->value & 0xffff);
    }
    const auto value = parse_hex(group, 4);
    if (!value || !out.push(*value)) return false;
  }
  return true;
}

std::optional<Ipv6Address> read_ipv6(std::string_view text) {
  const std::size_t gap = text.find("::");
  Groups head;
  Groups tail;
  if (gap == std::string_view::npos) {
    if (!read_groups(text, true, head) || head.count != 8) return std::nullopt;
  } else {
    const std::string_view behind = text.substr(gap + 2);
    if (!read_groups(text.substr(0, gap), false, head) || !read_groups(behind, true, tail)) return std::nullopt;
    if (head.count + tail.count > 7) return std::nullopt;  // "::" stands for one group at least
  }
  Ipv6Address address;
  const auto place = [&](std::size_t group, std::uint16_t value) {
    address.octets[2 * group] = static_cast<std::uint8_t>(value >> 8);
    address.octets[2 * group + 1] = static_cast<std::uint8_t>(value);
  };
  for (std::size_t i = 0; i < head.count; ++i) place(i, head.values[i]);
  for (std::size_t i = 0; i < tail.count; ++i) place(8 - tail.count + i, tail.values[i]);
  return address;
}

std::unexpected<Error> not_an_address(std::string_view text, std::string_view what) {
  std::string context = quoted(text) + ": not an " + std::string{what} + " address";
  if (text.find('%') != std::string_view::npos) context += " (a zone is not part of it; name the interface with -i)";
  return std::unexpected(usage_error(std::move(context)));
}

struct Run {
  std::size_t start = 8;
  std::size_t length = 0;
};

// The first longest run of at least two zero groups (RFC 5952 section 4.2).
Run longest_zero_run(const std::array<std::uint16_t, 8>& groups) {
  Run best;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length > best.length) best = {i, length};
    i += length;
  }
  return best.length >= 2 ? best : Run{};
}

void append_hex(std::string& out, std::uint16_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const auto digit = static_cast<std::size_t>(value >> shift & 0xf);
    started = started || digit != 0 || shift == 0;
    if (started) out += digits[digit];
  }
}

}  // namespace

std::expected<Ipv4Address, Error> parse_ipv4(std::string_view text) {
  if (const auto address = read_ipv4(text)) return *address;
  return not_an_address(text, "IPv4");
}

std::expected<Ipv6Address, Error> parse_ipv6(std::string_view text) {
  if (const auto address = read_ipv6(text)) return *address;
  return not_an_address(text, "IPv6");
}

std::expected<IpAddress, Error> parse_ip(std::string_view text) {
  if (const auto v4 = read_ipv4(text)) return IpAddress{*v4};
  if (const auto v6 = read_ipv6(text)) return IpAddress{*v6};
  return not_an_address(text, "IP");
}

std::string to_string(Ipv4Address address) {
  std::string out;
  out.reserve(15);
  for (const std::uint8_t octet : address.octets()) {
    if (!out.empty()) out += '.';
    out += std::to_string(octet);
  }
  return out;
}

std::string to_string(const Ipv6Address& address) {
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) {
    groups[i] = static_cast<std::uint16_t>(address.octets[2 * i] << 8 | address.octets[2 * i + 1]);
  }
  // RFC 5952 section 5: the well-known IPv4-mapped prefix shows its IPv4 address.
  const bool mapped =
      std::ranges::all_of(groups.begin(), groups.begin() + 5, [](auto g) { return g == 0; }) && groups[5] == 0xffff;
  if (mapped) return "::ffff:" + to_string(Ipv4Address{std::uint32_t{groups[6]} << 16 | groups[7]});
  const Run zeros = longest_zero_run(groups);
  std::string out;
  out.reserve(39);
  for (std::size_t i = 0; i < 8;) {
    if (i == zeros.start) {
      out += "::";
      i += zeros.length;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    append_hex(out, groups[i++]);
  }
  return out;
}

std::string to_string(const IpAddress& address) {
  return address.is_ipv4() ? to_string(address.ipv4()) : to_string(address.ipv6());
}

std::string_view to_string(Family family) noexcept { return family == Family::ipv4 ? "ipv4" : "ipv6"; }

}  // namespace onlink::inline v0

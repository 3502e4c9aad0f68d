// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/dns_name.hpp"

#include <algorithm>
#include <cstring>

namespace onlink::inline v0 {
namespace {

constexpr std::uint8_t lower(std::uint8_t octet) noexcept {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + ('a' - 'A')) : octet;
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view text_of(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: octets as characters
}

// The length of the sound, printable UTF-8 sequence of two to four octets at the front, or 0.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = octet(0);
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length == 0 || length > text.size() || lead > 0xf4) return 0;
  std::uint32_t point = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return 0;
    point = point << 6 | (octet(i) & 0x3fU);
  }
  constexpr std::uint32_t shortest[] = {0, 0, 0xa0, 0x800, 0x10000};  // 0x80..0x9f are control characters
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  const bool direction = (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
                         (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
  return point < shortest[length] || surrogate || direction || point > 0x10ffff ? 0 : length;
}

void append_escaped(std::string& out, char c) {
  const auto octet = static_cast<std::uint8_t>(c);
  if (c == '.' || c == '\\') {
    out += '\\';
    out += c;
  } else if (octet > 0x20 && octet < 0x7f) {
    out += c;
  } else {
    out += {'\\', static_cast<char>('0' + octet / 100), static_cast<char>('0' + octet / 10 % 10),
            static_cast<char>('0' + octet % 10)};
  }
}

void append_label(std::string& out, std::string_view label, DnsNameText text) {
  while (!label.empty()) {
    const std::size_t length = text == DnsNameText::utf8 ? utf8_length(label) : 0;
    if (length > 0) {
      out += label.substr(0, length);
    } else {
      append_escaped(out, label[0]);
    }
    label.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

// Takes one character or escape off the front; nothing for a broken escape.
std::optional<char> take_character(std::string_view& text) noexcept {
  const char first = text[0];
  text.remove_prefix(1);
  if (first != '\\') return first;
  if (text.empty()) return std::nullopt;
  if (!is_digit(text[0])) {
    const char escaped = text[0];
    text.remove_prefix(1);
    return escaped;
  }
  if (text.size() < 3 || !is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
  const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  text.remove_prefix(3);
  return value > 255 ? std::nullopt : std::optional{static_cast<char>(value)};
}

constexpr std::string_view hex_digits = "0123456789abcdef";

// The labels before the last two, as text; empty when the name does not end in `zone`.arpa.
bool ends_in(std::string_view labels, std::string_view zone) noexcept {
  if (labels.size() < zone.size()) return false;
  return std::ranges::equal(labels.substr(labels.size() - zone.size()), zone, [](char a, char b) {
    return lower(static_cast<std::uint8_t>(a)) == static_cast<std::uint8_t>(b);
  });
}

constexpr std::string_view ipv4_zone{"\7in-addr\4arpa\0", 14};
constexpr std::string_view ipv6_zone{"\3ip6\4arpa\0", 10};

std::optional<IpAddress> reversed_ipv4(std::string_view labels) noexcept {
  std::array<std::uint8_t, 4> octets{};
  for (std::size_t i = 4; i-- > 0;) {
    const auto length = labels.empty() ? std::size_t{0} : static_cast<std::size_t>(labels[0]);
    if (length < 1 || length > 3 || labels.size() <= length) return std::nullopt;
    const std::string_view digits = labels.substr(1, length);
    unsigned value = 0;
    for (const char c : digits) value = is_digit(c) ? value * 10 + static_cast<unsigned>(c - '0') : 1000;
    if (value > 255 || (length > 1 && digits[0] == '0')) return std::nullopt;
    octets[i] = static_cast<std::uint8_t>(value);
    labels.remove_prefix(length + 1);
  }
  if (!labels.empty()) return std::nullopt;
  return Ipv4Address::from_octets(octets);
}

std::optional<IpAddress> reversed_ipv6(std::string_view labels) noexcept {
  if (labels.size() != 64) return std::nullopt;
  Ipv6Address address;
  for (std::size_t i = 0; i < 32; ++i) {
    const auto digit = static_cast<char>(lower(static_cast<std::uint8_t>(labels[2 * i + 1])));
    const std::size_t value = hex_digits.find(digit);
    if (labels[2 * i] != 1 || value == std::string_view::npos) return std::nullopt;
    auto& octet = address.octets[15 - i / 2];
    octet = static_cast<std::uint8_t>(octet | value << (i % 2 == 0 ? 0 : 4));
  }
  return address;
}

}  // namespace

bool DnsName::operator==(const DnsName& other) const noexcept {
  // A length octet is at most 63, below every letter, so folding the whole form at once is safe.
  return size_ == other.size_ && std::equal(octets_.begin(), octets_.begin() + size_, other.octets_.begin(),
                                            [](std::uint8_t a, std::uint8_t b) { return lower(a) == lower(b); });
}

std::string to_string(const DnsName& name, DnsNameText text) {
  if (name.is_root()) return ".";
  std::string out;
  std::string_view rest = text_of(name.wire());
  while (rest[0] != 0) {
    const auto length = std::size_t{static_cast<unsigned char>(rest[0])};
    if (!out.empty()) out += '.';
    append_label(out, rest.substr(1, length), text);
    rest.remove_prefix(length + 1);
  }
  return out;
}

std::expected<DnsName, Error> parse_dns_name(std::string_view text) {
  const auto refuse = [text](std::string_view why) {
    return std::unexpected(usage_error("'" + std::string{text} + "' is not a domain name: " + std::string{why}));
  };
  DnsName name;
  if (text == ".") return name;
  std::string label;
  const auto close = [&] {
    const bool added = name.append(label);
    label.clear();
    return added;
  };
  for (std::string_view rest = text; !rest.empty();) {
    if (rest[0] == '.') {
      if (label.empty()) return refuse("a label is empty");
      if (!close()) return refuse("a label is longer than 63 octets or the name than 255");
      rest.remove_prefix(1);
      continue;
    }
    const auto character = take_character(rest);
    if (!character) return refuse("a backslash must stand before a character or three digits up to 255");
    label += *character;
  }
  if (!label.empty() && !close()) return refuse("a label is longer than 63 octets or the name than 255");
  if (name.is_root()) return refuse("it is empty");
  return name;
}

DnsName reverse_name(const IpAddress& address) noexcept {
  DnsName name;
  const auto& octets = address.octets();
  for (std::size_t i = address.size(); i-- > 0;) {
    if (address.is_ipv6()) {
      name.append(hex_digits.substr(octets[i] & 0x0fU, 1));
      name.append(hex_digits.substr(octets[i] >> 4, 1));
      continue;
    }
    const std::array<char, 3> digits{static_cast<char>('0' + octets[i] / 100),
                                     static_cast<char>('0' + octets[i] / 10 % 10),
                                     static_cast<char>('0' + octets[i] % 10)};
    const std::size_t skip = octets[i] >= 100 ? 0 : octets[i] >= 10 ? 1 : 2;
    name.append(std::string_view{digits.data(), digits.size()}.substr(skip));
  }
  name.append(address.is_ipv4() ? "in-addr" : "ip6");
  name.append("arpa");
  return name;
}

std::optional<IpAddress> reversed_address(const DnsName& name) noexcept {
  const std::string_view labels = text_of(name.wire());
  if (ends_in(labels, ipv4_zone)) return reversed_ipv4(labels.substr(0, labels.size() - ipv4_zone.size()));
  if (ends_in(labels, ipv6_zone)) return reversed_ipv6(labels.substr(0, labels.size() - ipv6_zone.size()));
  return std::nullopt;
}

}  // namespace onlink::inline v0

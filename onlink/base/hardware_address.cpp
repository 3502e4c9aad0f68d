// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/hardware_address.hpp"

#include "onlink/base/text.hpp"

namespace onlink::inline v0 {

std::expected<HardwareAddress, Error> parse_hardware_address(std::string_view text) {
  if (const auto mac = parse_mac(text)) return *mac;
  const auto refuse = [text](const char* reason) {
    return std::unexpected(usage_error(quoted(text) + ": not a hardware address: " + reason));
  };
  const std::size_t count = 1 + static_cast<std::size_t>(std::ranges::count(text, ':'));
  if (count > HardwareAddress::max_size) return refuse("more than 32 octets");
  std::array<std::uint8_t, HardwareAddress::max_size> octets{};
  std::string_view rest = text;
  for (std::size_t i = 0; i < count; ++i) {
    const auto octet = parse_hex(take_until(rest, ':'), 2);
    if (!octet) return refuse("each group between ':' has one or two hexadecimal digits");
    octets[i] = static_cast<std::uint8_t>(*octet);
  }
  return HardwareAddress{std::span{octets}.first(count)};
}

std::string to_string(const HardwareAddress& address) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t octet : address.octets()) {
    if (!out.empty()) out += ':';
    out += digits[octet >> 4];
    out += digits[octet & 0xf];
  }
  return out;
}

}  // namespace onlink::inline v0

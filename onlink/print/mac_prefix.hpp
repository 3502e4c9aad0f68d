// SPDX-License-Identifier: Apache-2.0
// The first bits of a MAC address, as registries assign them and people type them.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

// The bits behind the first `bits` are zero.
struct MacPrefix {
  MacAddress address;
  std::uint8_t bits = 0;

  constexpr auto operator<=>(const MacPrefix&) const = default;

  [[nodiscard]] constexpr bool contains(const MacAddress& mac) const noexcept {
    return ((mac.value() ^ address.value()) >> (48 - bits)) == 0;
  }
};

// The prefix of an address. REQUIRES: bits <= 48.
[[nodiscard]] constexpr MacPrefix mac_prefix(const MacAddress& mac, unsigned bits) noexcept {
  const std::uint64_t mask = bits == 0 ? 0 : ~std::uint64_t{0} << (48 - bits);
  return {MacAddress::from_value(mac.value() & mask), static_cast<std::uint8_t>(bits)};
}

// Whole octets say their length, others name it: "00:22:72", "70:b3:d5:f2:f/36".
[[nodiscard]] std::string to_string(const MacPrefix& prefix);

// 2 to 12 hex digits, bare or in groups of octets ("0:22:72") or of four digits ("70b3.d5f2.f"); a last group of one
// digit among groups of two is a half octet. "/28" behind them shortens the prefix. ErrorCode::usage quotes the text.
[[nodiscard]] std::expected<MacPrefix, Error> parse_mac_prefix(std::string_view text);

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// An Ethernet (EUI-48) address as a value, its kinds by the two low bits of octet 0 (IEEE 802), and its text forms.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"

namespace onlink::inline v0 {

struct MacAddress {
  std::array<std::uint8_t, 6> octets{};

  constexpr auto operator<=>(const MacAddress&) const = default;

  [[nodiscard]] constexpr bool is_group() const noexcept { return (octets[0] & 0x01) != 0; }
  [[nodiscard]] constexpr bool is_locally_administered() const noexcept { return (octets[0] & 0x02) != 0; }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return *this == MacAddress{}; }
  [[nodiscard]] constexpr bool is_broadcast() const noexcept;
  // An address that one station may own: neither a group nor all zero.
  [[nodiscard]] constexpr bool is_unicast() const noexcept { return !is_group() && !is_zero(); }

  // The 48 bits as one number, octet 0 in the highest place: for ordering, hashing and tables.
  [[nodiscard]] constexpr std::uint64_t value() const noexcept {
    std::uint64_t number = 0;
    for (const std::uint8_t octet : octets) number = number << 8 | octet;
    return number;
  }
  [[nodiscard]] static constexpr MacAddress from_value(std::uint64_t number) noexcept {
    MacAddress mac;
    for (std::size_t i = 6; i-- > 0; number >>= 8) mac.octets[i] = static_cast<std::uint8_t>(number);
    return mac;
  }
};

inline constexpr MacAddress broadcast_mac{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

constexpr bool MacAddress::is_broadcast() const noexcept { return *this == broadcast_mac; }

// Every notation of the field: aa:bb:cc:dd:ee:ff and aa-bb-cc-dd-ee-ff (one or two digits a group), aabb.ccdd.eeff,
// aabbccddeeff; any case. Refused: mixed separators, a wrong count of groups, groups too large or empty, blanks,
// trailing text. The error (ErrorCode::usage) quotes the text and says what is wrong with it.
[[nodiscard]] std::expected<MacAddress, Error> parse_mac(std::string_view text);

// How a MAC address is written out; colon in lower case is the canonical form.
enum class MacNotation : std::uint8_t { colon, dash, dot, bare };
[[nodiscard]] std::string to_string(const MacAddress& mac, MacNotation notation = MacNotation::colon);

// The modified EUI-64 interface identifier (RFC 4291 appendix A): ff:fe in the middle, the universal/local bit flipped.
[[nodiscard]] constexpr std::array<std::uint8_t, 8> modified_eui64(const MacAddress& mac) noexcept {
  const auto& o = mac.octets;
  return {static_cast<std::uint8_t>(o[0] ^ 0x02), o[1], o[2], 0xff, 0xfe, o[3], o[4], o[5]};
}

}  // namespace onlink::inline v0

template <>
struct std::hash<onlink::MacAddress> {
  std::size_t operator()(const onlink::MacAddress& mac) const noexcept {
    return static_cast<std::size_t>(mac.value() * 0x9e3779b97f4a7c15ULL >> 16);
  }
};

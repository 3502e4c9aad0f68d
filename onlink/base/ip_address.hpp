// SPDX-License-Identifier: Apache-2.0
// IPv4 and IPv6 addresses as values, and IpAddress, one of either. Order: IPv4 before IPv6, then by number.
#pragma once

#include <array>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

enum class Family : std::uint8_t { ipv4, ipv6 };

struct Ipv4Address {
  std::uint32_t value = 0;  // host order: 192.0.2.1 is 0xc0000201

  constexpr auto operator<=>(const Ipv4Address&) const = default;

  [[nodiscard]] static constexpr Ipv4Address of(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                                                std::uint8_t d) noexcept {
    return {std::uint32_t{a} << 24 | std::uint32_t{b} << 16 | std::uint32_t{c} << 8 | d};
  }
  [[nodiscard]] constexpr std::array<std::uint8_t, 4> octets() const noexcept {
    return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
            static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  }
  [[nodiscard]] static constexpr Ipv4Address from_octets(const std::array<std::uint8_t, 4>& o) noexcept {
    return of(o[0], o[1], o[2], o[3]);
  }
  [[nodiscard]] constexpr bool is_unspecified() const noexcept { return value == 0; }
  [[nodiscard]] constexpr bool is_loopback() const noexcept { return value >> 24 == 127; }
  [[nodiscard]] constexpr bool is_multicast() const noexcept { return value >> 28 == 0xe; }
  [[nodiscard]] constexpr bool is_broadcast() const noexcept { return value == 0xffffffff; }
  [[nodiscard]] constexpr bool is_link_local() const noexcept { return value >> 16 == 0xa9fe; }  // RFC 3927
};

struct Ipv6Address {
  std::array<std::uint8_t, 16> octets{};

  constexpr auto operator<=>(const Ipv6Address&) const = default;

  [[nodiscard]] constexpr bool is_unspecified() const noexcept { return *this == Ipv6Address{}; }
  [[nodiscard]] constexpr bool is_multicast() const noexcept { return octets[0] == 0xff; }
  [[nodiscard]] constexpr bool is_link_local() const noexcept {
    return octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80;
  }
  [[nodiscard]] constexpr bool is_loopback() const noexcept {
    Ipv6Address one;
    one.octets[15] = 1;
    return *this == one;
  }
  // ff02::1:ff00:0/104 (RFC 4291 section 2.7.1)
  [[nodiscard]] constexpr bool is_solicited_node() const noexcept {
    Ipv6Address base = *this;
    base.octets[13] = base.octets[14] = base.octets[15] = 0;
    return base == Ipv6Address{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0}};
  }
};

inline constexpr Ipv6Address all_nodes_address{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};    // ff02::1
inline constexpr Ipv6Address all_routers_address{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};  // ff02::2

// The group that the owner of `address` listens to: ff02::1:ffXX:XXXX (RFC 4291 section 2.7.1).
[[nodiscard]] constexpr Ipv6Address solicited_node_address(const Ipv6Address& address) noexcept {
  return {{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, address.octets[13], address.octets[14], address.octets[15]}};
}
// Group to Ethernet address: 33:33 + low 32 bits (RFC 2464 section 7); 01:00:5e + low 23 bits (RFC 1112 section 6.4).
[[nodiscard]] constexpr MacAddress multicast_mac(const Ipv6Address& group) noexcept {
  const auto& o = group.octets;
  return {{0x33, 0x33, o[12], o[13], o[14], o[15]}};
}
[[nodiscard]] constexpr MacAddress multicast_mac(Ipv4Address group) noexcept {
  const auto o = group.octets();
  return {{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(o[1] & 0x7f), o[2], o[3]}};
}
// fe80::/64 with the modified EUI-64 identifier of the MAC (RFC 4291 appendix A).
[[nodiscard]] constexpr Ipv6Address link_local_address(const MacAddress& mac) noexcept {
  const auto id = modified_eui64(mac);
  return {{0xfe, 0x80, 0, 0, 0, 0, 0, 0, id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7]}};
}

class IpAddress {
 public:
  constexpr IpAddress() noexcept = default;
  constexpr IpAddress(Ipv4Address v4) noexcept {  // NOLINT(google-explicit-constructor): an Ipv4Address is an IpAddress
    const auto o = v4.octets();
    for (std::size_t i = 0; i < 4; ++i) octets_[i] = o[i];
  }
  constexpr IpAddress(const Ipv6Address& v6) noexcept : family_(Family::ipv6), octets_(v6.octets) {}  // NOLINT

  constexpr auto operator<=>(const IpAddress&) const = default;

  [[nodiscard]] constexpr Family family() const noexcept { return family_; }
  [[nodiscard]] constexpr bool is_ipv4() const noexcept { return family_ == Family::ipv4; }
  [[nodiscard]] constexpr bool is_ipv6() const noexcept { return family_ == Family::ipv6; }
  // REQUIRES: the family fits.
  [[nodiscard]] constexpr Ipv4Address ipv4() const noexcept {
    assert(is_ipv4());
    return Ipv4Address::of(octets_[0], octets_[1], octets_[2], octets_[3]);
  }
  [[nodiscard]] constexpr Ipv6Address ipv6() const noexcept {
    assert(is_ipv6());
    return {octets_};
  }

  [[nodiscard]] constexpr bool is_unspecified() const noexcept { return octets_ == std::array<std::uint8_t, 16>{}; }
  [[nodiscard]] constexpr bool is_multicast() const noexcept {
    return is_ipv4() ? ipv4().is_multicast() : ipv6().is_multicast();
  }
  [[nodiscard]] constexpr bool is_link_local() const noexcept {
    return is_ipv4() ? ipv4().is_link_local() : ipv6().is_link_local();
  }
  [[nodiscard]] constexpr unsigned bits() const noexcept { return is_ipv4() ? 32 : 128; }
  // The address's 4 or 16 octets, network order; behind the 4 of IPv4 lie zeros.
  [[nodiscard]] constexpr std::size_t size() const noexcept { return is_ipv4() ? 4 : 16; }
  [[nodiscard]] constexpr const std::array<std::uint8_t, 16>& octets() const noexcept { return octets_; }
  // Of IPv4 the first four octets are taken, whatever lies behind them.
  [[nodiscard]] static constexpr IpAddress from_octets(Family family,
                                                       const std::array<std::uint8_t, 16>& octets) noexcept {
    IpAddress address;
    address.family_ = family;
    address.octets_ = octets;
    for (std::size_t i = address.size(); i < octets.size(); ++i) address.octets_[i] = 0;
    return address;
  }

 private:
  Family family_ = Family::ipv4;
  std::array<std::uint8_t, 16> octets_{};  // IPv4 uses the first four, the rest stay zero
};

// Strict text: four decimal octets without leading zeros; RFC 4291 forms for IPv6 (a zone "%eth0" is refused: it is not
// part of the address). Errors are ErrorCode::usage and quote the text.
[[nodiscard]] std::expected<Ipv4Address, Error> parse_ipv4(std::string_view text);
[[nodiscard]] std::expected<Ipv6Address, Error> parse_ipv6(std::string_view text);
[[nodiscard]] std::expected<IpAddress, Error> parse_ip(std::string_view text);

[[nodiscard]] std::string to_string(Ipv4Address address);
[[nodiscard]] std::string to_string(const Ipv6Address& address);  // RFC 5952
[[nodiscard]] std::string to_string(const IpAddress& address);
[[nodiscard]] std::string_view to_string(Family family) noexcept;  // "ipv4", "ipv6"

}  // namespace onlink::inline v0

template <>
struct std::hash<onlink::IpAddress> {
  std::size_t operator()(const onlink::IpAddress& address) const noexcept {
    std::uint64_t mixed = static_cast<std::uint64_t>(address.family());
    for (std::size_t i = 0; i < 16; i += 8) {
      std::uint64_t word = 0;
      for (std::size_t j = 0; j < 8; ++j) word = word << 8 | address.octets()[i + j];
      mixed = (mixed ^ word) * 0x9e3779b97f4a7c15ULL;
      mixed ^= mixed >> 32;
    }
    return static_cast<std::size_t>(mixed);
  }
};

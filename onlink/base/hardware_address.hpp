// SPDX-License-Identifier: Apache-2.0
// A link-layer address of any kind, 1 to 32 octets: Ethernet's 6, EUI-64's 8, InfiniBand's 20 (Linux's MAX_ADDR_LEN is
// 32). Where only Ethernet can stand, it is a MacAddress.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

class HardwareAddress {
 public:
  static constexpr std::size_t max_size = 32;

  constexpr HardwareAddress() noexcept = default;
  constexpr HardwareAddress(const MacAddress& mac) noexcept  // NOLINT(google-explicit-constructor): a MAC is one
      : HardwareAddress(std::span<const std::uint8_t>{mac.octets}) {}
  // REQUIRES: at most max_size octets.
  constexpr explicit HardwareAddress(std::span<const std::uint8_t> octets) noexcept
      : size_(static_cast<std::uint8_t>(octets.size())) {
    assert(octets.size() <= max_size);
    std::ranges::copy(octets, octets_.begin());
  }
  // None when there are more than max_size octets.
  [[nodiscard]] static constexpr std::optional<HardwareAddress> from_bytes(Bytes bytes) noexcept {
    if (bytes.size() > max_size) return std::nullopt;
    HardwareAddress address;
    address.size_ = static_cast<std::uint8_t>(bytes.size());
    std::ranges::transform(bytes, address.octets_.begin(),
                           [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return address;
  }

  constexpr auto operator<=>(const HardwareAddress&) const = default;

  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr std::span<const std::uint8_t> octets() const noexcept {
    return std::span{octets_}.first(size_);
  }
  [[nodiscard]] constexpr std::optional<MacAddress> mac() const noexcept {
    if (size_ != 6) return std::nullopt;
    MacAddress mac;
    std::ranges::copy(octets(), mac.octets.begin());
    return mac;
  }

 private:
  std::array<std::uint8_t, max_size> octets_{};
  std::uint8_t size_ = 0;
};

// Every notation of parse_mac(), and 1 to 32 groups of one or two digits parted by ':'. Error: usage.
[[nodiscard]] std::expected<HardwareAddress, Error> parse_hardware_address(std::string_view text);
[[nodiscard]] std::string to_string(const HardwareAddress& address);  // lower case, ':' between octets

}  // namespace onlink::inline v0

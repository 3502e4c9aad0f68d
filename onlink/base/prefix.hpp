// SPDX-License-Identifier: Apache-2.0
// A network prefix (192.0.2.0/24, 2001:db8::/64) and an inclusive range of addresses of one family.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0 {

// Inclusive at both ends. REQUIRES: same family, first <= last.
struct AddressRange {
  IpAddress first;
  IpAddress last;

  auto operator<=>(const AddressRange&) const = default;
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept {
    return address.family() == first.family() && first <= address && address <= last;
  }
};

struct Prefix {
  IpAddress address;  // as given: host bits may be set (an interface's 192.0.2.7/24)
  std::uint8_t length = 0;

  auto operator<=>(const Prefix&) const = default;
  [[nodiscard]] bool contains(const IpAddress& other) const noexcept;
  [[nodiscard]] IpAddress network() const noexcept;       // host bits zero
  [[nodiscard]] IpAddress last_address() const noexcept;  // host bits one: the broadcast address for IPv4
  [[nodiscard]] AddressRange range() const noexcept { return {network(), last_address()}; }
};

// address + offset, wrapping within the family.
[[nodiscard]] IpAddress advance(const IpAddress& address, std::uint64_t offset) noexcept;
// The address before it, wrapping within the family.
[[nodiscard]] IpAddress previous(const IpAddress& address) noexcept;
// How many addresses lie in the range; saturates at 2^64 - 1.
[[nodiscard]] std::uint64_t count_addresses(const AddressRange& range) noexcept;

// "192.0.2.0/24"; the length is required.
[[nodiscard]] std::expected<Prefix, Error> parse_prefix(std::string_view text);
// One address, a prefix, or a range "192.0.2.1-192.0.2.9" (short form "192.0.2.1-9" too).
[[nodiscard]] std::expected<AddressRange, Error> parse_range(std::string_view text);

[[nodiscard]] std::string to_string(const Prefix& prefix);
[[nodiscard]] std::string to_string(const AddressRange& range);

}  // namespace onlink::inline v0

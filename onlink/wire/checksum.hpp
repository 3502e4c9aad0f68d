// SPDX-License-Identifier: Apache-2.0
// The Internet checksum (RFC 1071): one's complement of the one's complement sum of 16-bit words. Not a CRC.
#pragma once

#include <cstdint>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0 {

class InternetChecksum {
 public:
  // An odd count of octets is padded with zero, so only the last add() may be odd.
  constexpr InternetChecksum& add(Bytes data) noexcept {
    std::size_t i = 0;
    for (; i + 1 < data.size(); i += 2) sum_ += load_be<std::uint16_t>(data.subspan(i).first<2>());
    if (i < data.size()) sum_ += std::to_integer<std::uint64_t>(data[i]) << 8;
    return *this;
  }
  constexpr InternetChecksum& add(std::uint64_t number) noexcept {  // its four 16-bit words
    for (; number != 0; number >>= 16) sum_ += number & 0xffff;
    return *this;
  }
  [[nodiscard]] constexpr std::uint16_t value() const noexcept {
    std::uint64_t sum = sum_;
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
  }

 private:
  std::uint64_t sum_ = 0;
};

// Over the IPv6 pseudo-header (RFC 8200 section 8.1) and the upper-layer message; 0 when a received message is intact.
[[nodiscard]] std::uint16_t ipv6_checksum(const Ipv6Address& source, const Ipv6Address& destination,
                                          std::uint8_t next_header, Bytes message) noexcept;

}  // namespace onlink::inline v0

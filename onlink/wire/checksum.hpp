// SPDX-License-Identifier: Apache-2.0
// The Internet checksum (RFC 1071): one's complement of the one's complement sum of 16-bit words. Not a CRC.
#pragma once

#include <cstdint>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/wire/ip_protocol.hpp"

namespace onlink::inline v0 {

class InternetChecksum {
 public:
  // An odd count of octets is padded with zero, so only the last add() may be odd. Adds four octets at a time: 2^16 is
  // 1 in this arithmetic, so the halves of a 32-bit word come together when value() folds (RFC 1071 section 2 C).
  constexpr InternetChecksum& add(Bytes data) noexcept {
    for (; data.size() >= 4; data = data.subspan(4)) sum_ += load_be<std::uint32_t>(data.first<4>());
    if (data.size() >= 2) {
      sum_ += load_be<std::uint16_t>(data.first<2>());
      data = data.subspan(2);
    }
    if (!data.empty()) sum_ += std::to_integer<std::uint64_t>(data[0]) << 8;
    return *this;
  }
  constexpr InternetChecksum& add(std::uint32_t number) noexcept {  // its two 16-bit words
    sum_ += number;
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

// Over the IPv4 pseudo-header (RFC 768) and the upper-layer message; 0 when a received message is intact.
[[nodiscard]] std::uint16_t ipv4_checksum(Ipv4Address source, Ipv4Address destination, IpProtocol protocol,
                                          Bytes message) noexcept;

// Over the IPv6 pseudo-header (RFC 8200 section 8.1) likewise.
[[nodiscard]] std::uint16_t ipv6_checksum(const Ipv6Address& source, const Ipv6Address& destination,
                                          IpProtocol next_header, Bytes message) noexcept;

}  // namespace onlink::inline v0

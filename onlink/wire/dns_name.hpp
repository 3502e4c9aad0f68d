// SPDX-License-Identifier: Apache-2.0
// A domain name (RFC 1035 section 3.1) as a value: its labels in wire form without compression, each behind its length
// octet, closed by the root's zero octet. At most 255 octets, a label at most 63; no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0 {

inline constexpr std::size_t dns_name_limit = 255;  // octets, with the root's (RFC 1035 section 2.3.4)
inline constexpr std::size_t dns_label_limit = 63;

class DnsName {
 public:
  constexpr DnsName() noexcept = default;  // the root

  // Adds a label before the root. False, and nothing added, when it is empty or too long, or the name would be.
  constexpr bool append(std::string_view label) noexcept {
    if (label.empty() || label.size() > dns_label_limit || size_ + label.size() + 1 > dns_name_limit) return false;
    octets_[size_ - 1U] = static_cast<std::uint8_t>(label.size());
    for (const char c : label) octets_[size_++] = static_cast<std::uint8_t>(c);
    octets_[size_++] = 0;
    return true;
  }

  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool is_root() const noexcept { return size_ == 1; }
  [[nodiscard]] constexpr std::uint8_t octet(std::size_t index) const noexcept { return octets_[index]; }
  // The wire form.
  [[nodiscard]] Bytes wire() const noexcept { return std::as_bytes(std::span{octets_}.first(size_)); }

  // ASCII letters compare without regard to case, everything else exactly (RFC 4343).
  [[nodiscard]] bool operator==(const DnsName& other) const noexcept;

 private:
  std::array<std::uint8_t, dns_name_limit> octets_{};
  std::uint8_t size_ = 1;
};

// How octets outside ASCII are shown: \DDD as in zone files, or as they are where they are sound UTF-8 (mDNS names are
// UTF-8, RFC 6762 section 16). Control characters are escaped in either, so a name never reaches a terminal raw.
enum class DnsNameText : std::uint8_t { escaped, utf8 };
// "host.example", the root "."; a dot within a label is "\.".
[[nodiscard]] std::string to_string(const DnsName& name, DnsNameText text = DnsNameText::escaped);
// The text of a zone file (RFC 1035 section 5.1): "\." and "\DDD" escapes, a dot at the end allowed. Errors: usage.
[[nodiscard]] std::expected<DnsName, Error> parse_dns_name(std::string_view text);

// 192.0.2.1 -> 1.2.0.192.in-addr.arpa (RFC 1035 section 3.5), IPv6 by nibbles under ip6.arpa (RFC 3596 section 2.5).
[[nodiscard]] DnsName reverse_name(const IpAddress& address) noexcept;
// The address that a full reverse name stands for; nothing for any other name.
[[nodiscard]] std::optional<IpAddress> reversed_address(const DnsName& name) noexcept;

}  // namespace onlink::inline v0

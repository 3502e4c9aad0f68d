// SPDX-License-Identifier: Apache-2.0
// The Neighbor Discovery options (RFC 4861 section 4.6 and later RFCs), each a value. Lengths on the wire are in units
// of 8 octets; an option of length 0 or past the end refuses the whole message (RFC 4861 section 4.6). Unknown options
// are kept as bytes and encode identically.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <variant>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0 {

enum class NdpOptionType : std::uint8_t {
  source_link_layer_address = 1,
  target_link_layer_address = 2,
  prefix_information = 3,
  redirected_header = 4,
  mtu = 5,
  nonce = 14,
  route_information = 24,
  rdnss = 25,
  dnssl = 31,
  pref64 = 38,
};

enum class RouterPreference : std::uint8_t { medium = 0, high = 1, reserved = 2, low = 3 };  // RFC 4191 section 2.1

struct SourceLinkLayerAddress {
  MacAddress address{};
  bool operator==(const SourceLinkLayerAddress&) const = default;
};
struct TargetLinkLayerAddress {
  MacAddress address{};
  bool operator==(const TargetLinkLayerAddress&) const = default;
};
struct PrefixInformation {  // RFC 4861 section 4.6.2
  std::uint8_t prefix_length = 0;
  bool on_link = false;
  bool autonomous = false;
  bool router_address = false;           // RFC 6275
  std::uint8_t reserved_flags = 0;       // the low five bits, kept
  std::uint32_t valid_lifetime = 0;      // seconds; 0xffffffff = infinite
  std::uint32_t preferred_lifetime = 0;  // seconds
  std::uint32_t reserved = 0;            // kept
  Ipv6Address prefix{};
  bool operator==(const PrefixInformation&) const = default;
};
struct RedirectedHeader {  // RFC 4861 section 4.6.3
  std::array<std::uint8_t, 6> reserved{};
  Bytes packet{};  // with its padding
  bool operator==(const RedirectedHeader& other) const noexcept;
};
struct MtuOption {  // RFC 4861 section 4.6.4
  std::uint16_t reserved = 0;
  std::uint32_t mtu = 0;  // octets
  bool operator==(const MtuOption&) const = default;
};
struct NonceOption {  // RFC 3971 section 5.3.2, RFC 7527
  Bytes nonce{};      // 6 octets in the usual length 1
  bool operator==(const NonceOption& other) const noexcept;
};
struct RouteInformation {  // RFC 4191 section 2.3
  std::uint8_t prefix_length = 0;
  RouterPreference preference = RouterPreference::medium;
  std::uint8_t reserved_flags = 0;  // the other six bits, kept
  std::uint32_t lifetime = 0;       // seconds
  Bytes prefix{};                   // 0, 8 or 16 octets, as sent
  bool operator==(const RouteInformation& other) const noexcept;
};
struct RdnssOption {  // RFC 8106 section 5.1
  std::uint16_t reserved = 0;
  std::uint32_t lifetime = 0;  // seconds
  Bytes addresses{};           // 16 octets each
  bool operator==(const RdnssOption& other) const noexcept;
  [[nodiscard]] std::size_t count() const noexcept { return addresses.size() / 16; }
  [[nodiscard]] Ipv6Address address(std::size_t index) const noexcept;  // REQUIRES: index < count()
};
struct DnsslOption {  // RFC 8106 section 5.2
  std::uint16_t reserved = 0;
  std::uint32_t lifetime = 0;  // seconds
  Bytes names{};               // RFC 1035 section 3.1 labels, zero padded
  bool operator==(const DnsslOption& other) const noexcept;
};
struct Pref64Option {                 // RFC 8781
  std::uint16_t scaled_lifetime = 0;  // 13 bits, units of 8 s
  std::uint8_t prefix_length_code = 0;
  std::array<std::uint8_t, 12> prefix{};
  bool operator==(const Pref64Option&) const = default;
};
struct RawNdpOption {
  std::uint8_t type = 0;
  Bytes value{};  // behind type and length; its size is 8 n - 2
  bool operator==(const RawNdpOption& other) const noexcept;
};

using NdpOption =
    std::variant<SourceLinkLayerAddress, TargetLinkLayerAddress, PrefixInformation, RedirectedHeader, MtuOption,
                 NonceOption, RouteInformation, RdnssOption, DnsslOption, Pref64Option, RawNdpOption>;

// The options of one message: a view over their bytes, already checked, decoded one by one while iterating, so that no
// message needs memory. An option whose length does not suit its type comes out as RawNdpOption.
class NdpOptions {
 public:
  constexpr NdpOptions() noexcept = default;
  // Refuses: bad_option_length (length 0, past the end, or a link-layer address option not of length 1).
  [[nodiscard]] static std::expected<NdpOptions, DecodeError> decode(Bytes bytes) noexcept;

  class Iterator {
   public:
    using value_type = NdpOption;
    using difference_type = std::ptrdiff_t;
    constexpr Iterator() noexcept = default;
    constexpr explicit Iterator(Bytes rest) noexcept : rest_(rest) {}
    [[nodiscard]] NdpOption operator*() const noexcept;
    Iterator& operator++() noexcept;
    Iterator operator++(int) noexcept {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const noexcept { return rest_.size() == other.rest_.size(); }

   private:
    Bytes rest_;
  };
  [[nodiscard]] Iterator begin() const noexcept { return Iterator{bytes_}; }
  [[nodiscard]] Iterator end() const noexcept { return Iterator{bytes_.last(0)}; }
  [[nodiscard]] Bytes bytes() const noexcept { return bytes_; }
  bool operator==(const NdpOptions& other) const noexcept { return same_bytes(bytes_, other.bytes_); }

  // The first of its type, as Linux takes it.
  template <class Option>
  [[nodiscard]] std::optional<Option> first() const noexcept {
    for (const NdpOption option : *this) {
      if (const auto* found = std::get_if<Option>(&option)) return *found;
    }
    return std::nullopt;
  }

 private:
  constexpr explicit NdpOptions(Bytes bytes) noexcept : bytes_(bytes) {}
  Bytes bytes_{};
};

void encode(const NdpOption& option, Writer& out) noexcept;

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// fmt knows our value types: fmt::format("{:<15}  {}", address, mac). Width, fill and alignment work as for strings.
#pragma once

#include <fmt/format.h>

#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0::detail {

template <class T>
struct TextFormatter : fmt::formatter<std::string_view> {
  template <class FormatContext>
  auto format(const T& value, FormatContext& context) const {
    return fmt::formatter<std::string_view>::format(to_string(value), context);
  }
};

}  // namespace onlink::inline v0::detail

template <>
struct fmt::formatter<onlink::MacAddress> : onlink::detail::TextFormatter<onlink::MacAddress> {};
template <>
struct fmt::formatter<onlink::Ipv4Address> : onlink::detail::TextFormatter<onlink::Ipv4Address> {};
template <>
struct fmt::formatter<onlink::Ipv6Address> : onlink::detail::TextFormatter<onlink::Ipv6Address> {};
template <>
struct fmt::formatter<onlink::IpAddress> : onlink::detail::TextFormatter<onlink::IpAddress> {};
template <>
struct fmt::formatter<onlink::Prefix> : onlink::detail::TextFormatter<onlink::Prefix> {};
template <>
struct fmt::formatter<onlink::AddressRange> : onlink::detail::TextFormatter<onlink::AddressRange> {};
template <>
struct fmt::formatter<onlink::VlanStack> : onlink::detail::TextFormatter<onlink::VlanStack> {};
template <>
struct fmt::formatter<onlink::DecodeError> : onlink::detail::TextFormatter<onlink::DecodeError> {};
template <>
struct fmt::formatter<onlink::Family> : onlink::detail::TextFormatter<onlink::Family> {};

// SPDX-License-Identifier: Apache-2.0
#include "onlink/base/prefix.hpp"

#include <algorithm>
#include <limits>

#include "onlink/base/text.hpp"

namespace onlink::inline v0 {
namespace {

// The address with every bit behind `length` set to `bit`.
IpAddress fill_host_bits(const IpAddress& address, unsigned length, bool bit) {
  auto octets = address.octets();
  for (std::size_t i = 0; i < address.size(); ++i) {
    const unsigned start = static_cast<unsigned>(i) * 8;
    const unsigned kept = length <= start ? 0 : std::min(8U, length - start);
    const auto host = static_cast<std::uint8_t>(0xff >> kept);
    octets[i] = static_cast<std::uint8_t>(bit ? octets[i] | host : octets[i] & ~host);
  }
  return IpAddress::from_octets(address.family(), octets);
}

// "192.0.2.1-9": the tail replaces the last octet.
std::optional<IpAddress> read_range_end(const IpAddress& first, std::string_view text) {
  if (const auto whole = parse_ip(text)) return *whole;
  const auto octet = parse_decimal(text, 255);
  if (!octet || !first.is_ipv4()) return std::nullopt;
  return IpAddress{Ipv4Address{(first.ipv4().value & 0xffffff00) | *octet}};
}

}  // namespace

bool Prefix::contains(const IpAddress& other) const noexcept {
  return other.family() == address.family() && fill_host_bits(other, length, false) == network();
}
IpAddress Prefix::network() const noexcept { return fill_host_bits(address, length, false); }
IpAddress Prefix::last_address() const noexcept { return fill_host_bits(address, length, true); }

IpAddress advance(const IpAddress& address, std::uint64_t offset) noexcept {
  auto octets = address.octets();
  std::uint64_t carry = 0;
  for (std::size_t i = address.size(); i-- > 0;) {
    const std::uint64_t sum = octets[i] + (offset & 0xff) + carry;
    octets[i] = static_cast<std::uint8_t>(sum);
    carry = sum >> 8;
    offset >>= 8;
  }
  return IpAddress::from_octets(address.family(), octets);
}

IpAddress previous(const IpAddress& address) noexcept {
  auto octets = address.octets();
  for (std::size_t i = address.size(); i-- > 0;) {
    if (octets[i]-- != 0) break;
  }
  return IpAddress::from_octets(address.family(), octets);
}

std::uint64_t count_addresses(const AddressRange& range) noexcept {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  const auto& first = range.first.octets();
  const auto& last = range.last.octets();
  const std::size_t size = range.first.size();
  // The difference, octet by octet from the low end; anything above 64 bits saturates.
  std::uint64_t difference = 0;
  int borrow = 0;
  bool saturated = false;
  for (std::size_t place = 0; place < size; ++place) {
    int digit = last[size - 1 - place] - first[size - 1 - place] - borrow;
    borrow = digit < 0 ? 1 : 0;
    digit += borrow << 8;
    if (place < 8) {
      difference |= static_cast<std::uint64_t>(digit) << 8 * place;
    } else {
      saturated = saturated || digit != 0;
    }
  }
  return saturated || difference == most ? most : difference + 1;
}

std::expected<Prefix, Error> parse_prefix(std::string_view text) {
  const auto refuse = [&](const std::string& why) {
    return std::unexpected(usage_error(quoted(text) + ": not a network prefix: " + why));
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return refuse("no '/' and prefix length");
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return refuse(address.error().context);
  const auto length = parse_decimal(text.substr(slash + 1), address->bits());
  if (!length) return refuse("the length must be 0 to " + std::to_string(address->bits()));
  return Prefix{*address, static_cast<std::uint8_t>(*length)};
}

std::expected<AddressRange, Error> parse_range(std::string_view text) {
  const auto refuse = [&](const std::string& why) {
    return std::unexpected(usage_error(quoted(text) + ": not an address range: " + why));
  };
  if (text.find('/') != std::string_view::npos) {
    const auto prefix = parse_prefix(text);
    if (!prefix) return std::unexpected(prefix.error());
    return prefix->range();
  }
  const std::size_t dash = text.find('-');
  const auto first = parse_ip(text.substr(0, dash));
  if (!first) return dash == std::string_view::npos ? std::unexpected(first.error()) : refuse(first.error().context);
  if (dash == std::string_view::npos) return AddressRange{*first, *first};
  const auto last = read_range_end(*first, text.substr(dash + 1));
  if (!last) return refuse("what follows '-' is neither an address nor a last octet");
  if (last->family() != first->family()) return refuse("one end is IPv4, the other IPv6");
  if (*last < *first) return refuse("it ends before it begins");
  return AddressRange{*first, *last};
}

std::string to_string(const Prefix& prefix) { return to_string(prefix.address) + "/" + std::to_string(prefix.length); }

std::string to_string(const AddressRange& range) {
  if (range.first == range.last) return to_string(range.first);
  return to_string(range.first) + "-" + to_string(range.last);
}

}  // namespace onlink::inline v0

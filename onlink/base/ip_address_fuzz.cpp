// SPDX-License-Identifier: Apache-2.0
// Any text as an address, prefix or range: what is accepted is written out in a form that reads back to the same, and
// an IPv6 address agrees with the C library's reading.
#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/prefix.hpp"

namespace {

using namespace onlink;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_against_libc(const std::string& text, const std::expected<IpAddress, Error>& ours) {
  if (text.find('\0') != std::string::npos) return;
  std::array<std::uint8_t, 16> octets{};
  const bool v4 = inet_pton(AF_INET, text.c_str(), octets.data()) == 1;
  const bool v6 = !v4 && inet_pton(AF_INET6, text.c_str(), octets.data()) == 1;
  require(ours.has_value() == (v4 || v6));
  if (ours) require(ours->is_ipv4() == v4 && ours->octets() == octets);
}

void check_range(const AddressRange& range) {
  require(range.first.family() == range.last.family() && range.first <= range.last);
  require(range.contains(range.first) && range.contains(range.last));
  require(parse_range(to_string(range)) == range);
  const std::uint64_t count = count_addresses(range);
  require(count != 0);
  if (count != UINT64_MAX) require(advance(range.first, count - 1) == range.last);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto address = parse_ip(text);
  check_against_libc(text, address);
  if (address) require(parse_ip(to_string(*address)) == *address);
  if (const auto prefix = parse_prefix(text)) {
    require(parse_prefix(to_string(*prefix)) == *prefix);
    require(prefix->contains(prefix->network()) && prefix->contains(prefix->last_address()));
    check_range(prefix->range());
  }
  if (const auto range = parse_range(text)) check_range(*range);
  return 0;
}

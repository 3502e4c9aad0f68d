// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/host_address.hpp"

namespace onlink::inline v0::cli {

std::optional<std::string_view> objection_to_host(const AddressRange& range) {
  const IpAddress& first = range.first;
  if (range.last.is_multicast()) return "multicast addresses are groups, not hosts";
  if (first.is_unspecified()) return "the unspecified address is nobody's";
  if (first.is_ipv6()) return first.ipv6().is_loopback() ? std::optional{"it never leaves a host"} : std::nullopt;
  if (first.octets()[0] == 0) return "0.0.0.0/8 is nobody's";
  if (first.ipv4().is_loopback() || range.last.ipv4().is_loopback()) return "127.0.0.0/8 never leaves a host";
  if (range.last.ipv4().value >> 28 == 0xf) return "240.0.0.0/4 is not for hosts";
  return std::nullopt;
}

}  // namespace onlink::inline v0::cli

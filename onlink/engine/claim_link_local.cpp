// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/claim_link_local.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::uint32_t first = Ipv4Address::of(169, 254, 1, 0).value;
constexpr std::uint32_t last = Ipv4Address::of(169, 254, 254, 255).value;

std::uint64_t number_of(const MacAddress& mac) noexcept {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : mac.octets) number = number << 8U | octet;
  return number;
}

}  // namespace

LinkLocalSequence::LinkLocalSequence(const MacAddress& mac) noexcept : rng_(number_of(mac)) {}

Ipv4Address LinkLocalSequence::next() noexcept {
  return {first + static_cast<std::uint32_t>(rng_.below(last - first + 1))};
}

bool LinkLocalSequence::holds(const IpAddress& address) noexcept {
  return address.is_ipv4() && address.ipv4().value >= first && address.ipv4().value <= last;
}

}  // namespace onlink::inline v0

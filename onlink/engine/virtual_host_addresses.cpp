// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/virtual_host_addresses.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::uint8_t impostor_bit = 0x04;

std::uint64_t hash(const IpAddress& address, std::uint64_t seed) noexcept {
  return Rng{std::hash<IpAddress>{}(address) ^ seed}.next();
}

bool is_last(const IpAddress& address) noexcept { return advance(address, 1) < address; }

bool touches(const AddressRange& range, const AddressRange& next) noexcept {
  if (range.last.family() != next.first.family()) return false;
  return next.first <= range.last || (!is_last(range.last) && advance(range.last, 1) == next.first);
}

}  // namespace

RangeSet::RangeSet(std::vector<AddressRange> ranges) {
  std::ranges::sort(ranges);
  for (const AddressRange& range : ranges) {
    if (!ranges_.empty() && touches(ranges_.back(), range)) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
  }
}

void RangeSet::remove(const AddressRange& hole) {
  std::vector<AddressRange> left;
  left.reserve(ranges_.size() + 1);
  for (const AddressRange& range : ranges_) {
    if (range.first.family() != hole.first.family() || range.last < hole.first || hole.last < range.first) {
      left.push_back(range);
      continue;
    }
    if (range.first < hole.first) left.push_back({range.first, previous(hole.first)});
    if (hole.last < range.last) left.push_back({advance(hole.last, 1), range.last});
  }
  ranges_ = std::move(left);
}

bool RangeSet::contains(const IpAddress& address) const noexcept {
  const auto after = std::ranges::upper_bound(ranges_, address, {}, &AddressRange::first);
  return after != ranges_.begin() && std::prev(after)->contains(address);
}

MacAddress VirtualMacs::mac_of(const IpAddress& address) const noexcept {
  if (!per_address) return base;
  MacAddress mac = base;
  if (address.is_ipv4()) {
    std::ranges::copy(address.ipv4().octets(), mac.octets.begin() + 2);
    return mac;
  }
  // The low 40 bits keep the addresses of one prefix apart; the rest of the address tells one prefix from another.
  std::array<std::uint8_t, 16> upper = address.octets();
  std::fill(upper.end() - 5, upper.end(), std::uint8_t{0});
  const std::uint64_t mixed = hash(IpAddress::from_octets(Family::ipv6, upper), 0);
  for (std::size_t i = 0; i < 5; ++i) {
    mac.octets[1 + i] = static_cast<std::uint8_t>(address.octets()[11 + i] ^ mixed >> 8 * i);
  }
  return mac;
}

std::optional<MacAddress> VirtualMacs::impostor_of(const IpAddress& address) const noexcept {
  if (impostor <= 0 || !Rng{hash(address, seed)}.chance(impostor)) return std::nullopt;
  MacAddress mac = mac_of(address);
  mac.octets[0] ^= impostor_bit;
  return mac;
}

}  // namespace onlink::inline v0

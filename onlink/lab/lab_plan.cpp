// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/lab_plan.hpp"

#include <algorithm>

namespace onlink::inline v0::lab {
namespace {

IpAddress before(const IpAddress& address) {
  auto octets = address.octets();
  for (std::size_t i = address.size(); i-- > 0;) {
    if (octets[i]-- != 0) break;
  }
  return IpAddress::from_octets(address.family(), octets);
}

bool overlaps(const AddressRange& a, const AddressRange& b) {
  return a.first.family() == b.first.family() && a.first <= b.last && b.first <= a.last;
}

}  // namespace

std::string_view to_string(Role role) noexcept {
  switch (role) {
    case Role::host:
      return "host";
    case Role::router:
      return "router";
    case Role::crowd:
      return "crowd";
  }
  return "host";
}

std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

std::vector<AddressRange> taken_addresses(const LabPlan& plan) {
  std::vector<AddressRange> taken;
  for (const PlannedHost& host : plan.hosts) {
    for (const Prefix& prefix : host.addresses) {
      taken.push_back({prefix.address, prefix.address});
      const bool has_broadcast = prefix.address.is_ipv4() && prefix.length <= 30;
      if (has_broadcast) taken.push_back({prefix.last_address(), prefix.last_address()});
    }
  }
  std::ranges::sort(taken);
  return taken;
}

std::vector<AddressRange> without(const AddressRange& range, const std::vector<AddressRange>& holes) {
  std::vector<AddressRange> sorted = holes;
  std::erase_if(sorted, [&](const AddressRange& hole) { return !overlaps(hole, range); });
  std::ranges::sort(sorted);
  std::vector<AddressRange> left;
  IpAddress next = range.first;
  for (const AddressRange& hole : sorted) {
    if (hole.last < next) continue;
    if (next < hole.first) left.push_back({next, before(hole.first)});
    if (hole.last >= range.last) return left;
    next = advance(hole.last, 1);
  }
  left.push_back({next, range.last});
  return left;
}

std::vector<Prefix> to_prefixes(const AddressRange& range) {
  std::vector<Prefix> prefixes;
  IpAddress next = range.first;
  while (true) {
    Prefix prefix{next, static_cast<std::uint8_t>(next.bits())};
    for (Prefix wider = prefix; wider.length > 0;) {
      --wider.length;
      if (wider.network() != next || wider.last_address() > range.last) break;
      prefix = wider;
    }
    prefixes.push_back(prefix);
    const IpAddress last = prefix.last_address();
    if (last >= range.last) return prefixes;
    next = advance(last, 1);
  }
}

}  // namespace onlink::inline v0::lab

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/route_map.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace onlink::inline v0::cli {
namespace {

// Nobody's own, or on every link, whatever the routing tables say: unspecified, loopback, multicast, broadcast and
// link-local addresses.
constexpr std::array<std::string_view, 4> special_ipv4{"0.0.0.0/32", "127.0.0.0/8", "224.0.0.0/4",
                                                       "255.255.255.255/32"};
constexpr std::array<std::string_view, 4> special_ipv6{"::/128", "::1/128", "fe80::/10", "ff00::/8"};

}  // namespace

std::expected<const RouteMap::Starts*, Error> RouteMap::starts(Family family) {
  if (const auto known = starts_.find(family); known != starts_.end()) return &known->second;
  auto prefixes = netlink_.route_destinations(family);
  if (!prefixes) return std::unexpected(prefixes.error());
  for (const std::string_view text : family == Family::ipv4 ? special_ipv4 : special_ipv6) {
    prefixes->push_back(*parse_prefix(text));
  }
  Starts all;
  for (const Prefix& prefix : *prefixes) {
    all.push_back(prefix.network());
    // One past the very last address wraps to the first, where a piece begins anyway.
    all.push_back(advance(prefix.last_address(), 1));
  }
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return &starts_.emplace(family, std::move(all)).first->second;
}

std::expected<std::vector<AddressRange>, Error> RouteMap::cut(const AddressRange& range) {
  const auto all = starts(range.first.family());
  if (!all) return std::unexpected(all.error());
  std::vector<AddressRange> pieces;
  IpAddress from = range.first;
  for (auto next = std::ranges::upper_bound(**all, from); next != (*all)->end() && *next <= range.last; ++next) {
    pieces.push_back({from, previous(*next)});
    from = *next;
  }
  pieces.push_back({from, range.last});
  return pieces;
}

}  // namespace onlink::inline v0::cli

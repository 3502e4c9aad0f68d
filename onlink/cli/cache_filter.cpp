// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEntry;
using kernel::NudStateSet;

NudState state_of_word(std::string_view word) noexcept {
  const auto at = std::ranges::find(state_words, word);
  return static_cast<NudState>(at - std::begin(state_words));
}

// As `ip neigh` does: what never was a neighbour in need of resolution is shown only when it is asked for.
NudStateSet read_states(const Arguments& arguments) {
  NudStateSet states;
  for (const std::string& word : arguments.values("state")) states.insert(state_of_word(word));
  if (!states.empty()) return states;
  states = NudStateSet::all();
  if (arguments.given("all")) return states;
  states.erase(NudState::none);
  states.erase(NudState::noarp);
  return states;
}

auto order(const NeighborEntry& entry) noexcept { return std::tie(entry.interface, entry.address, entry.proxy); }

}  // namespace

bool CacheFilter::takes(const NeighborEntry& entry) const noexcept {
  if (mac && !(entry.mac && mac->contains(*entry.mac))) return false;
  return ranges.empty() ||
         std::ranges::any_of(ranges, [&](const AddressRange& range) { return range.contains(entry.address); });
}

bool CacheFilter::takes_any(const NeighborEntry& entry) const noexcept {
  if (query.interface != 0 && entry.interface != query.interface) return false;
  if (query.family && entry.address.family() != *query.family) return false;
  if (entry.proxy ? !(query.proxies || also_proxies) : query.proxies || !query.states.contains(entry.state)) {
    return false;
  }
  return takes(entry);
}

std::expected<CacheFilter, Error> read_cache_filter(const Arguments& arguments, const Context& context,
                                                    kernel::Netlink& netlink) {
  CacheFilter filter{
      .query = {.family = context.family, .proxies = arguments.given("proxy"), .states = read_states(arguments)},
      .also_proxies = arguments.given("all") && !arguments.given("state")};
  for (const std::string& text : arguments.values("ADDRESS")) {
    const auto range = parse_range(text);
    if (!range) return std::unexpected(range.error());
    if (context.family && range->first.family() != *context.family) {
      return std::unexpected(
          usage_error(fmt::format("{}: not an {} address", text, *context.family == Family::ipv4 ? "IPv4" : "IPv6")));
    }
    filter.ranges.push_back(*range);
  }
  if (const auto text = arguments.text("mac")) {
    const auto mac = parse_mac_prefix(*text);
    if (!mac) return std::unexpected(usage_error(fmt::format("--mac: {}", mac.error().context)));
    filter.mac = *mac;
  }
  if (context.interface) {
    const auto link = netlink.find_link(*context.interface);
    if (!link) return std::unexpected(link.error());
    filter.query.interface = link->index;
  }
  return filter;
}

std::expected<std::vector<NeighborEntry>, Error> read_entries(kernel::Netlink& netlink, const CacheFilter& filter) {
  auto entries = netlink.neighbors(filter.query);
  if (!entries) return entries;
  if (filter.also_proxies && !filter.query.proxies) {
    kernel::NeighborQuery proxies = filter.query;
    proxies.proxies = true;
    const auto more = netlink.neighbors(proxies);
    if (!more) return more;
    entries->insert(entries->end(), more->begin(), more->end());
  }
  std::erase_if(*entries, [&](const NeighborEntry& entry) { return !filter.takes(entry); });
  std::ranges::sort(*entries, [](const auto& a, const auto& b) { return order(a) < order(b); });
  // A table that grows while it is read shows some of its rows twice.
  const auto twice = std::ranges::unique(*entries, [](const auto& a, const auto& b) { return order(a) == order(b); });
  entries->erase(twice.begin(), twice.end());
  return entries;
}

}  // namespace onlink::inline v0::cli

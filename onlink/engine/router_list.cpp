// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/router_list.hpp"

#include <algorithm>

namespace onlink::inline v0 {
namespace {

constexpr std::uint32_t for_ever = 0xffffffff;  // RFC 4861 section 4.6.2

std::optional<Instant> end_of(Instant now, std::uint32_t seconds) noexcept {
  if (seconds == for_ever) return std::nullopt;
  return now + std::chrono::seconds{seconds};
}

Duration lifetime_of(Instant now, const std::optional<Instant>& until) noexcept {
  return until ? *until - now : longest_duration;
}

// What never ends comes last.
bool ends_before(const std::optional<Instant>& a, const std::optional<Instant>& b) noexcept {
  return a && (!b || *a < *b);
}

template <class Item>
auto first_to_end(std::vector<Item>& items) noexcept {
  return std::ranges::min_element(items, ends_before, &Item::until);
}

template <class Item>
std::optional<Instant> earliest_end(const std::vector<Item>& items) noexcept {
  const auto found = std::ranges::min_element(items, ends_before, &Item::until);
  return found == items.end() ? std::nullopt : found->until;
}

Event gone(Instant now, const DefaultRouter& router) {
  return RouterChanged{.time = now, .router = router.address, .present = false};
}
Event gone(Instant now, const OnLinkPrefix& prefix) {
  return OnLinkPrefixChanged{.time = now, .prefix = prefix.prefix, .present = false};
}

template <class Item, class Condition>
void remove_if(std::vector<Item>& items, Instant now, std::vector<Event>& events, Condition condition) {
  std::erase_if(items, [&](const Item& item) {
    const bool remove = condition(item);
    if (remove) events.push_back(gone(now, item));
    return remove;
  });
}

template <class Item>
void remove_ended(std::vector<Item>& items, Instant now, std::vector<Event>& events) {
  remove_if(items, now, events, [now](const Item& item) { return item.until && *item.until <= now; });
}

// Room for one more, at the cost of what would end first. REQUIRES: max > 0.
template <class Item>
void make_room(std::vector<Item>& items, std::size_t max, Instant now, std::vector<Event>& events) {
  if (items.size() < max) return;
  const auto oldest = first_to_end(items);
  events.push_back(gone(now, *oldest));
  items.erase(oldest);
}

// RFC 4191 section 2.2: the reserved value means medium.
RouterPreference known_preference(RouterPreference preference) noexcept {
  return preference == RouterPreference::reserved ? RouterPreference::medium : preference;
}

}  // namespace

void RouterList::on_advertisement(Instant now, const Ipv6Address& router, const RouterAdvertisement& message,
                                  std::vector<Event>& events) {
  if (message.router_lifetime == 0) {
    remove_router(now, router, events);
  } else {
    set_router({.address = router,
                .preference = known_preference(message.preference),
                .until = now + std::chrono::seconds{message.router_lifetime}},
               now, events);
  }
  for (const NdpOption option : message.options) {
    if (const auto* information = std::get_if<PrefixInformation>(&option)) on_prefix(now, *information, events);
  }
}

void RouterList::set_router(const DefaultRouter& router, Instant now, std::vector<Event>& events) {
  const auto known = std::ranges::find(routers_, router.address, &DefaultRouter::address);
  if (known != routers_.end()) {
    *known = router;
    return;
  }
  if (max_routers_ == 0) return;
  make_room(routers_, max_routers_, now, events);
  routers_.push_back(router);
  events.emplace_back(RouterChanged{
      .time = now, .router = router.address, .present = true, .lifetime = lifetime_of(now, router.until)});
}

// RFC 4861 section 6.3.4; RFC 4862 section 5.5.3's two-hour rule is for addresses, not for this list.
void RouterList::on_prefix(Instant now, const PrefixInformation& information, std::vector<Event>& events) {
  const Prefix prefix{Prefix{information.prefix, information.prefix_length}.network(), information.prefix_length};
  const bool sound = information.prefix_length <= 128 && !information.prefix.is_link_local() &&
                     !information.prefix.is_multicast() && information.preferred_lifetime <= information.valid_lifetime;
  if (!information.on_link || !sound) return;
  const auto known = std::ranges::find(prefixes_, prefix, &OnLinkPrefix::prefix);
  if (information.valid_lifetime == 0) {
    remove_if(prefixes_, now, events, [&](const OnLinkPrefix& item) { return item.prefix == prefix; });
    return;
  }
  const OnLinkPrefix entry{.prefix = prefix, .until = end_of(now, information.valid_lifetime)};
  if (known != prefixes_.end()) {
    *known = entry;
    return;
  }
  if (max_prefixes_ == 0) return;
  make_room(prefixes_, max_prefixes_, now, events);
  prefixes_.push_back(entry);
  events.emplace_back(
      OnLinkPrefixChanged{.time = now, .prefix = prefix, .present = true, .lifetime = lifetime_of(now, entry.until)});
}

void RouterList::remove_router(Instant now, const Ipv6Address& router, std::vector<Event>& events) {
  remove_if(routers_, now, events, [&](const DefaultRouter& item) { return item.address == router; });
}

void RouterList::clear_routers(Instant now, std::vector<Event>& events) {
  remove_if(routers_, now, events, [](const DefaultRouter&) { return true; });
}

void RouterList::clear(Instant now, std::vector<Event>& events) {
  clear_routers(now, events);
  remove_if(prefixes_, now, events, [](const OnLinkPrefix&) { return true; });
}

void RouterList::on_deadline(Instant now, std::vector<Event>& events) {
  remove_ended(routers_, now, events);
  remove_ended(prefixes_, now, events);
}

std::optional<Instant> RouterList::next_deadline() const noexcept {
  const auto router = earliest_end(routers_);
  const auto prefix = earliest_end(prefixes_);
  return ends_before(router, prefix) ? router : prefix;
}

std::optional<Prefix> RouterList::on_link(Instant now, const Ipv6Address& address) const noexcept {
  std::optional<Prefix> best;
  for (const OnLinkPrefix& item : prefixes_) {
    const bool lasts = !item.until || *item.until > now;
    if (lasts && item.prefix.contains(address) && (!best || item.prefix.length > best->length)) best = item.prefix;
  }
  return best;
}

}  // namespace onlink::inline v0

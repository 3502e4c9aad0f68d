// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/redirect_list.hpp"

namespace onlink::inline v0 {

void RedirectList::add(Instant now, const Ipv6Address& destination, const Ipv6Address& next_hop,
                       std::vector<Event>& events) {
  if (max_ == 0) return;
  const auto known = by_destination_.find(destination);
  if (known != by_destination_.end()) {
    if (known->second.next_hop == next_hop) return;
    by_next_hop_.erase({known->second.next_hop, destination});
    known->second.next_hop = next_hop;
  } else {
    if (by_destination_.size() == max_) erase(order_.front());
    by_destination_.emplace(destination, Redirection{next_hop, order_.insert(order_.end(), destination)});
  }
  by_next_hop_.emplace(next_hop, destination);
  events.emplace_back(Redirected{.time = now, .destination = destination, .next_hop = next_hop});
}

void RedirectList::erase(const Ipv6Address& destination) {
  const auto gone = by_destination_.find(destination);
  by_next_hop_.erase({gone->second.next_hop, gone->first.ipv6()});
  order_.erase(gone->second.age);
  by_destination_.erase(gone);
}

void RedirectList::forget_next_hop(const Ipv6Address& next_hop) { forget(next_hop, true); }
void RedirectList::forget_router(const Ipv6Address& router) { forget(router, false); }

void RedirectList::forget(const Ipv6Address& next_hop, bool itself_too) {
  auto at = by_next_hop_.lower_bound({next_hop, Ipv6Address{}});
  while (at != by_next_hop_.end() && at->first == next_hop) {
    const Ipv6Address destination = at->second;
    ++at;
    if (itself_too || destination != next_hop) erase(destination);
  }
}

void RedirectList::clear() noexcept {
  by_destination_.clear();
  by_next_hop_.clear();
  order_.clear();
}

std::optional<Ipv6Address> RedirectList::find(const Ipv6Address& destination) const noexcept {
  const auto found = by_destination_.find(destination);
  if (found == by_destination_.end()) return std::nullopt;
  return found->second.next_hop;
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/redirect_list.hpp"

#include <algorithm>

namespace onlink::inline v0 {

void RedirectList::add(Instant now, const Ipv6Address& destination, const Ipv6Address& next_hop,
                       std::vector<Event>& events) {
  if (max_ == 0) return;
  const auto known = by_destination_.find(destination);
  if (known != by_destination_.end()) {
    if (known->second == next_hop) return;
    known->second = next_hop;
  } else {
    if (by_destination_.size() == max_) {
      by_destination_.erase(order_.front());
      order_.pop_front();
    }
    by_destination_.emplace(destination, next_hop);
    order_.push_back(destination);
  }
  events.emplace_back(Redirected{.time = now, .destination = destination, .next_hop = next_hop});
}

void RedirectList::forget_next_hop(const Ipv6Address& next_hop) {
  if (std::erase_if(by_destination_, [&](const auto& entry) { return entry.second == next_hop; }) == 0) return;
  std::erase_if(order_, [this](const Ipv6Address& destination) { return !by_destination_.contains(destination); });
}

void RedirectList::clear() noexcept {
  by_destination_.clear();
  order_.clear();
}

std::optional<Ipv6Address> RedirectList::find(const Ipv6Address& destination) const noexcept {
  const auto found = by_destination_.find(destination);
  if (found == by_destination_.end()) return std::nullopt;
  return found->second;
}

}  // namespace onlink::inline v0

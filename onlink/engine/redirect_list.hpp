// SPDX-License-Identifier: Apache-2.0
// The destinations that routers redirected (RFC 4861 section 8.3): where each is to be sent instead. Bounded: when
// full, the oldest makes room. What a redirect points to is forgotten when it turns out unreachable (section 7.3.3).
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/event.hpp"

namespace onlink::inline v0 {

class RedirectList {
 public:
  explicit RedirectList(std::size_t max) : max_(max) {}

  void add(Instant now, const Ipv6Address& destination, const Ipv6Address& next_hop, std::vector<Event>& events);
  void forget_next_hop(const Ipv6Address& next_hop);
  void clear() noexcept;
  [[nodiscard]] std::optional<Ipv6Address> find(const Ipv6Address& destination) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return by_destination_.size(); }
  [[nodiscard]] bool empty() const noexcept { return by_destination_.empty(); }

 private:
  std::size_t max_;
  std::unordered_map<IpAddress, Ipv6Address> by_destination_;
  std::deque<Ipv6Address> order_;  // destinations, oldest first
};

}  // namespace onlink::inline v0

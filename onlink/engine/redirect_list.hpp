// SPDX-License-Identifier: Apache-2.0
// The destinations that routers redirected (RFC 4861 section 8.3): where each is to be sent instead. Bounded: when
// full, the oldest makes room. What a redirect points to is forgotten when it turns out unreachable (section 7.3.3),
// or to be no router any more (sections 6.3.5 and 7.2.5).
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/event.hpp"

namespace onlink::inline v0 {

class RedirectList {
 public:
  explicit RedirectList(std::size_t max) : max_(max) {}
  RedirectList(const RedirectList&) = delete;  // Redirection::age points into order_
  RedirectList& operator=(const RedirectList&) = delete;

  void add(Instant now, const Ipv6Address& destination, const Ipv6Address& next_hop, std::vector<Event>& events);
  // Takes no longer than there are redirects to it: many neighbours may fail at once.
  void forget_next_hop(const Ipv6Address& next_hop);
  // Likewise, but what was redirected to be its own next hop stays.
  void forget_router(const Ipv6Address& router);
  void clear() noexcept;
  [[nodiscard]] std::optional<Ipv6Address> find(const Ipv6Address& destination) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return by_destination_.size(); }
  [[nodiscard]] bool empty() const noexcept { return by_destination_.empty(); }

 private:
  struct Redirection {
    Ipv6Address next_hop;
    std::list<Ipv6Address>::iterator age;  // its place in order_
  };
  void erase(const Ipv6Address& destination);
  void forget(const Ipv6Address& next_hop, bool itself_too);

  std::size_t max_;
  std::unordered_map<IpAddress, Redirection> by_destination_;
  std::set<std::pair<Ipv6Address, Ipv6Address>> by_next_hop_;  // and destination
  std::list<Ipv6Address> order_;                               // destinations, oldest first
};

}  // namespace onlink::inline v0

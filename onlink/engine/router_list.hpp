// SPDX-License-Identifier: Apache-2.0
// What Router Advertisements told a host: the default routers and the on-link prefixes (RFC 4861 sections 5.1 and 6.3),
// with RFC 4191's preferences, each until its lifetime is over. Both lists are bounded: when full, what ends first
// makes room.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/event.hpp"
#include "onlink/wire/icmpv6.hpp"

namespace onlink::inline v0 {

struct DefaultRouter {
  Ipv6Address address{};
  RouterPreference preference = RouterPreference::medium;
  std::optional<Instant> until{};  // none: for ever
  bool operator==(const DefaultRouter&) const = default;
};

struct OnLinkPrefix {
  Prefix prefix{};
  std::optional<Instant> until{};
  bool operator==(const OnLinkPrefix&) const = default;
};

class RouterList {
 public:
  RouterList(std::size_t max_routers, std::size_t max_prefixes)
      : max_routers_(max_routers), max_prefixes_(max_prefixes) {}

  // Router lifetime, preference and prefixes with the L flag (section 6.3.4). The parameters are the caller's.
  void on_advertisement(Instant now, const Ipv6Address& router, const RouterAdvertisement& message,
                        std::vector<Event>& events);
  // It says that it is none any more: R = 0 in its NA (section 7.2.5).
  void remove_router(Instant now, const Ipv6Address& router, std::vector<Event>& events);
  void clear_routers(Instant now, std::vector<Event>& events);
  // The link went: nothing of it is known.
  void clear(Instant now, std::vector<Event>& events);
  void on_deadline(Instant now, std::vector<Event>& events);
  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept;

  // In the order of their coming.
  [[nodiscard]] const std::vector<DefaultRouter>& routers() const noexcept { return routers_; }
  [[nodiscard]] const std::vector<OnLinkPrefix>& prefixes() const noexcept { return prefixes_; }
  // The longest learned prefix that covers it.
  [[nodiscard]] std::optional<Prefix> on_link(Instant now, const Ipv6Address& address) const noexcept;

 private:
  void on_prefix(Instant now, const PrefixInformation& information, std::vector<Event>& events);
  void set_router(const DefaultRouter& router, Instant now, std::vector<Event>& events);

  std::size_t max_routers_;
  std::size_t max_prefixes_;
  std::vector<DefaultRouter> routers_;
  std::vector<OnLinkPrefix> prefixes_;
};

}  // namespace onlink::inline v0

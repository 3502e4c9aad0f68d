// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/host_view.hpp"

#include <algorithm>

namespace onlink::inline v0 {
namespace {

constexpr std::uint8_t longest_with_broadcast = 30;  // a /31 has two hosts (RFC 3021)
constexpr Prefix link_local_network{Ipv6Address{{0xfe, 0x80}}, 10};

const HostAddress* find_in(const std::vector<HostAddress>& addresses, const IpAddress& address) noexcept {
  const auto found = std::ranges::find(addresses, address, [](const HostAddress& own) { return own.prefix.address; });
  return found == addresses.end() ? nullptr : &*found;
}

// Tentative ones are not yet ours, and duplicates never will be.
bool is_assigned(const HostAddress& own) noexcept {
  return own.state != HostAddressState::tentative && own.state != HostAddressState::duplicate;
}

bool is_configured(const HostView& host, const IpAddress& address) noexcept {
  for (const auto* addresses : {&host.addresses, &host.elsewhere}) {
    const HostAddress* own = find_in(*addresses, address);
    if (own != nullptr && is_assigned(*own)) return true;
  }
  return false;
}

bool is_directed_broadcast(const HostView& host, const IpAddress& address) noexcept {
  const auto is_last = [&](const HostAddress& own) {
    return own.prefix.address.is_ipv4() && own.prefix.length <= longest_with_broadcast &&
           own.prefix.last_address() == address;
  };
  return std::ranges::any_of(host.addresses, is_last) || std::ranges::any_of(host.elsewhere, is_last);
}

std::optional<AddressKind> special_kind(const IpAddress& address) noexcept {
  if (address.is_multicast()) return AddressKind::multicast;
  if (address.is_ipv6()) {
    if (address.is_unspecified()) return AddressKind::unspecified;
    if (address.ipv6().is_loopback()) return AddressKind::local;
    return std::nullopt;
  }
  if (address.octets()[0] == 0) return AddressKind::unspecified;  // all of 0/8
  if (address.ipv4().is_broadcast()) return AddressKind::broadcast;
  if (address.ipv4().is_loopback()) return AddressKind::local;
  return std::nullopt;
}

// The best of the routes that were offered so far.
class BestRoute {
 public:
  explicit BestRoute(const IpAddress& destination) : destination_(destination) {}

  void offer(const Prefix& prefix, std::uint32_t metric, const RouteFound& route) noexcept {
    if (!prefix.contains(destination_)) return;
    const bool better =
        !found_ || prefix.length > found_->length || (prefix.length == found_->length && metric < metric_);
    if (!better) return;
    found_ = route;
    found_->length = prefix.length;
    metric_ = metric;
  }
  [[nodiscard]] const std::optional<RouteFound>& found() const noexcept { return found_; }

 private:
  const IpAddress& destination_;
  std::optional<RouteFound> found_;
  std::uint32_t metric_ = 0;
};

bool makes_on_link(const HostAddress& own) noexcept {
  return own.prefix.address.is_ipv4() || (own.on_link_prefix && own.state != HostAddressState::duplicate);
}

}  // namespace

AddressKind kind_of(const HostView& host, const IpAddress& address) noexcept {
  if (const auto special = special_kind(address)) return *special;
  if (is_configured(host, address) || in_local_range(host, address)) return AddressKind::local;
  return is_directed_broadcast(host, address) ? AddressKind::broadcast : AddressKind::unicast;
}

bool is_broadcast(const HostView& host, const IpAddress& address) noexcept {
  constexpr unsigned host_bits = 0x03;  // as many at least has a network with a broadcast address
  return address.is_ipv4() && (address.octets()[3] & host_bits) == host_bits &&
         kind_of(host, address) == AddressKind::broadcast;
}

const HostAddress* find_address(const HostView& host, const IpAddress& address) noexcept {
  return find_in(host.addresses, address);
}

bool in_local_range(const HostView& host, const IpAddress& address) noexcept {
  return std::ranges::any_of(host.local_ranges, [&](const AddressRange& range) { return range.contains(address); });
}

bool answers_for(const HostView& host, const IpAddress& address) noexcept {
  const HostAddress* own = find_address(host, address);
  return own != nullptr ? is_assigned(*own) : in_local_range(host, address);
}

bool in_own_network(const HostView& host, const IpAddress& address) noexcept {
  return std::ranges::any_of(host.addresses, [&](const HostAddress& own) { return own.prefix.contains(address); });
}

bool is_proxied(const HostView& host, const IpAddress& address) noexcept {
  return std::ranges::find(host.proxied, address) != host.proxied.end();
}

std::optional<RouteFound> find_route(const HostView& host, const IpAddress& destination) noexcept {
  BestRoute best{destination};
  best.offer(link_local_network, 0, {});
  for (const HostAddress& own : host.addresses) {
    if (makes_on_link(own)) best.offer(own.prefix, 0, {});
  }
  for (const HostAddress& own : host.elsewhere) {
    if (makes_on_link(own) && !(own.prefix.address.is_ipv6() && own.prefix.address.is_link_local())) {
      best.offer(own.prefix, 0, {.other_interface = true});
    }
  }
  for (const HostRoute& route : host.routes) {
    best.offer(route.destination, route.metric, {.gateway = route.gateway, .other_interface = route.other_interface});
  }
  return best.found();
}

bool hears(const HostView& host, const EthernetHeader& ethernet) noexcept {
  return ethernet.encapsulation == Encapsulation::ethernet2 && ethernet.vlans.same_network(host.vlans) &&
         (ethernet.destination.is_group() || ethernet.destination == host.mac);
}

}  // namespace onlink::inline v0

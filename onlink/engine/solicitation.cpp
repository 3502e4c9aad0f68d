// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/solicitation.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include "onlink/wire/ipv4.hpp"
#include "onlink/wire/ipv6.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t ipv4_source_at = 12;
constexpr std::size_t ipv6_source_at = 8;

bool is_ipv4(const HostAddress& own) noexcept { return own.prefix.address.is_ipv4(); }

// Both the target and the source lie in one network of this interface (Linux: inet_addr_onlink).
bool share_a_network(const HostView& host, Ipv4Address target, Ipv4Address source) noexcept {
  return std::ranges::any_of(host.addresses, [&](const HostAddress& own) {
    return is_ipv4(own) && !own.secondary && own.prefix.contains(target) && own.prefix.contains(source);
  });
}

std::optional<Ipv4Address> announced_source(const HostView& host, std::uint8_t arp_announce, Ipv4Address target,
                                            Ipv4Address packet_source) noexcept {
  if (arp_announce == 2 || kind_of(host, packet_source) != AddressKind::local) return std::nullopt;
  if (arp_announce == 1 && !share_a_network(host, target, packet_source)) return std::nullopt;
  return packet_source;
}

std::optional<Ipv4Address> primary_of_interface(const HostView& host, Ipv4Address target) noexcept {
  std::optional<Ipv4Address> found;
  for (const HostAddress& own : host.addresses) {
    if (!is_ipv4(own) || own.secondary || own.scope == HostAddressScope::host) continue;
    if (own.prefix.contains(target)) return own.prefix.address.ipv4();
    if (!found) found = own.prefix.address.ipv4();
  }
  return found;
}

std::optional<Ipv4Address> primary_elsewhere(const HostView& host) noexcept {
  for (const HostAddress& own : host.elsewhere) {
    if (is_ipv4(own) && !own.secondary && own.scope == HostAddressScope::global) return own.prefix.address.ipv4();
  }
  return std::nullopt;
}

std::optional<IpAddress> first_of_ranges(const HostView& host, Family family) noexcept {
  for (const AddressRange& range : host.local_ranges) {
    if (range.first.family() == family) return range.first;
  }
  return std::nullopt;
}

// Linux: inet_select_addr.
Ipv4Address selected_ipv4(const HostView& host, Ipv4Address target) noexcept {
  if (const auto own = primary_of_interface(host, target)) return *own;
  if (const auto range = first_of_ranges(host, Family::ipv4)) return range->ipv4();
  return primary_elsewhere(host).value_or(Ipv4Address{});
}

unsigned common_prefix(const Ipv6Address& a, const Ipv6Address& b) noexcept {
  for (std::size_t i = 0; i < a.octets.size(); ++i) {
    const auto differing = static_cast<std::uint8_t>(a.octets[i] ^ b.octets[i]);
    if (differing != 0) return static_cast<unsigned>(8 * i) + static_cast<unsigned>(std::countl_zero(differing));
  }
  return 128;
}

bool is_source(const HostAddress& own) noexcept {
  return own.prefix.address.is_ipv6() && !own.anycast && own.state != HostAddressState::tentative &&
         own.state != HostAddressState::duplicate;
}

// RFC 6724 section 5, rules 2, 3 (RFC 4429 section 3.2 sets an optimistic address behind the others) and 8.
auto merit(const HostAddress& own, const Ipv6Address& destination) noexcept {
  const Ipv6Address address = own.prefix.address.ipv6();
  const bool same_scope = address.is_link_local() == destination.is_link_local();
  const bool preferred = own.state == HostAddressState::preferred;
  return std::tuple{same_scope, preferred, common_prefix(address, destination)};
}

std::optional<Ipv6Address> best_ipv6(const HostView& host, const Ipv6Address& destination) noexcept {
  const HostAddress* best = nullptr;
  for (const HostAddress& own : host.addresses) {
    if (!is_source(own)) continue;
    if (best == nullptr || merit(own, destination) > merit(*best, destination)) best = &own;
  }
  if (best != nullptr) return best->prefix.address.ipv6();
  if (const auto range = first_of_ranges(host, Family::ipv6)) return range->ipv6();
  return std::nullopt;
}

// Neither tentative nor optimistic: such an address must not be bound to our MAC in others' caches (RFC 4429 section
// 3.3).
std::optional<Ipv6Address> checked_link_local(const HostView& host) noexcept {
  for (const HostAddress& own : host.addresses) {
    if (is_source(own) && own.state != HostAddressState::optimistic && own.prefix.address.is_link_local()) {
      return own.prefix.address.ipv6();
    }
  }
  return std::nullopt;
}

bool may_solicit(const HostView& host, const Ipv6Address& source) noexcept {
  const HostAddress* own = find_address(host, source);
  if (own == nullptr) return in_local_range(host, source);
  return is_source(*own) && own->state != HostAddressState::optimistic;
}

}  // namespace

std::optional<IpAddress> source_of(Family family, Bytes packet) noexcept {
  if (family == Family::ipv4) {
    if (packet.size() < ipv4_header_size) return std::nullopt;
    return Ipv4Address{load_be<std::uint32_t>(packet.subspan(ipv4_source_at).first<4>())};
  }
  if (packet.size() < ipv6_header_size) return std::nullopt;
  Reader in{packet.subspan(ipv6_source_at)};
  return Ipv6Address{in.octets<16>()};
}

Ipv4Address arp_source(const HostView& host, std::uint8_t arp_announce, Ipv4Address target,
                       std::optional<Ipv4Address> packet_source) noexcept {
  if (packet_source) {
    if (const auto source = announced_source(host, arp_announce, target, *packet_source)) return *source;
  }
  return selected_ipv4(host, target);
}

std::optional<Ipv6Address> ndp_source(const HostView& host, const Ipv6Address& target,
                                      const std::optional<Ipv6Address>& packet_source) noexcept {
  if (packet_source && may_solicit(host, *packet_source)) return packet_source;
  if (const auto link_local = checked_link_local(host)) return link_local;
  const auto best = best_ipv6(host, target);
  return best && may_solicit(host, *best) ? best : std::nullopt;
}

std::optional<IpAddress> best_source(const HostView& host, const IpAddress& destination) noexcept {
  if (destination.is_ipv6()) return best_ipv6(host, destination.ipv6());
  const Ipv4Address source = selected_ipv4(host, destination.ipv4());
  if (source.is_unspecified()) return std::nullopt;
  return source;
}

}  // namespace onlink::inline v0

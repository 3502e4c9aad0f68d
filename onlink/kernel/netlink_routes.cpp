// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <string>
#include <tuple>

#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/netlink_message.hpp"

namespace onlink::inline v0::kernel {
namespace {

RouteKind kind_of(std::uint8_t type, bool has_gateway) noexcept {
  switch (type) {
    case RTN_UNICAST:
      return has_gateway ? RouteKind::gateway : RouteKind::on_link;
    case RTN_LOCAL:
    case RTN_ANYCAST:
      return RouteKind::local;
    case RTN_BROADCAST:
      return RouteKind::broadcast;
    case RTN_MULTICAST:
      return RouteKind::multicast;
    default:
      return RouteKind::unreachable;
  }
}

// RTA_VIA: the next hop of another family than the destination's (RFC 5549).
std::optional<IpAddress> via_of(const nlattr* attribute) {
  if (attribute == nullptr) return std::nullopt;
  const std::size_t size = mnl_attr_get_payload_len(attribute);
  const std::size_t address_size = size < sizeof(rtvia) ? 0 : size - sizeof(rtvia);
  if (address_size != 4 && address_size != 16) return std::nullopt;
  std::array<std::uint8_t, 16> octets{};
  std::memcpy(octets.data(), static_cast<const char*>(mnl_attr_get_payload(attribute)) + sizeof(rtvia), address_size);
  return IpAddress::from_octets(address_size == 4 ? Family::ipv4 : Family::ipv6, octets);
}

struct NextHop {
  int interface = 0;
  std::optional<IpAddress> gateway;
};

std::optional<IpAddress> gateway_of(const Attributes<RTA_MAX>& attributes) {
  const auto gateway = attributes.ip(RTA_GATEWAY);
  return gateway ? gateway : via_of(attributes[RTA_VIA]);
}

// Of several next hops the first: its weight may be small, yet it is one that packets take.
NextHop first_of_many(const nlattr* multipath) {
  if (multipath == nullptr || mnl_attr_get_payload_len(multipath) < sizeof(rtnexthop)) return {};
  const auto& hop = *static_cast<const rtnexthop*>(mnl_attr_get_payload(multipath));
  const std::size_t size = std::min<std::size_t>(hop.rtnh_len, mnl_attr_get_payload_len(multipath));
  if (size < sizeof(rtnexthop)) return {};
  const Attributes<RTA_MAX> attributes(&hop + 1, size - sizeof(rtnexthop));
  return {.interface = hop.rtnh_ifindex, .gateway = gateway_of(attributes)};
}

NextHop next_hop_of(const Attributes<RTA_MAX>& attributes) {
  if (const auto interface = attributes.value<int>(RTA_OIF)) {
    return {.interface = *interface, .gateway = gateway_of(attributes)};
  }
  return first_of_many(attributes[RTA_MULTIPATH]);
}

RouteAnswer parse_answer(const nlmsghdr& message) {
  const auto& route = payload_of<rtmsg>(message);
  const Attributes<RTA_MAX> attributes(message, sizeof(rtmsg));
  const NextHop hop = next_hop_of(attributes);
  RouteAnswer out{.kind = kind_of(route.rtm_type, hop.gateway.has_value()),
                  .interface = hop.interface,
                  .gateway = hop.gateway,
                  .preferred_source = attributes.ip(RTA_PREFSRC)};
  // The kernel gives unreachable destinations the loopback as their interface.
  if (out.kind == RouteKind::unreachable) out = RouteAnswer{};
  return out;
}

// How a route that forbids (or the lack of any) shows: as an error of the lookup.
bool means_unreachable(int sys_errno) noexcept {
  return sys_errno == ENETUNREACH || sys_errno == EHOSTUNREACH || sys_errno == EACCES || sys_errno == EINVAL ||
         sys_errno == ENETDOWN;
}

std::optional<DefaultRoute> parse_default_route(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(&message) < sizeof(rtmsg)) return std::nullopt;
  const auto& route = payload_of<rtmsg>(message);
  const Attributes<RTA_MAX> attributes(message, sizeof(rtmsg));
  const std::uint32_t table = attributes.value<std::uint32_t>(RTA_TABLE).value_or(route.rtm_table);
  const bool cached = (route.rtm_flags & RTM_F_CLONED) != 0;
  if (route.rtm_dst_len != 0 || route.rtm_type != RTN_UNICAST || table != RT_TABLE_MAIN || cached) return std::nullopt;
  const NextHop hop = next_hop_of(attributes);
  return DefaultRoute{.family = route.rtm_family == AF_INET ? Family::ipv4 : Family::ipv6,
                      .interface = hop.interface,
                      .gateway = hop.gateway,
                      .metric = attributes.value<std::uint32_t>(RTA_PRIORITY).value_or(0)};
}

std::optional<Prefix> parse_destination(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(&message) < sizeof(rtmsg)) return std::nullopt;
  const auto& route = payload_of<rtmsg>(message);
  if (route.rtm_family != AF_INET && route.rtm_family != AF_INET6) return std::nullopt;
  if ((route.rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
  const Family family = route.rtm_family == AF_INET ? Family::ipv4 : Family::ipv6;
  // A default route carries no destination.
  const auto destination = Attributes<RTA_MAX>(message, sizeof(rtmsg)).ip(RTA_DST);
  return Prefix{destination.value_or(IpAddress::from_octets(family, {})), route.rtm_dst_len};
}

// Equal metrics stay in the kernel's order. An insertion sort: there are one or two.
void sort_by_metric(std::vector<DefaultRoute>& routes) {
  for (auto at = routes.begin(); at != routes.end(); ++at) {
    std::rotate(std::ranges::upper_bound(routes.begin(), at, at->metric, {}, &DefaultRoute::metric), at, at + 1);
  }
}

std::expected<std::vector<DefaultRoute>, Error> default_routes_of(Netlink& netlink, Family family) {
  Request request(RTM_GETROUTE, NLM_F_DUMP);
  auto& filter = request.payload<rtmsg>();
  filter.rtm_family = address_family(family);
  filter.rtm_table = RT_TABLE_MAIN;
  filter.rtm_type = RTN_UNICAST;
  request.put_u32(RTA_TABLE, RT_TABLE_MAIN);
  auto routes = dump<DefaultRoute>(netlink, request, "list routes", parse_default_route);
  // A namespace in which the family was never used has no such table.
  if (!routes && routes.error().sys_errno == ENOENT) return std::vector<DefaultRoute>{};
  if (routes) sort_by_metric(*routes);
  return routes;
}

}  // namespace

std::expected<RouteAnswer, Error> Netlink::route_get(const IpAddress& destination, int out_interface) {
  Request request(RTM_GETROUTE, 0);
  auto& route = request.payload<rtmsg>();
  route.rtm_family = address_family(destination.family());
  route.rtm_dst_len = static_cast<std::uint8_t>(destination.bits());
  request.put(RTA_DST, destination);
  if (out_interface != 0) request.put_u32(RTA_OIF, static_cast<std::uint32_t>(out_interface));
  RouteAnswer answer;
  const auto done = transact(request.header(), "route to " + to_string(destination), [&](const nlmsghdr& message) {
    if (message.nlmsg_type == RTM_NEWROUTE && mnl_nlmsg_get_payload_len(&message) >= sizeof(rtmsg)) {
      answer = parse_answer(message);
    }
  });
  if (!done && !means_unreachable(done.error().sys_errno)) return std::unexpected(done.error());
  return answer;
}

std::expected<std::vector<Prefix>, Error> Netlink::route_destinations(Family family) {
  Request request(RTM_GETROUTE, NLM_F_DUMP);
  request.payload<rtmsg>().rtm_family = address_family(family);
  return dump<Prefix>(*this, request, "list routes", parse_destination);
}

std::expected<std::vector<DefaultRoute>, Error> Netlink::default_routes() {
  auto routes = default_routes_of(*this, Family::ipv4);
  if (!routes) return routes;
  const auto ipv6 = default_routes_of(*this, Family::ipv6);
  if (ipv6) routes->insert(routes->end(), ipv6->begin(), ipv6->end());
  return routes;
}

std::expected<std::optional<Link>, Error> Netlink::default_route_interface() {
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const auto routes = default_routes_of(*this, family);
    if (!routes && family == Family::ipv4) return std::unexpected(routes.error());
    if (!routes || routes->empty()) continue;
    auto link = find_link(routes->front().interface);
    if (!link) return std::unexpected(link.error());
    return std::move(*link);
  }
  return std::nullopt;
}

}  // namespace onlink::inline v0::kernel

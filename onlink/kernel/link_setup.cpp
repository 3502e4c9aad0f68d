// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/link_setup.hpp"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/veth.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "onlink/kernel/netlink_message.hpp"

namespace onlink::inline v0::kernel {
namespace {

constexpr unsigned up_flag = IFF_UP;
constexpr unsigned no_arp_flag = IFF_NOARP;
constexpr std::uint16_t create_new = NLM_F_CREATE | NLM_F_EXCL;

std::expected<void, Error> commit(Netlink& netlink, Request& request, const std::string& what) {
  return netlink.transact(request.header(), what, [](const nlmsghdr&) {});
}

// The name to speak of an interface in an error; asked only then.
std::string shown_name(Netlink& netlink, int index) {
  const auto link = netlink.find_link(index);
  return link ? link->name : "interface " + std::to_string(index);
}

std::expected<void, Error> commit_for(Netlink& netlink, Request& request, int index, const std::string& what) {
  auto done = commit(netlink, request, what);
  if (!done) done.error().context.insert(0, shown_name(netlink, index) + ": ");
  return done;
}

// In a request of its own: the kernel reads this behind the flags, when an interface that comes up has its address
// already.
std::expected<void, Error> set_address_generation(Netlink& netlink, int index, bool automatic) {
  Request request(RTM_NEWLINK, 0);
  request.payload<ifinfomsg>().ifi_index = index;
  {
    const Request::Nest families(request, IFLA_AF_SPEC);
    const Request::Nest ipv6(request, AF_INET6);
    request.put_u8(IFLA_INET6_ADDR_GEN_MODE, automatic ? IN6_ADDR_GEN_MODE_EUI64 : IN6_ADDR_GEN_MODE_NONE);
  }
  return commit_for(netlink, request, index, "set how link-local addresses are made");
}

// The header and the attributes that describe one new interface; the kind follows.
void put_new_link(Request& request, const NewLink& link) {
  auto& info = request.payload<ifinfomsg>();
  info.ifi_flags = link.up ? up_flag : 0;
  info.ifi_change = up_flag;
  request.put(IFLA_IFNAME, link.name);
  if (link.mac) request.put(IFLA_ADDRESS, *link.mac);
  if (link.namespace_fd) request.put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(*link.namespace_fd));
  if (link.master != 0) request.put_u32(IFLA_MASTER, static_cast<std::uint32_t>(link.master));
}

void put_bridge_settings(Request& request) {
  const Request::Nest data(request, IFLA_INFO_DATA);
  request.put_u32(IFLA_BR_FORWARD_DELAY, 0);
  request.put_u32(IFLA_BR_STP_STATE, 0);
  request.put_u8(IFLA_BR_MCAST_SNOOPING, 0);
}

// A next hop of another family than the destination's travels as RTA_VIA (RFC 5549).
void put_gateway(Request& request, Family destination, const IpAddress& gateway) {
  if (gateway.family() == destination) return request.put(RTA_GATEWAY, gateway);
  std::array<std::uint8_t, sizeof(rtvia) + 16> via{};
  const std::uint16_t family = address_family(gateway.family());
  std::memcpy(via.data(), &family, sizeof family);
  std::ranges::copy(std::span(gateway.octets()).first(gateway.size()), via.begin() + sizeof(rtvia));
  request.put(RTA_VIA, via.data(), sizeof(rtvia) + gateway.size());
}

std::uint8_t scope_of(const NewAddress& address) {
  switch (address.scope.value_or(address.prefix.address.is_link_local() ? AddressScope::link : AddressScope::global)) {
    case AddressScope::global:
      return RT_SCOPE_UNIVERSE;
    case AddressScope::site:
      return RT_SCOPE_SITE;
    case AddressScope::link:
      return RT_SCOPE_LINK;
    case AddressScope::host:
      return RT_SCOPE_HOST;
    case AddressScope::nowhere:
      break;
  }
  return RT_SCOPE_NOWHERE;
}

ifaddrmsg& put_address(Request& request, int index, const Prefix& prefix) {
  auto& info = request.payload<ifaddrmsg>();
  info.ifa_family = address_family(prefix.address.family());
  info.ifa_prefixlen = prefix.length;
  info.ifa_index = static_cast<unsigned>(index);
  request.put(IFA_LOCAL, prefix.address);
  request.put(IFA_ADDRESS, prefix.address);
  return info;
}

void put_route(Request& request, const NewRoute& route) {
  auto& info = request.payload<rtmsg>();
  info.rtm_family = address_family(route.destination.address.family());
  info.rtm_dst_len = route.destination.length;
  info.rtm_protocol = RTPROT_STATIC;
  info.rtm_table = route.table == RouteTable::local ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
  info.rtm_type = route.local ? RTN_LOCAL : RTN_UNICAST;
  info.rtm_scope = route.local ? RT_SCOPE_HOST : route.gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  if (route.destination.length != 0) request.put(RTA_DST, route.destination.network());
  if (route.gateway) put_gateway(request, route.destination.address.family(), *route.gateway);
  if (route.interface != 0) request.put_u32(RTA_OIF, static_cast<std::uint32_t>(route.interface));
  if (route.metric != 0) request.put_u32(RTA_PRIORITY, route.metric);
}

}  // namespace

std::expected<void, Error> create_veth(Netlink& netlink, const NewLink& near, const NewLink& far) {
  Request request(RTM_NEWLINK, create_new);
  put_new_link(request, near);
  {
    const Request::Nest kind(request, IFLA_LINKINFO);
    request.put(IFLA_INFO_KIND, std::string("veth"));
    const Request::Nest data(request, IFLA_INFO_DATA);
    const Request::Nest peer(request, VETH_INFO_PEER);
    put_new_link(request, far);
  }
  return commit(netlink, request, near.name + ": create veth pair with " + far.name);
}

std::expected<void, Error> create_bridge(Netlink& netlink, const NewLink& bridge) {
  Request request(RTM_NEWLINK, create_new);
  put_new_link(request, bridge);
  {
    const Request::Nest kind(request, IFLA_LINKINFO);
    request.put(IFLA_INFO_KIND, std::string("bridge"));
    put_bridge_settings(request);
  }
  return commit(netlink, request, bridge.name + ": create bridge");
}

std::expected<void, Error> change_link(Netlink& netlink, int index, const LinkChange& change) {
  if (change.automatic_link_local) {
    if (auto done = set_address_generation(netlink, index, *change.automatic_link_local); !done) return done;
  }
  Request request(RTM_NEWLINK, 0);
  auto& info = request.payload<ifinfomsg>();
  info.ifi_index = index;
  if (change.up) {
    info.ifi_change |= up_flag;
    info.ifi_flags |= *change.up ? up_flag : 0;
  }
  if (change.arp) {
    info.ifi_change |= no_arp_flag;
    info.ifi_flags |= *change.arp ? 0 : no_arp_flag;
  }
  if (change.name) request.put(IFLA_IFNAME, *change.name);
  if (change.mac) request.put(IFLA_ADDRESS, *change.mac);
  if (change.mtu) request.put_u32(IFLA_MTU, *change.mtu);
  if (change.master) request.put_u32(IFLA_MASTER, static_cast<std::uint32_t>(*change.master));
  if (change.namespace_fd) request.put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(*change.namespace_fd));
  return commit_for(netlink, request, index, "change the interface");
}

std::expected<void, Error> delete_link(Netlink& netlink, int index) {
  Request request(RTM_DELLINK, 0);
  request.payload<ifinfomsg>().ifi_index = index;
  return commit_for(netlink, request, index, "delete the interface");
}

std::expected<void, Error> add_address(Netlink& netlink, int index, const NewAddress& address) {
  const Prefix& prefix = address.prefix;
  Request request(RTM_NEWADDR, create_new);
  put_address(request, index, prefix).ifa_scope = scope_of(address);
  if (prefix.address.is_ipv4() && prefix.length <= 30) request.put(IFA_BROADCAST, prefix.last_address());
  const std::uint32_t flags =
      (address.without_detection ? IFA_F_NODAD : 0U) | (address.optimistic ? IFA_F_OPTIMISTIC : 0U);
  if (flags != 0) request.put_u32(IFA_FLAGS, flags);
  return commit_for(netlink, request, index, "add address " + to_string(prefix));
}

std::expected<void, Error> remove_address(Netlink& netlink, int index, const Prefix& address) {
  Request request(RTM_DELADDR, 0);
  put_address(request, index, address);
  return commit_for(netlink, request, index, "remove address " + to_string(address));
}

std::expected<void, Error> add_route(Netlink& netlink, const NewRoute& route) {
  Request request(RTM_NEWROUTE, create_new);
  put_route(request, route);
  return commit(netlink, request, "add route " + to_string(route.destination));
}

std::expected<void, Error> remove_route(Netlink& netlink, const NewRoute& route) {
  Request request(RTM_DELROUTE, 0);
  put_route(request, route);
  return commit(netlink, request, "remove route " + to_string(route.destination));
}

}  // namespace onlink::inline v0::kernel

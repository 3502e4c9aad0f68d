// SPDX-License-Identifier: Apache-2.0
#include <linux/if_addr.h>

#include <utility>

#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/netlink_message.hpp"

namespace onlink::inline v0::kernel {
namespace {

AddressScope scope_of(std::uint8_t scope) noexcept {
  switch (scope) {
    case RT_SCOPE_UNIVERSE:
      return AddressScope::global;
    case RT_SCOPE_SITE:
      return AddressScope::site;
    case RT_SCOPE_LINK:
      return AddressScope::link;
    case RT_SCOPE_HOST:
      return AddressScope::host;
    default:
      return AddressScope::nowhere;
  }
}

std::optional<InterfaceAddress> parse_address(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(&message) < sizeof(ifaddrmsg)) return std::nullopt;
  const auto& info = payload_of<ifaddrmsg>(message);
  const Attributes<IFA_MAX> attributes(message, sizeof(ifaddrmsg));
  // IFA_LOCAL is ours and IFA_ADDRESS the peer's on point-to-point links; elsewhere IFA_ADDRESS is ours.
  const auto local = attributes.ip(IFA_LOCAL);
  const auto address = attributes.ip(IFA_ADDRESS);
  if (!local && !address) return std::nullopt;
  const std::uint32_t flags = attributes.value<std::uint32_t>(IFA_FLAGS).value_or(info.ifa_flags);
  const auto has = [flags](std::uint32_t flag) { return (flags & flag) != 0; };
  InterfaceAddress out{.interface = static_cast<int>(info.ifa_index),
                       .prefix = {local ? *local : *address, info.ifa_prefixlen},
                       .scope = scope_of(info.ifa_scope),
                       .peer = {},
                       .tentative = has(IFA_F_TENTATIVE) && !has(IFA_F_OPTIMISTIC),
                       .duplicate = has(IFA_F_DADFAILED),
                       .deprecated = has(IFA_F_DEPRECATED),
                       .temporary = has(IFA_F_TEMPORARY),
                       .permanent = has(IFA_F_PERMANENT)};
  if (local && address && *local != *address) out.peer = address;
  return out;
}

}  // namespace

std::expected<std::vector<InterfaceAddress>, Error> Netlink::addresses(int index, std::optional<Family> family) {
  Request request(RTM_GETADDR, NLM_F_DUMP);
  auto& filter = request.payload<ifaddrmsg>();
  filter.ifa_family = address_family(family);
  filter.ifa_index = static_cast<unsigned>(index);
  return dump<InterfaceAddress>(*this, request, "list addresses", [=](const nlmsghdr& message) {
    auto address = parse_address(message);
    // A kernel without strict checking (before 4.20) ignores the filter.
    if (address && index != 0 && address->interface != index) address.reset();
    return address;
  });
}

}  // namespace onlink::inline v0::kernel

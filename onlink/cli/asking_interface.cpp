// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/asking_interface.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

bool usable(const kernel::InterfaceAddress& address, Family family) {
  return address.prefix.address.family() == family && !address.tentative && !address.duplicate;
}

std::expected<kernel::Link, Error> find_named_or_default(kernel::Netlink& netlink, const Context& context) {
  if (context.interface) return netlink.find_link(*context.interface);
  auto found = netlink.default_route_interface();
  if (!found) return std::unexpected(found.error());
  if (!*found) {
    return std::unexpected(
        Error{ErrorCode::no_interface, 0, "no default route to take the interface from; name one with -i"});
  }
  context.say(fmt::format("on {}, the default route's interface", printable((*found)->name)));
  return **std::move(found);
}

std::optional<Error> check(const kernel::Link& link) {
  const std::string name = printable(link.name);
  const auto refuse = [&](ErrorCode code, std::string_view why) {
    return Error{code, 0, fmt::format("{}: ask: {}", name, why)};
  };
  if (link.loopback)
    return refuse(ErrorCode::unsupported, "a loopback resolves no addresses (name a real interface with -i)");
  if (!link.ethernet)
    return refuse(ErrorCode::unsupported, "it carries no Ethernet frames (name another interface with -i)");
  if (!link.up) return refuse(ErrorCode::link_down, fmt::format("the interface is down (ip link set dev {} up)", name));
  if (link.noarp)
    return refuse(ErrorCode::unsupported,
                  fmt::format("address resolution is switched off (ip link set dev {} arp on)", name));
  if (!link.running) return refuse(ErrorCode::link_down, "no carrier (is the cable in, or the peer up?)");
  return std::nullopt;
}

}  // namespace

std::expected<AskingInterface, Error> choose_interface(kernel::Netlink& netlink, const Context& context) {
  auto link = find_named_or_default(netlink, context);
  if (!link) return std::unexpected(link.error());
  if (auto error = check(*link)) return std::unexpected(*std::move(error));
  auto addresses = netlink.addresses(link->index);
  if (!addresses) return std::unexpected(addresses.error());
  return AskingInterface{*std::move(link), *std::move(addresses)};
}

std::optional<IpAddress> source_for(const AskingInterface& interface, const IpAddress& target,
                                    const std::optional<IpAddress>& preferred) {
  const auto first_that = [&](auto fits) -> std::optional<IpAddress> {
    for (const kernel::InterfaceAddress& a : interface.addresses) {
      if (usable(a, target.family()) && fits(a)) return a.prefix.address;
    }
    return std::nullopt;
  };
  const auto link_local = [](const kernel::InterfaceAddress& a) { return a.prefix.address.is_link_local(); };
  std::optional<IpAddress> source;
  if (target.is_ipv6() && target.is_link_local()) source = first_that(link_local);
  if (!source && preferred) source = first_that([&](const auto& a) { return a.prefix.address == *preferred; });
  if (!source) source = first_that([&](const auto& a) { return a.network().contains(target); });
  if (!source && target.is_ipv6()) source = first_that(link_local);
  return source ? source : first_that([](const auto&) { return true; });
}

bool in_own_network(const AskingInterface& interface, const IpAddress& address) {
  return std::ranges::any_of(interface.addresses, [&](const kernel::InterfaceAddress& a) {
    return a.prefix.address.family() == address.family() && a.network().contains(address);
  });
}

}  // namespace onlink::inline v0::cli

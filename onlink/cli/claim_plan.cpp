// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/claim_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "onlink/cli/own_addresses.hpp"
#include "onlink/kernel/privileges.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

// A ring takes what comes in a burst; few addresses are asked for one by one.
constexpr std::size_t large_crowd = 256;

class Planner {
 public:
  Planner(kernel::Netlink& netlink, const AskingInterface& interface, ClaimOptions& options)
      : netlink_(netlink), interface_(interface), options_(options) {}

  std::expected<ClaimPlan, Error> plan() {
    if (auto permitted = check_permission(); !permitted) return std::unexpected(permitted.error());
    plan_.claimer = options_.claimer;
    plan_.claimer.mac = options_.mac.value_or(interface_.link.mac);
    for (const ClaimTarget& target : options_.targets) {
      plan_.targets.push_back({target.address, target.length.value_or(network_length(interface_, target.address))});
    }
    for (const Prefix& target : plan_.targets) {
      if (auto possible = check_possible(target); !possible) return std::unexpected(possible.error());
    }
    if (auto found = find_own_macs(); !found) return std::unexpected(found.error());
    if (auto found = find_kernels(); !found) return std::unexpected(found.error());
    note_off_link();
    remember();
    return std::move(plan_);
  }

 private:
  [[nodiscard]] std::expected<void, Error> check_permission() const {
    if (!options_.configure || kernel::has_capability(kernel::Capability::net_admin)) return {};
    return std::unexpected(
        Error{ErrorCode::permission, 0,
              fmt::format("{}: --configure: not permitted (needs CAP_NET_ADMIN)", printable(interface_.link.name))});
  }

  // Point-to-point networks have neither (RFC 3021, RFC 6164).
  static std::expected<void, Error> check_possible(const Prefix& target) {
    if (target.length + 2U > target.address.bits()) return {};
    const bool is_first = target.address == target.network();
    const bool is_last = target.address.is_ipv4() && target.address == target.last_address();
    if (!is_first && !is_last) return {};
    const std::string_view what = is_last                    ? "the broadcast address"
                                  : target.address.is_ipv4() ? "the network address"
                                                             : "the routers' anycast address";
    const AddressRange hosts{advance(target.network(), 1),
                             target.address.is_ipv4() ? previous(target.last_address()) : target.last_address()};
    return std::unexpected(
        usage_error(fmt::format("{}: it is {} of {}, nobody's own (its hosts are {})", target.address, what,
                                to_string(Prefix{target.network(), target.length}), to_string(hosts))));
  }

  // Silence here says nothing of an address that would be looked for elsewhere.
  void note_off_link() {
    for (const ClaimTarget& target : options_.targets) {
      const auto is_here = [&](const kernel::InterfaceAddress& own) { return own.network().contains(target.address); };
      if (target.length || target.address.is_link_local() || std::ranges::any_of(interface_.addresses, is_here))
        continue;
      plan_.notes.push_back(fmt::format("{}: on none of {}'s networks; what is found holds for this link alone",
                                        target.address, printable(interface_.link.name)));
      return;
    }
  }

  // RFC 5227 section 2.1.1: a probe by another interface of this host is no conflict.
  std::expected<void, Error> find_own_macs() {
    const auto links = netlink_.links();
    if (!links) return std::unexpected(links.error());
    for (const kernel::Link& link : *links) {
      if (link.mac != MacAddress{} && link.mac != plan_.claimer.mac) plan_.claimer.own_macs.push_back(link.mac);
    }
    return {};
  }

  std::expected<void, Error> find_kernels() {
    const auto answered = addresses_answered_on(netlink_, interface_.link);
    if (!answered) return std::unexpected(answered.error());
    std::unordered_set<IpAddress> own;
    for (const kernel::InterfaceAddress& address : *answered) own.insert(address.prefix.address);
    const bool shows_other_mac = plan_.claimer.mac != interface_.link.mac;
    // A VLAN is another link than the one that these addresses are on.
    if (!plan_.claimer.vlans.empty()) own.clear();
    for (const Prefix& target : plan_.targets) {
      if (own.contains(target.address))
        (shows_other_mac ? plan_.contradicted : plan_.kernels).push_back(target.address);
    }
    if (!plan_.kernels.empty()) note_kernels();
    return {};
  }

  void note_kernels() {
    const std::string which = plan_.kernels.size() == 1 ? to_string(plan_.kernels.front())
                                                        : fmt::format("{} of the addresses", plan_.kernels.size());
    plan_.notes.push_back(fmt::format(
        "{}: this host's kernel has it already; {}", which,
        plan_.claimer.probe_only ? "asked is whether others have it too" : "it answers, we watch and defend"));
  }

  void remember() {
    if (!options_.memory) return;
    auto previous = options_.memory->open(plan_.claimer.mac);
    if (previous) {
      plan_.previous = *previous;
      return;
    }
    plan_.notes.push_back(
        fmt::format("{}; the address will not be remembered (--no-state asks for that)", previous.error().context));
    options_.memory.reset();
  }

  kernel::Netlink& netlink_;
  const AskingInterface& interface_;
  ClaimOptions& options_;
  ClaimPlan plan_;
};

}  // namespace

std::expected<ClaimPlan, Error> plan_claim(kernel::Netlink& netlink, const AskingInterface& interface,
                                           ClaimOptions& options) {
  return Planner{netlink, interface, options}.plan();
}

std::uint8_t network_length(const AskingInterface& interface, const IpAddress& address) noexcept {
  constexpr std::uint8_t ipv4_link_local = 16;
  constexpr std::uint8_t ipv6_link_local = 64;
  for (const kernel::InterfaceAddress& own : interface.addresses) {
    const Prefix network = own.network();
    if (network.address.family() == address.family() && network.contains(address)) return network.length;
  }
  if (address.is_link_local()) return address.is_ipv4() ? ipv4_link_local : ipv6_link_local;
  return static_cast<std::uint8_t>(address.bits());
}

PacketPortOptions claim_port_options(const kernel::Link& link, const ClaimPlan& plan, bool automatic) {
  const auto any = [&](Family family) {
    return std::ranges::any_of(plan.targets, [family](const Prefix& p) { return p.address.family() == family; });
  };
  PacketPortOptions port{.interface = link.name, .interface_index = link.index};
  port.filter = {.arp = automatic || any(Family::ipv4), .icmpv6 = any(Family::ipv6)};
  port.promiscuous = plan.claimer.mac != link.mac;
  port.all_multicast = any(Family::ipv6);  // the solicited-node groups of the addresses
  if (plan.targets.size() < large_crowd) port.ring_bytes = 0;
  return port;
}

}  // namespace onlink::inline v0::cli

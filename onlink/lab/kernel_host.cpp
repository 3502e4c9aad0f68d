// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/kernel_host.hpp"

#include <string>
#include <string_view>

#include "onlink/kernel/link_ready.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "onlink/lab/diskless.hpp"
#include "onlink/lab/host_process.hpp"

namespace onlink::inline v0::lab {
namespace {

using Done = std::expected<void, Error>;

constexpr int loopback_index = 1;

// Where /proc/sys cannot be written (some containers) the kernel's setting stays.
void prefer_setting(const std::string& key, std::string_view value) {
  [[maybe_unused]] const auto done = kernel::write_sysctl(key, value);
}

// A new namespace takes IPv4 settings from the machine's own, where an administrator may have tightened them.
void use_default_settings() {
  const std::string interface = host_interface;
  for (const std::string& scope : {std::string("all"), std::string("default"), interface}) {
    for (const std::string_view key : {"arp_ignore", "arp_announce", "arp_filter", "rp_filter", "proxy_arp"}) {
      prefer_setting("net/ipv4/conf/" + scope + "/" + std::string(key), "0");
    }
  }
  // Nobody advertises routers here, and a capture shall show what was asked for.
  prefer_setting("net/ipv6/conf/" + interface + "/router_solicitations", "0");
}

Done be_router() {
  if (auto done = kernel::write_sysctl("net/ipv4/ip_forward", "1"); !done) return done;
  if (auto done = kernel::write_sysctl("net/ipv6/conf/all/forwarding", "1"); !done) return done;
  // It answers pings for the networks behind it, yet ARP for its own addresses only.
  return kernel::write_sysctl("net/ipv4/conf/all/arp_ignore", "1");
}

bool speaks(const PlannedHost& host, Family family) {
  for (const Prefix& prefix : host.addresses) {
    if (prefix.address.family() == family) return true;
  }
  return false;
}

class HostSetup {
 public:
  HostSetup(kernel::Netlink& netlink, int index, const LabPlan& plan, const PlannedHost& host)
      : netlink_(netlink), index_(index), plan_(plan), host_(host) {}

  Done run() {
    for (const auto step : {&HostSetup::addresses, &HostSetup::answer_for_crowd, &HostSetup::reach_askers,
                            &HostSetup::routes, &HostSetup::answer_for_the_world, &HostSetup::await_addresses}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    return {};
  }

 private:
  Done addresses() {
    if (speaks(host_, Family::ipv6)) {
      const Prefix link_local{link_local_address(host_.mac), 64};
      if (auto done = kernel::add_address(netlink_, index_, {link_local, true}); !done) return done;
    }
    for (const Prefix& prefix : host_.addresses) {
      if (auto done = kernel::add_address(netlink_, index_, {prefix, true}); !done) return done;
    }
    return {};
  }

  Done answer_for_crowd() {
    const auto taken = taken_addresses(plan_);
    for (const AddressRange& range : host_.crowd) {
      for (const AddressRange& part : without(range, taken)) {
        for (const Prefix& prefix : to_prefixes(part)) {
          if (auto done = local_route(prefix, kernel::RouteTable::local); !done) return done;
        }
      }
    }
    return {};
  }

  // A crowd has no address of its own that would tell it where its neighbours are.
  Done reach_askers() {
    if (host_.role != Role::crowd) return {};
    for (const Prefix& prefix : plan_.asking_host().addresses) {
      const Prefix network{prefix.network(), prefix.length};
      if (prefix.address.is_ipv6() || speaks(host_, Family::ipv4)) continue;
      auto done = kernel::add_route(netlink_, {.destination = network, .interface = index_});
      if (!done) return done;
    }
    return {};
  }

  Done routes() {
    for (const PlannedRoute& route : host_.routes) {
      auto done = kernel::add_route(
          netlink_,
          {.destination = route.destination, .gateway = route.gateway, .interface = index_, .metric = route.metric});
      if (!done) return done;
    }
    return {};
  }

  // In the main table, where the routes to the LAN are more specific and come first.
  Done answer_for_the_world() {
    for (const Prefix& network : host_.reaches) {
      if (auto done = local_route(network, kernel::RouteTable::main); !done) return done;
    }
    return {};
  }

  Done await_addresses() {
    for (const Prefix& prefix : host_.addresses) {
      if (auto done = kernel::await_address(netlink_, prefix.address); !done) return done;
    }
    return {};
  }

  Done local_route(const Prefix& prefix, kernel::RouteTable table) {
    return kernel::add_route(netlink_,
                             {.destination = prefix, .interface = loopback_index, .local = true, .table = table});
  }

  kernel::Netlink& netlink_;
  int index_;
  const LabPlan& plan_;
  const PlannedHost& host_;
};

std::expected<int, Error> bring_up(kernel::Netlink& netlink) {
  const auto link = netlink.find_link(host_interface);
  if (!link) return std::unexpected(link.error());
  auto done = kernel::change_link(netlink, link->index, {.automatic_link_local = false});
  if (done) done = kernel::change_link(netlink, link->index, {.up = true});
  if (done) done = kernel::await_running(netlink, link->index);
  if (!done) return std::unexpected(done.error());
  return link->index;
}

}  // namespace

std::expected<void, Error> set_up_kernel_host(const LabPlan& plan, const PlannedHost& host) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return std::unexpected(netlink.error());
  use_default_settings();
  if (host.role == Role::router) {
    if (auto done = be_router(); !done) return done;
  }
  const auto index = bring_up(*netlink);
  if (!index) return std::unexpected(index.error());
  if (host.boot == Boot::by_hand) return {};
  if (host.boot == Boot::configured) return HostSetup(*netlink, *index, plan, host).run();
  const auto address = boot_by_rarp(host);
  if (!address) return std::unexpected(address.error());
  PlannedHost booted = host;
  booted.addresses = {{*address, host.addresses[0].length}};
  return HostSetup(*netlink, *index, plan, booted).run();
}

std::expected<void, Error> set_up_mute_interface() {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return std::unexpected(netlink.error());
  if (const auto index = bring_up(*netlink); !index) return std::unexpected(index.error());
  return {};
}

}  // namespace onlink::inline v0::lab

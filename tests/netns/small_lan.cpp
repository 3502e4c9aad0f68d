// SPDX-License-Identifier: Apache-2.0
#include "tests/netns/small_lan.hpp"

#include <exception>
#include <expected>
#include <stdexcept>
#include <string>
#include <utility>

#include "onlink/kernel/link_ready.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "tests/support/must.hpp"

namespace onlink::inline v0::test {
namespace {

constexpr int loopback_index = 1;

kernel::Netlink open_netlink_in(int namespace_fd) {
  std::expected<kernel::Netlink, Error> netlink = std::unexpected(Error{});
  must(kernel::run_in_network(namespace_fd, [&netlink] { netlink = kernel::Netlink::open(); }));
  return must(std::move(netlink));
}

MacAddress numbered_mac(std::size_t number) { return MacAddress::from_value(0x020000000000 + number); }

void set_up_host(kernel::Netlink& netlink, int index, const HostPlan& plan) {
  for (const Prefix& address : plan.addresses) {
    must(kernel::add_address(netlink, index, {.prefix = address, .without_detection = true}));
    must(kernel::await_address(netlink, address.address));
  }
  for (const Prefix& crowd : plan.crowd) {
    must(kernel::add_route(
        netlink,
        {.destination = crowd, .interface = loopback_index, .local = true, .table = kernel::RouteTable::local}));
  }
}

}  // namespace

MacAddress mac(std::string_view text) { return must(parse_mac(text)); }
IpAddress ip(std::string_view text) { return must(parse_ip(text)); }
Prefix prefix(std::string_view text) { return must(parse_prefix(text)); }

void KernelHost::run(const std::function<void()>& work) const {
  std::exception_ptr thrown;
  must(kernel::run_in_network(network_.fd(), [&] {
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
  }));
  if (thrown) std::rethrow_exception(thrown);
}

void KernelHost::set_up(bool up) { must(kernel::change_link(netlink_, link_.index, {.up = up})); }

void KernelHost::add_address(const Prefix& address) {
  must(kernel::add_address(netlink_, link_.index, {.prefix = address, .without_detection = true}));
  must(kernel::await_address(netlink_, address.address));
}

void KernelHost::set_sysctl(std::string_view key, std::string_view value) const {
  run([&] { must(kernel::write_sysctl(key, value)); });
}

SmallLan::SmallLan(const HostPlan& ours)
    : bridge_network_(must(kernel::new_network())), bridge_netlink_(open_netlink_in(bridge_network_.fd())) {
  must(kernel::create_bridge(bridge_netlink_, {.name = "lan", .up = false}));
  bridge_ = must(bridge_netlink_.find_link("lan")).index;
  must(kernel::change_link(bridge_netlink_, bridge_, {.automatic_link_local = false}));
  must(kernel::change_link(bridge_netlink_, bridge_, {.up = true}));
  attach(must(kernel::current_network()), ours);
}

// The veth pairs die with the bridge's namespace, but some time later; ours must be gone before the next LAN comes.
SmallLan::~SmallLan() { (void)kernel::delete_link(hosts_.front()->netlink(), hosts_.front()->link().index); }

KernelHost& SmallLan::add_host(const HostPlan& plan) { return attach(must(kernel::new_network()), plan); }

KernelHost& SmallLan::attach(kernel::FileDescriptor network, const HostPlan& plan) {
  const std::size_t number = hosts_.size() + 1;
  const std::string port = "port" + std::to_string(number);
  must(kernel::create_veth(bridge_netlink_, {.name = port, .master = bridge_, .up = false},
                           {.name = "eth0",
                            .mac = plan.mac.is_zero() ? numbered_mac(number) : plan.mac,
                            .namespace_fd = network.fd(),
                            .up = false}));
  const int port_index = must(bridge_netlink_.find_link(port)).index;
  must(kernel::change_link(bridge_netlink_, port_index, {.automatic_link_local = false}));
  must(kernel::change_link(bridge_netlink_, port_index, {.up = true}));
  kernel::Netlink netlink = open_netlink_in(network.fd());
  const int index = must(netlink.find_link("eth0")).index;
  must(kernel::change_link(netlink, index, {.automatic_link_local = false}));
  must(kernel::change_link(netlink, index, {.up = true}));
  must(kernel::await_forwarding(bridge_netlink_, port_index));
  must(kernel::await_running(netlink, index));
  set_up_host(netlink, index, plan);
  const kernel::Link link = must(netlink.find_link("eth0"));
  hosts_.push_back(std::make_unique<KernelHost>(std::move(network), std::move(netlink), link));
  return *hosts_.back();
}

}  // namespace onlink::inline v0::test

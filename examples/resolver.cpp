// SPDX-License-Identifier: Apache-2.0
// Who has this address? The least that it takes: a port, an engine, and the loop that joins them.
//   resolver eth0 192.0.2.7
#include <cstdio>

#include "onlink/engine/resolve.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"

using namespace onlink;

int main(int argc, char** argv) {
  const auto target = argc == 3 ? parse_ip(argv[2]) : std::unexpected{usage_error("usage: resolver IFACE ADDRESS")};
  const auto fail = [](const Error& error) { return std::fprintf(stderr, "%s\n", error.context.c_str()), 2; };
  if (!target) return fail(target.error());
  auto netlink = kernel::Netlink::open();
  if (!netlink) return fail(netlink.error());
  const auto link = netlink->find_link(argv[1]);
  if (!link) return fail(link.error());
  const auto port = open_packet_port({.interface = argv[1], .filter = {.icmpv6 = true}});
  if (!port) return fail(port.error());

  LinkIdentity self{.mac = link->mac};
  const auto route = netlink->route_get(*target, link->index);
  if (route && route->preferred_source) {
    if (target->is_ipv4()) self.ipv4 = route->preferred_source->ipv4();
    if (target->is_ipv6()) self.ipv6 = route->preferred_source->ipv6();
  }
  bool answered = false;
  const auto show = [&](const Event& event) {
    const auto* answer = std::get_if<Answered>(&event);
    if (answer == nullptr) return;
    answered = true;
    std::printf("%s is at %s\n", to_string(answer->address).c_str(), to_string(answer->mac).c_str());
  };
  Resolver resolver({.identity = self, .targets = {*target}, .until_reply = true}, monotonic_now());
  const RunResult result = run(resolver, **port, {.on_event = show});
  if (result.error) return fail(*result.error);
  return answered ? 0 : 1;
}

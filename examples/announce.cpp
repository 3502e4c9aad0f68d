// SPDX-License-Identifier: Apache-2.0
// A gratuitous ARP by hand: tells the link where the interface's first IPv4 address is, and dumps the 60 octets sent.
//   announce eth0
#include "onlink/engine/announce.hpp"

#include <cstdio>

#include "onlink/kernel/netlink.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/print/hexdump.hpp"
#include "onlink/run/driver.hpp"

using namespace onlink;

int main(int argc, char** argv) {
  const auto fail = [](const Error& error) { return std::fprintf(stderr, "%s\n", error.context.c_str()), 2; };
  if (argc != 2) return fail(usage_error("usage: announce IFACE"));
  auto netlink = kernel::Netlink::open();
  if (!netlink) return fail(netlink.error());
  const auto link = netlink->find_link(argv[1]);
  if (!link) return fail(link.error());
  const auto own = netlink->addresses(link->index, Family::ipv4);
  if (!own || own->empty()) return fail(usage_error("the interface has no IPv4 address"));
  const auto port = open_packet_port({.interface = link->name});
  if (!port) return fail(port.error());

  const Announcement here{.address = own->front().prefix.address, .mac = link->mac};
  Announcer announcer({.announcements = {here}, .count = 1}, monotonic_now());
  const auto dump = [](Bytes frame, const ClockPair&) { std::fputs(hexdump(frame).c_str(), stdout); };
  const RunResult result = run(announcer, **port, {.on_frame_sent = dump});
  return result.error ? fail(*result.error) : 0;
}

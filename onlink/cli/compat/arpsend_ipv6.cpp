// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arpsend_ipv6.hpp"

#include <memory>

#include "onlink/cli/announce_verify.hpp"
#include "onlink/cli/compat/arpsend_dialogue.hpp"
#include "onlink/cli/console.hpp"
#include "onlink/engine/announce.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/print/format.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

struct Wire {
  std::unique_ptr<Port> port;
  MacAddress mac;
};

std::expected<Wire, Error> open_wire(const std::string& interface) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return std::unexpected(netlink.error());
  const auto link = netlink->find_link(interface);
  if (!link) return std::unexpected(link.error());
  PacketPortOptions options{.interface = interface, .interface_index = link->index};
  options.filter = {.arp = false, .icmpv6 = true};
  options.all_multicast = true;  // the solicited-node groups, where others probe
  options.ring_bytes = 0;
  auto port = open_packet_port(options);
  if (!port) return std::unexpected(port.error());
  return Wire{*std::move(port), link->mac};
}

}  // namespace

int announce_ipv6(const Ipv6Address& address, const std::string& interface, TextWriter& err) {
  const auto fail = [&](const Error& error) {
    err.print("arpsend: {}\n", error.context);
    return ArpsendStatus::system_error;
  };
  const auto wire = open_wire(interface);
  if (!wire) return fail(wire.error());
  const Announcement announcement{.form = AnnounceForm::advertisement, .address = address, .mac = wire->mac};
  Announcer announcer{{.announcements = {announcement}, .count = 1}, monotonic_now()};
  const RunResult result = run(announcer, *wire->port);
  return result.error ? fail(*result.error) : ArpsendStatus::done;
}

int detect_ipv6(const std::vector<Ipv6Address>& addresses, const std::string& interface, TextWriter& err) {
  const auto unasked = [&](const Error& error) {
    err.print("arpsend: warning: the status says nothing about {}: {}\n", to_string(addresses.front()), error.context);
    return ArpsendStatus::done;
  };
  const auto wire = open_wire(interface);
  if (!wire) return unasked(wire.error());
  std::vector<AnnouncedAddress> asked;
  asked.reserve(addresses.size());
  for (const Ipv6Address& address : addresses) asked.push_back({.address = address});
  const auto warn = [&](const Event& event, const VlanStack&) {
    const auto* answer = std::get_if<Answered>(&event);
    if (answer == nullptr || answer->kind == AnswerKind::repeat) return;
    err.print("arpsend: warning: {} is detected on another computer : {}; the status does not say so\n",
              to_string(answer->address), to_string(answer->mac));
  };
  MonotonicClock clock;
  const Interrupt interrupt;
  const RunResult result =
      ask_who_answers(asked, wire->mac, *wire->port, {.clock = &clock, .interrupt = &interrupt}, warn);
  if (interrupt.requested()) die_by_signal(interrupt.signal());
  return result.error ? unasked(*result.error) : ArpsendStatus::done;
}

}  // namespace onlink::inline v0::cli::compat

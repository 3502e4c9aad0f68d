// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/reverse_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/reverse_replay.hpp"
#include "onlink/cli/reverse_report.hpp"
#include "onlink/cli/wire_access.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/run/engine_set.hpp"

namespace onlink::inline v0::cli {
namespace {

using Clients = EngineSet<ReverseClient>;

PacketPortOptions port_options(const kernel::Link& link, ReverseProtocol protocol) {
  PacketPortOptions port{.interface = link.name, .interface_index = link.index};
  port.filter = {.arp = protocol == ReverseProtocol::inarp, .rarp = protocol == ReverseProtocol::rarp};
  port.ring_bytes = 0;
  return port;
}

// What an InARP request shows as its sender.
std::expected<Ipv4Address, Error> sender_address(const AskingInterface& interface, const ReverseOptions& options) {
  if (options.client.protocol == ReverseProtocol::rarp || options.as_nobody) return Ipv4Address{};
  if (options.source) return *options.source;
  const auto own = source_for(interface, IpAddress{Ipv4Address{}});
  if (own) return own->ipv4();
  return std::unexpected(usage_error(
      fmt::format("{} has no IPv4 address to ask from; --probe asks as nobody, --source ADDRESS as somebody",
                  printable(interface.link.name))));
}

ExitCode run_clients(Clients& clients, const ReverseOptions& options, WireAccess& wire, ReverseReport& report,
                     Context& context) {
  const Interrupt interrupt;
  RunOptions run_options{.clock = &wire.clock(), .interrupt = &interrupt};
  if (options.timeout) run_options.until = wire.start().instant + *options.timeout;
  run_options.on_event = [&](const Event& event) { report.on_event(event); };
  run_options.on_frame_sent = [&](Bytes frame, const ClockPair&) { report.on_frame_sent(frame); };
  report.start(wire.start());
  const RunResult result = run(clients, wire.port(), run_options);
  report.finish(result);
  ExitCode code = report.exit_code();
  if (result.error) code = worst(code, context.fail(*result.error));
  if (const auto closed = wire.close(); !closed) code = worst(code, context.fail(closed.error()));
  context.signal = interrupt.signal();
  return code;
}

ExitCode ask_live(const ReverseOptions& options, Context& context) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto interface = choose_interface(*netlink, context);
  if (!interface) return context.fail(interface.error());
  const MacAddress& own = interface->link.mac;
  const auto sender = sender_address(*interface, options);
  if (!sender) return context.fail(sender.error());
  std::vector<MacAddress> targets = options.targets;
  if (targets.empty()) targets.push_back(own);
  const bool asks_itself = std::ranges::find(targets, own) != targets.end();
  if (asks_itself && options.client.protocol == ReverseProtocol::inarp) {
    return context.fail(usage_error(fmt::format("{} is {}'s own; --inverse asks another station for its address", own,
                                                printable(interface->link.name))));
  }
  ReverseReport report{context, {.interface = interface->link.name, .dump = options.dump}, targets};
  auto wire = WireAccess::open(context, port_options(interface->link, options.client.protocol));
  if (!wire) return context.fail(wire.error());
  Clients clients;
  for (const MacAddress& target : targets) {
    ReverseClientConfig config = options.client;
    config.mac = own;
    config.ipv4 = *sender;
    config.target = target;
    clients.add(config, wire->start().instant);
  }
  return run_clients(clients, options, *wire, report, context);
}

ExitCode ask_replay(const ReverseOptions& options, Context& context) {
  const auto past = read_reverse_past(*context.read_file, options.client.protocol, options.client.vlans);
  if (!past) return context.fail(past.error());
  std::vector<MacAddress> targets = options.targets;
  if (targets.empty()) std::ranges::transform(*past, std::back_inserter(targets), &ReverseQuestion::target);
  if (targets.empty()) context.say("nobody asks by RARP there");
  auto wire = WireAccess::open(context, {});
  if (!wire) return context.fail(wire.error());
  Clients clients;
  for (const MacAddress& target : targets) {
    const auto asked = std::ranges::find(*past, target, &ReverseQuestion::target);
    ReverseClientConfig config = options.client;
    config.target = target;
    config.mac = asked == past->end() ? target : asked->asker;
    clients.add(config, asked == past->end() ? wire->start().instant : asked->first_asked);
  }
  ReverseReport report{context, {.interface = *context.read_file, .replay = true}, targets};
  return run_clients(clients, options, *wire, report, context);
}

}  // namespace

ExitCode resolve_in_reverse(const ReverseOptions& options, Context& context) {
  return context.read_file ? ask_replay(options, context) : ask_live(options, context);
}

}  // namespace onlink::inline v0::cli

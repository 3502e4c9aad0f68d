// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "onlink/cli/announce_options.hpp"
#include "onlink/cli/announce_plan.hpp"
#include "onlink/cli/announce_report.hpp"
#include "onlink/cli/announce_verify.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/wire_access.hpp"

namespace onlink::inline v0::cli {
namespace {

PacketPortOptions port_options(const kernel::Link& link, const AnnouncePlan& plan) {
  const auto any = [&](Family family) {
    return std::ranges::any_of(plan.addresses,
                               [family](const AnnouncedAddress& a) { return a.address.family() == family; });
  };
  PacketPortOptions port{.interface = link.name, .interface_index = link.index};
  port.filter = {.arp = any(Family::ipv4), .icmpv6 = any(Family::ipv6)};
  port.ring_bytes = 0;
  return port;
}

// As who verifies needs it: others who probe for an address ask its solicited-node group, which nobody here has joined.
PacketPortOptions second_port_options(const kernel::Link& link, const AnnouncePlan& plan) {
  PacketPortOptions port = port_options(link, plan);
  port.all_multicast = port.filter.icmpv6;
  return port;
}

// With `verifier`, its MAC address asks afterwards who answers.
ExitCode announce(const AnnouncePlan& plan, std::optional<MacAddress> verifier, WireAccess& wire,
                  AnnounceReport& report, Context& context) {
  const Interrupt interrupt;
  RunOptions run_options{.clock = &wire.clock(), .interrupt = &interrupt};
  run_options.on_event = [&](const Event& event) { report.on_event(event); };
  run_options.on_frame_sent = [&](Bytes frame, const ClockPair&) { report.on_frame_sent(frame); };
  report.start(wire.start());
  Announcer announcer{plan.announcer, wire.start().instant};
  RunResult result = run(announcer, wire.port(), run_options);
  if (verifier && !plan.addresses.empty() && result.end == RunEnd::finished) {
    result = ask_who_answers(plan.addresses, *verifier, wire.second_port(), run_options,
                             [&](const Event& event, const VlanStack& vlans) { report.on_verify_event(event, vlans); });
  }
  report.finish(&result);
  ExitCode code = report.exit_code();
  if (result.error) code = worst(code, context.fail(*result.error));
  if (const auto closed = wire.close(); !closed) code = worst(code, context.fail(closed.error()));
  context.signal = interrupt.signal();
  return code;
}

ExitCode run_announce(const Arguments& arguments, Context& context) {
  const auto options = read_announce_options(arguments, context);
  if (!options) return context.fail(options.error());
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto interface = choose_interface(*netlink, context);
  if (!interface) return context.fail(interface.error());
  const auto plan = plan_announcements(*netlink, *interface, *options, context);
  if (!plan) return context.fail(plan.error());
  AnnounceReport report{
      context, {.interface = interface->link.name, .dump = options->dump, .verify = options->verify}, *plan};
  if (plan->announcer.announcements.empty()) {
    for (const std::string& note : plan->notes) context.say(note);
    for (const RouteVerdict& verdict : plan->off_link) report.on_off_link(verdict);
    report.finish(nullptr);
    return report.exit_code();
  }
  std::optional<PacketPortOptions> second;
  if (options->verify) second = second_port_options(interface->link, *plan);
  auto wire = WireAccess::open(context, port_options(interface->link, *plan), {}, second);
  if (!wire) return context.fail(wire.error());
  for (const std::string& note : plan->notes) context.say(note);
  for (const RouteVerdict& verdict : plan->off_link) report.on_off_link(verdict);
  const auto verifier = options->verify ? std::optional{interface->link.mac} : std::nullopt;
  return announce(*plan, verifier, *wire, report, context);
}

constexpr Positional positionals[] = {
    {.name = "ADDR",
     .help = "an address of this host, a range or a network of them; or a MAC address, which is announced to switches",
     .arity = Arity::any},
};

constexpr std::string_view form_choices[] = {"request", "reply-own", "reply-zero", "reply-broadcast"};

constexpr Option options[] = {
    {.name = "all", .help = "every address of the interface"},
    {.name = "form",
     .value = "FORM",
     .help = "of gratuitous ARP: a request, or a reply whose target hardware address is the sender's own, zero or "
             "broadcast",
     .fallback = "request, which every host understands",
     .completes = Completes::choice,
     .choices = form_choices},
    {.name = "mac",
     .value = "MAC",
     .help = "say that the addresses are at this MAC address, as when another station has taken them over"},
    {.name = "move", .help = "send from that MAC address too, so that switches learn that it is here"},
    {.name = "vrrp",
     .value = "VRID",
     .help = "say it, and send, as the virtual router of that number: 00:00:5e:00:01:VRID, IPv6 00:00:5e:00:02:VRID"},
    {.name = "rarp",
     .help = "announce the MAC address itself as well, by RARP, as hypervisors do: switches learn it, hosts nothing"},
    {.name = "router", .help = "IPv6: say that it is a router (R flag)", .fallback = "what the interface is"},
    {.name = "no-router", .help = "IPv6: say that it is none; hosts then drop it from their default routers"},
    {.name = "no-override", .help = "IPv6: replace no MAC address that is known already (O flag clear)"},
    {.name = "vlan",
     .value = "TAGS",
     .help = "on this VLAN: 100, or outer.inner as in 200.100 (802.1ad, 802.1Q); none is the untagged network",
     .repeatable = true},
    {.name = "count",
     .letter = 'c',
     .value = "N",
     .help = "say everything N times; 0: until interrupted",
     .fallback = "2; MAC addresses alone 5"},
    {.name = "interval",
     .value = "SECONDS",
     .help = "time from one round to the next",
     .fallback = "2; MAC addresses alone 0.05, growing by 0.1 up to 0.55"},
    {.name = "growth", .value = "SECONDS", .help = "make each interval longer than the one before by this"},
    {.name = "gap", .value = "SECONDS", .help = "time between two frames of a round", .fallback = "0.001"},
    {.name = "verify", .help = "ask afterwards, from another socket and as nobody, who answers for the addresses"},
    {.name = "dump", .letter = 'x', .help = "print each frame sent in hex"},
    {.name = "write",
     .value = "FILE",
     .help = "write every frame sent and received to a capture file as well",
     .completes = Completes::file},
    {.name = "force", .help = "announce addresses that are not this host's, or are on another link, all the same"},
};

constexpr Example examples[] = {
    {"onlink announce -i eth0 192.0.2.7", "that 192.0.2.7 is here now: after it was added, moved or its card replaced"},
    {"onlink announce -i eth0 --all --verify", "every address of eth0, and whether anybody else answers for one"},
    {"onlink announce -i eth0 -x -c 1 192.0.2.7", "one gratuitous ARP, byte by byte"},
    {"onlink announce -i eth0 --mac 02:00:00:00:00:99 192.0.2.7", "that another station has it now"},
    {"onlink announce -i eth0 --vrrp 7 192.0.2.254 2001:db8::fe", "as the new master of virtual router 7"},
    {"onlink announce -i br0 52:54:00:12:34:56", "to the switches, that this virtual machine is behind us now"},
    {"onlink announce -i eth0 --vlan none --vlan 100 --vlan 200.100 --rarp 192.0.2.7",
     "on the untagged network and in two VLANs"},
};

constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "everything was announced; with --verify nobody contradicts"},
    {ExitCode::no, "with --verify nobody answers for any of the addresses, and none is this host's"},
    {ExitCode::usage, "an option or address cannot be meant, or an address is not this host's to announce"},
    {ExitCode::conflict, "another station uses an address that was announced"},
    {ExitCode::off_link, "every address is of another link: nothing was sent"},
    {ExitCode::permission, "announcing needs CAP_NET_RAW"},
    {ExitCode::interface_lost, "the interface is absent, down, or went down during the run"},
    {ExitCode::partial,
     "some addresses are of another link, the others were announced; with --verify some are answered for"},
    {ExitCode::system, "any other refusal of the system: the interface cannot do ARP, a file cannot be written"},
};

}  // namespace

extern const Command announce_command;
constinit const Command announce_command{
    .name = "announce",
    .summary = "tell the link where an address, or a MAC, is",
    .description =
        "Tells every host on the link, unasked, at which MAC address an address is: IPv4 by gratuitous ARP (RFC 5227), "
        "IPv6 by an unsolicited Neighbor Advertisement (RFC 4861). Hosts that know the address correct what they know; "
        "those that do not learn nothing. Twice, two seconds apart, as RFC 5227 has it.\n\n"
        "Nobody is asked first and nothing is defended: onlink claim does that. So only addresses that this host has "
        "are announced. --mac announces one for another station, and --force one that this host does not have; both "
        "divert other hosts' packets, and say so. An address of another link is not announced at all.\n\n"
        "Who uses an announced address from another MAC address while the announcing lasts is reported as a conflict. "
        "--verify then asks for each address, too. A host does not hear its own questions: that nobody answers for an "
        "address of ours is what is hoped for.\n\n"
        "A MAC address in place of ADDR is announced by RARP, in five frames at growing intervals, as QEMU does for a "
        "machine that has moved: switches learn where it is, hosts learn nothing.",
    .positionals = positionals,
    .options = options,
    .common_options = common::interface | common::family | common::rows,
    .examples = examples,
    .exits = exits,
    .run = run_announce,
};

}  // namespace onlink::inline v0::cli

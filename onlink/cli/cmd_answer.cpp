// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/answer_check.hpp"
#include "onlink/cli/answer_engine.hpp"
#include "onlink/cli/answer_options.hpp"
#include "onlink/cli/answer_plan.hpp"
#include "onlink/cli/answer_rarp.hpp"
#include "onlink/cli/answer_report.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/wire_access.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {
namespace {

// A ring takes what comes in a burst, and hands it over a moment later; few addresses are asked one by one.
constexpr std::uint64_t large_crowd = 256;
constexpr std::size_t burst_ring_bytes = std::size_t{32} << 20;
constexpr std::size_t burst_block_bytes = 16384;  // holds a jumbo frame
constexpr std::chrono::milliseconds block_timeout{1};
constexpr std::chrono::milliseconds flush_interval{100};

std::uint64_t count_of(const VirtualHostConfig& host) {
  std::uint64_t count = 0;
  for (const auto* ranges : {&host.addresses, &host.proxied}) {
    for (const AddressRange& range : *ranges) count += std::min(count_addresses(range), large_crowd);
  }
  return count;
}

PacketPortOptions port_options(const kernel::Link& link, const AnswerPlan& plan) {
  PacketPortOptions port{.interface = link.name, .interface_index = link.index};
  port.filter = {.arp = true,
                 .rarp = plan.reverse.has_value(),
                 .icmpv6 = true,
                 .icmp = true,
                 .udp = plan.host.udp_echo || plan.host.port_unreachable};
  port.promiscuous = plan.promiscuous;
  port.all_multicast = true;  // the solicited-node groups of our addresses, which no host has joined
  port.ring_bytes = count_of(plan.host) < large_crowd ? 0 : burst_ring_bytes;
  port.block_bytes = burst_block_bytes;
  port.block_timeout = block_timeout;
  return port;
}

// What is to be answered.
struct Task {
  const AnswerPlan& plan;
  const AnswerOptions& options;
  RarpService& rarp;
};

// Runs until the pings are done, enough was asked, the time is over, or somebody interrupts.
ExitCode answer(const Task& task, WireAccess& wire, AnswerReport& report, RunOptions run_options, Context& context) {
  const auto& [plan, options, rarp] = task;
  VirtualHostConfig config = plan.host;
  config.reports = !context.quiet;
  VirtualHost host{std::move(config)};
  const Instant start = wire.clock().now().instant;
  Pinger pinger{plan.pings, start};
  AnswerEngine engine{host, plan.pings.targets.empty() ? nullptr : &pinger, rarp.server(), options.count};
  engine.start(start);
  if (options.timeout) run_options.until = start + *options.timeout;
  run_options.stay = wire.is_replay();
  run_options.on_event = [&](const Event& event) { report.on_event(event); };
  run_options.on_tick = [&](const ClockPair& now) {
    report.flush();
    rarp.look(now.instant, context);
  };
  run_options.tick = flush_interval;
  const RunResult result = run(engine, wire.port(), run_options);
  report.finish(host, rarp.counters(), pinger.statistics(), result);
  ExitCode code = report.exit_code();
  if (result.error) code = worst(code, context.fail(*result.error));
  if (const auto closed = wire.close(); !closed) code = worst(code, context.fail(closed.error()));
  return code;
}

// Whether somebody has them already; what is found is reported.
std::optional<ExitCode> check_first(const AnswerPlan& plan, WireAccess& wire, AnswerReport& report,
                                    const RunOptions& run_options, Context& context) {
  const auto [addresses, are_all] = addresses_to_check(plan.host);
  if (!are_all) {
    context.say(
        fmt::format("more than {} addresses: not asked whether somebody has them already", max_checked_addresses));
  }
  if (addresses.empty()) return std::nullopt;
  const OwnerCheck check = find_owners(addresses, plan.host, wire.port(), run_options);
  if (check.error) return context.fail(*check.error);
  for (const auto& [address, macs] : check.owners) report.on_owner(address, {macs.begin(), macs.end()});
  context.out.flush();
  if (!check.owners.empty()) {
    context.say("nothing was answered; --force answers all the same, --except leaves addresses out");
    return ExitCode::conflict;
  }
  return check.interrupted ? std::optional{ExitCode::no} : std::nullopt;
}

ExitCode answer_live(const AnswerOptions& options, Context& context) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto interface = choose_interface(*netlink, context);
  if (!interface) return context.fail(interface.error());
  const auto plan = plan_answers(*netlink, *interface, options);
  if (!plan) return context.fail(plan.error());
  auto rarp = RarpService::open(*plan, options.reverse, context);
  if (!rarp) return rarp.error();
  AnswerReport report{context, interface->link.name};
  if (!plan->own.empty() && !options.force) {
    for (const IpAddress& address : plan->own) report.on_own(address);
    context.out.flush();
    context.say("nothing was answered; --force answers besides this host's own kernel");
    return ExitCode::conflict;
  }
  if (!plan->off_link.empty() && plan->off_link.size() == plan->pings.targets.size()) {
    for (const IpAddress& target : plan->off_link) report.on_off_link(target);
    context.out.flush();
    return ExitCode::off_link;
  }
  auto wire = WireAccess::open(context, port_options(interface->link, *plan));
  if (!wire) return context.fail(wire.error());
  for (const std::string& note : plan->notes) context.say(note);
  const Interrupt interrupt;
  const RunOptions run_options{.clock = &wire->clock(), .interrupt = &interrupt};
  report.start(wire->start());
  std::optional<ExitCode> code;
  if (options.check) code = check_first(*plan, *wire, report, run_options, context);
  for (const IpAddress& target : plan->off_link) report.on_off_link(target);
  if (!code) code = answer({*plan, options, *rarp}, *wire, report, run_options, context);
  context.signal = interrupt.signal();
  return *code;
}

ExitCode answer_replay(const AnswerOptions& options, Context& context) {
  const auto plan = plan_replayed_answers(options);
  if (!plan) return context.fail(plan.error());
  auto rarp = RarpService::open(*plan, options.reverse, context);
  if (!rarp) return rarp.error();
  auto wire = WireAccess::open(context, {});
  if (!wire) return context.fail(wire.error());
  AnswerReport report{context, *context.read_file};
  report.start(wire->start());
  const Interrupt interrupt;
  const ExitCode code =
      answer({*plan, options, *rarp}, *wire, report, {.clock = &wire->clock(), .interrupt = &interrupt}, context);
  context.signal = interrupt.signal();
  return code;
}

ExitCode run_answer(const Arguments& arguments, Context& context) {
  if (context.read_file && context.interface) return context.fail(usage_error("--read and -i exclude each other"));
  const auto options = read_answer_options(arguments);
  if (!options) return context.fail(options.error());
  return context.read_file ? answer_replay(*options, context) : answer_live(*options, context);
}

constexpr Positional positionals[] = {
    {.name = "ADDR",
     .help = "an address, a range (192.0.2.10-192.0.2.20, 192.0.2.10-20) or a network (2001:db8::/64) to answer for",
     .arity = Arity::any},
};

constexpr Option options[] = {
    {.name = "mac", .value = "MAC", .help = "answer with this MAC address", .fallback = "the interface's"},
    {.name = "mac-per-address",
     .help = "a MAC address of its own for each address, derived from it; --mac gives the first octets"},
    {.name = "vlan", .value = "TAGS", .help = "be on this VLAN: 100, or outer.inner as in 200.100 (802.1ad, 802.1Q)"},
    {.name = "except", .value = "ADDR", .help = "leave these out: an address, range or network", .repeatable = true},
    {.name = "proxy",
     .value = "ADDR",
     .help = "answer who-has for these on behalf of other hosts, as proxy ARP and proxy NDP do",
     .repeatable = true},
    {.name = "proxy-delay",
     .value = "SECONDS",
     .help = "longest random delay of an answer on behalf of others",
     .fallback = "0.8"},
    {.name = "rarp",
     .help = "be a RARP server: tell stations that start without a disk their IPv4 address, by /etc/ethers (RFC 903)"},
    {.name = "ethers",
     .value = "FILE",
     .help = "by this file, as ethers(5) has it; - is standard input. It is read again when it changes",
     .completes = Completes::file},
    {.name = "pair",
     .value = "MAC=ADDR",
     .help = "a station and its IPv4 address, instead or besides",
     .repeatable = true},
    {.name = "secondary",
     .value = "WAIT",
     .help = "be a second RARP server: wait a random part of so many seconds; with `retry` answer only who asks again"},
    {.name = "inarp", .help = "tell who asks by InARP the first ADDR, which a Linux host would not (RFC 2390)"},
    {.name = "anycast", .help = "IPv6: answer late by up to a second, and override nobody (RFC 4861 section 7.2.7)"},
    {.name = "router", .help = "IPv6: say that we are a router (R flag)"},
    {.name = "dad",
     .help = "IPv6: as a host does, answer for an address given by itself only once duplicate address detection has "
             "passed"},
    {.name = "no-echo", .help = "do not answer ICMP and ICMPv6 echo requests"},
    {.name = "no-udp", .help = "neither echo UDP on port 7 nor refuse other ports"},
    {.name = "delay", .value = "SECONDS", .help = "answer so much later"},
    {.name = "jitter", .value = "SECONDS", .help = "and up to so much more, at random"},
    {.name = "loss", .value = "FRACTION", .help = "lose answers: 0.1 or 10% is every tenth, at random"},
    {.name = "duplicate", .value = "FRACTION", .help = "send answers twice"},
    {.name = "impostor",
     .value = "FRACTION",
     .help = "for this fraction of the addresses a second MAC address answers too"},
    {.name = "seed",
     .value = "N",
     .help = "of all that is random: the same faults every time",
     .fallback = "from the system"},
    {.name = "ping",
     .value = "TARGET",
     .help = "send echo requests to it from the first ADDR of its family, and end when they are answered or given up",
     .repeatable = true,
     .completes = Completes::host},
    {.name = "count",
     .letter = 'c',
     .value = "N",
     .help = "with --ping: N requests for each target; without: end after N questions; 0: until interrupted",
     .fallback = "4 requests, or until interrupted"},
    {.name = "interval", .value = "SECONDS", .help = "time between two pings of one target", .fallback = "1"},
    {.name = "size", .letter = 's', .value = "OCTETS", .help = "data in a ping", .fallback = "56"},
    {.name = "wait",
     .letter = 'w',
     .value = "SECONDS",
     .help = "how long a ping waits for its answer",
     .fallback = "1"},
    {.name = "gateway",
     .value = "ADDR",
     .help = "send what is for other networks here; once for each family",
     .repeatable = true},
    {.name = "timeout", .value = "SECONDS", .help = "end after this time"},
    {.name = "no-check", .help = "do not ask first whether somebody has the addresses already"},
    {.name = "force", .help = "answer although somebody else, or this host's own kernel, does too"},
};

constexpr Example examples[] = {
    {"onlink answer -i eth0 192.0.2.77", "be 192.0.2.77: answer ARP, ping and UDP echo"},
    {"onlink answer -i eth0 --mac-per-address 10.8.0.0/16 2001:db8:8::/64", "be a crowd"},
    {"onlink answer -i eth0 192.0.2.77 --ping 192.0.2.1", "whether 192.0.2.1 answers pings from 192.0.2.77"},
    {"onlink answer -i eth0 --proxy 198.51.100.0/24", "proxy ARP for another network"},
    {"onlink answer -i eth0 --delay 0.2 --loss 0.3 192.0.2.77", "a bad neighbour, to test others with"},
    {"onlink answer -i eth0 --impostor 1 192.0.2.77", "an address conflict"},
    {"onlink answer -i eth0 --rarp", "serve /etc/ethers to machines without a disk, from eth0's own address"},
    {"onlink answer --read dump.pcap 192.0.2.77", "what would have been answered to the questions in a capture"},
};

constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "somebody asked; with --ping every target answered"},
    {ExitCode::no, "nobody asked until the end; with --ping no target answered"},
    {ExitCode::usage, "an option or address cannot be meant, or a line of the ethers file"},
    {ExitCode::conflict, "somebody else has an address of ours, or this host's own kernel does"},
    {ExitCode::off_link, "every target of --ping is on another link, and no gateway leads there: nothing was sent"},
    {ExitCode::permission, "answering needs CAP_NET_RAW"},
    {ExitCode::interface_lost, "the interface is absent, down, or went down during the run"},
    {ExitCode::partial, "some targets of --ping answered, not all"},
    {ExitCode::system,
     "any other refusal of the system: the interface cannot do ARP, a file cannot be read or written"},
};

}  // namespace

extern const Command answer_command;
constinit const Command answer_command{
    .name = "answer",
    .summary = "be one or many hosts: answer ARP, NDP, ping and UDP echo",
    .description =
        "Answers for addresses that no machine has, as one Linux host that has them all would: ARP, Neighbor "
        "Discovery, ICMP and ICMPv6 echo, UDP echo on port 7, and errors for other UDP ports. Whoever asks becomes an "
        "entry of its own neighbour cache: a stranger is solicited before he is answered, and checked on afterwards. "
        "With --ping it asks, too. Whole networks take no more memory than one address.\n\n"
        "Each question is a line: for what address, which question, who asked, and what was answered.\n\n"
        "With --rarp, --ethers or --pair it is a RARP server, and no ADDR is needed: it then serves from the "
        "interface's "
        "own address. Only stations of the table are answered, and only for addresses of the interface's networks. A "
        "table with a wrong line is not used at all, and every wrong line is told.\n\n"
        "Before it answers it asks the link whether somebody has the addresses already, and refuses if so, and for "
        "this "
        "host's own addresses. Addresses of this host that lie within a range are left out. Its answers go to the link "
        "only: this host itself does not hear them, so try it from another one. Fragments are not put together: pings "
        "of more than the link's MTU get no answer.",
    .positionals = positionals,
    .options = options,
    .common_options = common::interface | common::rows | common::files,
    .examples = examples,
    .exits = exits,
    .run = run_answer,
};

}  // namespace onlink::inline v0::cli

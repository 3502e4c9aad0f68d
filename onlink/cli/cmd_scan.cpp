// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/names.hpp"
#include "onlink/cli/scan_history.hpp"
#include "onlink/cli/scan_options.hpp"
#include "onlink/cli/scan_plan.hpp"
#include "onlink/cli/scan_report.hpp"
#include "onlink/cli/scan_run.hpp"
#include "onlink/cli/scan_targets_input.hpp"
#include "onlink/cli/wire_access.hpp"
#include "onlink/engine/host_listener.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/print/progress.hpp"
#include "onlink/run/clock.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr std::uint64_t worth_an_estimate = 4096;  // targets

std::expected<ScanSurroundings, Error> look_around(kernel::Netlink& netlink, AskingInterface interface, bool cache) {
  ScanSurroundings surroundings{.interface = std::move(interface)};
  const int index = surroundings.interface.link.index;
  const auto routes = netlink.default_routes();
  if (!routes) return std::unexpected(routes.error());
  for (const kernel::DefaultRoute& route : *routes) {
    if (route.interface == index && route.gateway) surroundings.gateways.push_back(*route.gateway);
  }
  if (!cache) return surroundings;
  const auto entries = netlink.neighbors(index);
  if (!entries) return std::unexpected(entries.error());
  surroundings.cache.emplace();
  for (const kernel::NeighborEntry& entry : *entries) surroundings.cache->emplace(entry.address, entry);
  return surroundings;
}

PacketPortOptions port_options(const kernel::Link& link, const ScanPlan& plan, const PaceConfig& pace) {
  PacketFilter filter{.arp = false};
  for (const ScanConfig& scan : plan.scans) {
    filter.icmpv6 = filter.icmpv6 || scan.discover_ipv6;
    for (const AddressRange& range : scan.targets.ranges()) {
      (range.first.is_ipv4() ? filter.arp : filter.icmpv6) = true;
    }
  }
  return {.interface = link.name, .interface_index = link.index, .filter = filter, .send_helper = pace.unlimited};
}

void announce(const Context& context, const ScanPlan& plan, const ScanPaceChoice& choice, const ScanOptions& options) {
  context.say(choice.reason);
  if (plan.targets >= worth_an_estimate) {
    const ScanEstimate time = estimate_scan(plan.targets, choice.pace);
    context.say(fmt::format("{} addresses: {} if all answer, {} if hardly any do", grouped(plan.targets),
                            estimate(time.dense), estimate(time.sparse)));
  }
  if (!options.seed_given && context.verbose > 0) context.say(fmt::format("--seed {}", options.seed));
}

ExitCode tell_off_link(Context& context, const ScanPlan& plan, RowPrinter& rows) {
  for (const OffLinkRange& part : plan.off_link) {
    Row row = verdict_row(part.verdict);
    row.time = wall_now();
    if (part.range.first != part.range.last) {
      row.text = fmt::format("to {}: {}", part.range.last, row.text);
      row.fields.push_back({"last", part.range.last});
    }
    if (!context.quiet) rows.print(row);
  }
  context.out.flush();
  if (plan.off_link.empty()) return ExitCode::yes;
  return plan.scans.empty() ? ExitCode::off_link : ExitCode::partial;
}

struct Files {
  std::optional<ScanHistory> earlier{};
  std::optional<ScanFile> save{};
};

std::expected<Files, Error> open_files(const ScanOptions& options) {
  Files files;
  if (options.diff) {
    auto earlier = load_scan(*options.diff);
    if (!earlier) return std::unexpected(earlier.error());
    files.earlier = *std::move(earlier);
  }
  if (options.save) {
    auto save = ScanFile::open(*options.save);
    if (!save) return std::unexpected(save.error());
    files.save = *std::move(save);
  }
  return files;
}

// Hosts in a capture (no link) or behind VLAN tags are not where a socket of ours would
// ask them, so that only /etc/hosts and DNS are left.
FoundNames look_up_names(const Context& context, const ScanOptions& options, const kernel::Link* link,
                         const Interrupt& interrupt, const ScanReport& report) {
  if (!options.names) return {};
  const auto addresses = report.addresses();
  NameSearch search{.seed = options.seed, .interrupt = &interrupt};
  if (link != nullptr && options.vlans.empty()) {
    search.interface = link->name;
    search.interface_index = static_cast<std::uint32_t>(link->index);
  }
  const NameSearchResult result = find_names(addresses, search);
  for (const std::string& problem : result.problems) context.say("names: " + problem);
  if (!result.complete) context.say("names: not all were asked for in time");
  return result.names;
}

ExitCode conclude(Context& context, const ScanOutcome& outcome, ScanReport& report, Files& files,
                  const FoundNames& names) {
  const bool whole = outcome.end == RunEnd::finished;
  report.finish({.end = outcome.end,
                 .elapsed = outcome.elapsed,
                 .receive_drops = outcome.receive_drops,
                 .names = &names,
                 .save = whole && files.save ? &*files.save : nullptr});
  ExitCode code = report.exit_code();
  if (outcome.error) code = worst(code, context.fail(*outcome.error));
  if (files.save && !whole) context.say("not saved: the scan is not complete");
  if (files.save && whole) {
    if (const auto saved = files.save->write(); !saved) code = worst(code, context.fail(saved.error()));
  }
  return code;
}

ScanReport::Style report_style(const ScanOptions& options, const Files& files) {
  return {.live = options.live, .vlans = options.vlans, .earlier = files.earlier ? &*files.earlier : nullptr};
}

ExitCode scan_live(const ScanOptions& options, const std::vector<AddressRange>& wanted, Context& context) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  auto interface = choose_interface(*netlink, context);
  if (!interface) return context.fail(interface.error());
  auto plan = plan_scan(*netlink, *interface, options, wanted, context.family);
  if (!plan) return context.fail(plan.error());
  RowPrinter rows = scan_row_printer(context, options.names);
  ExitCode code = tell_off_link(context, *plan, rows);
  if (plan->scans.empty()) return code;

  const kernel::Link link = interface->link;
  const ScanPaceChoice choice = choose_scan_pace(options, link);
  const PacketPortOptions port = port_options(link, *plan, choice.pace);
  auto surroundings = look_around(*netlink, *std::move(interface), options.cache);
  if (!surroundings) return context.fail(surroundings.error());
  auto files = open_files(options);
  if (!files) return context.fail(files.error());
  auto wire = WireAccess::open(context, port);
  if (!wire) return context.fail(wire.error());

  announce(context, *plan, choice, options);
  ScanReport report{context, rows, *std::move(surroundings), report_style(options, *files)};
  const Interrupt interrupt;
  ScanRun run{context, *wire, report, interrupt};
  const ScanOutcome outcome = run.run_all(std::move(plan->scans), choice.pace);
  FoundNames names;
  if (outcome.end == RunEnd::finished) names = look_up_names(context, options, &link, interrupt, report);
  code = worst(code, conclude(context, outcome, report, *files, names));
  context.signal = interrupt.signal();
  if (const auto closed = wire->close(); !closed) code = worst(code, context.fail(closed.error()));
  return code;
}

// A capture is asked nothing: whom it shows is listed.
ExitCode scan_replay(const ScanOptions& options, std::vector<AddressRange> wanted, Context& context) {
  if (context.interface) return context.fail(usage_error("--read and -i exclude each other"));
  if (options.cache) {
    return context.fail(usage_error("--read and --cache exclude each other: the kernel's table is not the capture's"));
  }
  auto files = open_files(options);
  if (!files) return context.fail(files.error());
  auto wire = WireAccess::open(context, {});
  if (!wire) return context.fail(wire.error());
  AskingInterface file;
  file.link.name = *context.read_file;
  ScanReport::Style style = report_style(options, *files);
  style.replay = true;
  RowPrinter rows = scan_row_printer(context, options.names);
  ScanReport report{context, rows, {.interface = std::move(file)}, style};
  HostListener listener{
      {.targets = std::move(wanted), .excluded = options.excluded, .family = context.family, .vlans = options.vlans}};
  const Interrupt interrupt;
  const ScanOutcome outcome = replay_scan(listener, *wire, report, interrupt);
  FoundNames names;
  if (outcome.end == RunEnd::finished) names = look_up_names(context, options, nullptr, interrupt, report);
  ExitCode code = conclude(context, outcome, report, *files, names);
  context.signal = interrupt.signal();
  if (const auto closed = wire->close(); !closed) code = worst(code, context.fail(closed.error()));
  return code;
}

ExitCode run_scan(const Arguments& arguments, Context& context) {
  const auto options = read_scan_options(arguments);
  if (!options) return context.fail(options.error());
  auto wanted = read_scan_targets(arguments.values("NET"), context.family);
  if (!wanted) return context.fail(wanted.error());
  return context.read_file ? scan_replay(*options, *std::move(wanted), context) : scan_live(*options, *wanted, context);
}

constexpr Positional positionals[] = {
    {.name = "NET",
     .help = "an address, a network (192.0.2.0/24), a range (192.0.2.10-90), a file with one of these a line, or - for "
             "standard input; without any, the interface's own networks, or under --read everyone in the capture",
     .arity = Arity::any,
     .completes = Completes::file},
};

constexpr Option options[] = {
    {.name = "rate",
     .value = "N",
     .help = "send N requests a second, or as many as the interface takes: max",
     .fallback = "1,000, rising while nothing is lost"},
    {.name = "bandwidth", .value = "BITS", .help = "the same in bits per second on the wire: 256k, 10M, 1G"},
    {.name = "tries",
     .value = "N",
     .help = "ask the silent at least N times; more when packets get lost",
     .fallback = "2"},
    {.name = "exclude", .value = "NET", .help = "leave out an address, a network or a range", .repeatable = true},
    {.name = "seed", .value = "N", .help = "the order of the questions is random; the same seed gives the same order"},
    {.name = "source",
     .value = "ADDRESS",
     .help = "ask from this address instead of the interface's; once for each family",
     .repeatable = true},
    {.name = "probe", .help = "ask as nobody (sender 0.0.0.0 or ::), so that no neighbour learns anything"},
    {.name = "vlan",
     .value = "TAGS",
     .help = "ask with these VLAN tags and take only answers that carry them: 100, or outer.inner as in 200.100"},
    {.name = "force", .help = "ask for off-link networks all the same"},
    {.name = "live", .help = "print each answer as it comes, instead of a sorted list at the end"},
    {.name = "names",
     .help = "ask for the names of those found: /etc/hosts, DNS (PTR), mDNS, LLMNR, NetBIOS; without it nothing is "
             "looked up"},
    {.name = "cache", .help = "compare with the kernel's neighbour table, and note where it holds another MAC"},
    {.name = "save",
     .value = "FILE",
     .help = "keep the result, as JSON lines, for --diff",
     .completes = Completes::file},
    {.name = "diff",
     .value = "FILE",
     .help = "print only what changed since a saved scan: new, gone, moved to another MAC",
     .completes = Completes::file},
};

constexpr Example examples[] = {
    {"onlink scan", "everyone on the default route's link, IPv4 and IPv6"},
    {"onlink scan -i eth0 192.0.2.0/24 --exclude 192.0.2.128/25", "half a network"},
    {"onlink scan 10.0.0.0/16 --rate max", "65,536 addresses as fast as the interface allows"},
    {"onlink scan --save today.jsonl --diff yesterday.jsonl", "who is new, gone or moved; exit code 3 if any moved"},
    {"onlink scan --json | jq -r 'select(.kind == \"host\") | .ip'", "the addresses for a script"},
};

constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "somebody was found, or all that was asked for is our own"},
    {ExitCode::no, "nobody answered"},
    {ExitCode::usage, "an option, target or file cannot be meant, or the interface has no address to ask from"},
    {ExitCode::conflict, "an address has several owners, or with --diff one moved to another MAC"},
    {ExitCode::off_link, "every network is on another link: nothing was sent"},
    {ExitCode::permission, "asking needs CAP_NET_RAW"},
    {ExitCode::interface_lost, "the interface is absent, down, or went down during the run; what was found is printed"},
    {ExitCode::partial, "some of the networks are on another link; the others were scanned and somebody was found"},
    {ExitCode::system,
     "any other refusal of the system: the interface cannot do ARP, a file cannot be read or written"},
};

}  // namespace

extern const Command scan_command;
constinit const Command scan_command{
    .name = "scan",
    .summary = "find every host on the link",
    .description =
        "Asks for every address of the networks given, IPv4 by ARP and IPv6 by Neighbor Discovery, and lists who "
        "answered: address, MAC, vendor, round-trip time, and what is worth noting: a conflict (two MACs), a proxy "
        "suspect (one MAC for five or more IPv4 addresses), random and virtual-router MACs, the gateway, ourselves. "
        "Without networks it "
        "scans the interface's own, and finds IPv6 hosts by an echo request to all nodes whose answers are then "
        "solicited one by one.\n\n"
        "The pace is polite at first, 1,000 requests a second, and doubles while nothing is lost, up to a ceiling that "
        "is printed: the smaller of 20,000 a second and 1 % of the link's speed, 500 where the speed is unknown or the "
        "medium is a radio. Loss is measured on hosts known to be alive, so that silence slows nothing down. The "
        "silent are asked again, as often as the measured loss demands; when packets get lost, those who answered "
        "too, so that a second owner is not missed.\n\n"
        "Switches may take a fast scan for an attack: storm control drops broadcasts, and dynamic ARP inspection can "
        "shut the port. Scan only networks that you may scan, and use --rate where such guards are on.",
    .positionals = positionals,
    .options = options,
    .common_options = common::interface | common::family | common::rows | common::files,
    .examples = examples,
    .exits = exits,
    .run = run_scan,
};

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/resolve_options.hpp"
#include "onlink/cli/resolve_replay.hpp"
#include "onlink/cli/resolve_report.hpp"
#include "onlink/cli/resolver_set.hpp"
#include "onlink/cli/reverse_options.hpp"
#include "onlink/cli/reverse_run.hpp"
#include "onlink/cli/route_verdict.hpp"
#include "onlink/cli/wire_access.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {
namespace {

// A target that will be asked, and from where; without source it is asked as nobody.
struct Question {
  IpAddress target;
  std::optional<IpAddress> source;
};

// Who has to be asked on this link, after the routing table had its say about each target.
class Planner {
 public:
  Planner(kernel::Netlink& netlink, const AskingInterface& interface, const ResolveOptions& options)
      : netlink_(netlink), interface_(interface), options_(options) {}

  std::expected<void, Error> plan(const std::vector<ResolveTarget>& targets) {
    for (const ResolveTarget& target : targets) {
      if (auto planned = plan(target.address); !planned) return planned;
    }
    return {};
  }
  [[nodiscard]] const std::vector<Question>& questions() const noexcept { return questions_; }
  // Targets that are not asked, each with the reason.
  [[nodiscard]] const std::vector<RouteVerdict>& verdicts() const noexcept { return verdicts_; }

 private:
  std::expected<void, Error> plan(const IpAddress& target) {
    auto verdict = route_verdict(netlink_, interface_, target);
    if (!verdict) return std::unexpected(verdict.error());
    if (auto refused = refuse_target(*verdict)) return std::unexpected(*std::move(refused));
    const std::optional<IpAddress> source = source_of(*verdict);
    const bool as_nobody = options_.config.probe;
    const bool assumed = !source_for(interface_, target) || !options_.vlans.empty();
    const bool ask = verdict->reach == Reach::on_link || options_.force || (assumed && verdict->reach != Reach::own);
    if (!ask) {
      verdicts_.push_back(*std::move(verdict));
    } else if (!source && !as_nobody) {
      return std::unexpected(no_source(target.family()));
    } else {
      questions_.push_back({target, as_nobody ? std::nullopt : source});
    }
    return {};
  }

  [[nodiscard]] std::optional<IpAddress> source_of(const RouteVerdict& verdict) const {
    if (verdict.target.is_ipv4() && options_.source_ipv4) return *options_.source_ipv4;
    if (verdict.target.is_ipv6() && options_.source_ipv6) return *options_.source_ipv6;
    return source_for(interface_, verdict.target, verdict.preferred_source);
  }

  [[nodiscard]] Error no_source(Family family) const {
    const std::string_view name = family == Family::ipv4 ? "IPv4" : "IPv6";
    const bool pending =
        std::ranges::any_of(interface_.addresses, [&](const auto& a) { return a.prefix.address.family() == family; });
    return usage_error(
        fmt::format("{} has no {} address to ask from{}; --probe asks as nobody, --source ADDRESS as somebody",
                    printable(interface_.link.name), name, pending ? " that is past duplicate address detection" : ""));
  }

  kernel::Netlink& netlink_;
  const AskingInterface& interface_;
  const ResolveOptions& options_;
  std::vector<Question> questions_;
  std::vector<RouteVerdict> verdicts_;
};

// One resolver for each source address.
void add_resolvers(const std::vector<Question>& questions, const MacAddress& mac, const ResolveOptions& options,
                   Instant start, ResolverSet& set) {
  std::map<std::pair<Family, std::optional<IpAddress>>, ResolverConfig> configs;
  for (const Question& question : questions) {
    const auto [place, added] = configs.try_emplace({question.target.family(), question.source}, options.config);
    ResolverConfig& config = place->second;
    if (added) {
      config.identity = {.mac = mac, .ipv4 = {}, .ipv6 = {}, .vlans = options.vlans};
      if (question.source && question.source->is_ipv4()) config.identity.ipv4 = question.source->ipv4();
      if (question.source && question.source->is_ipv6()) config.identity.ipv6 = question.source->ipv6();
    }
    config.targets.push_back(question.target);
  }
  for (auto& [key, config] : configs) set.add(std::move(config), start);
}

PacketPortOptions port_options(const kernel::Link& link, const std::vector<Question>& questions,
                               const ResolveOptions& options) {
  const auto any = [&](Family family) {
    return std::ranges::any_of(questions, [family](const Question& q) { return q.target.family() == family; });
  };
  PacketPortOptions port{.interface = link.name, .interface_index = link.index};
  port.filter = {.arp = any(Family::ipv4), .icmpv6 = any(Family::ipv6)};
  // Other probers ask the target's solicited-node group, which we have not joined.
  port.all_multicast = options.config.probe && any(Family::ipv6);
  port.ring_bytes = 0;
  return port;
}

// Runs the engine over the wire and reports; the exit code of the whole.
ExitCode run_resolvers(ResolverSet& resolvers, const std::optional<Duration>& timeout, WireAccess& wire,
                       ResolveReport& report, Context& context) {
  const Interrupt interrupt;
  RunOptions run_options{.clock = &wire.clock(), .interrupt = &interrupt};
  run_options.on_event = [&](const Event& event) { report.on_event(event); };
  run_options.on_frame_sent = [&](Bytes frame, const ClockPair&) { report.on_frame_sent(frame); };
  if (timeout) run_options.until = wire.start().instant + *timeout;
  report.start(wire.start());
  const RunResult result = run(resolvers, wire.port(), run_options);
  report.finish(&result);
  ExitCode code = report.exit_code();
  if (result.error) code = worst(code, context.fail(*result.error));
  if (const auto closed = wire.close(); !closed) code = worst(code, context.fail(closed.error()));
  context.signal = interrupt.signal();
  return code;
}

ExitCode resolve_live(const ResolveOptions& options, const std::vector<ResolveTarget>& targets, Context& context) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto interface = choose_interface(*netlink, context);
  if (!interface) return context.fail(interface.error());
  Planner planner{*netlink, *interface, options};
  if (const auto planned = planner.plan(targets); !planned) return context.fail(planned.error());

  ResolveReport report{
      context,
      {.interface = interface->link.name, .probe = options.config.probe, .names = options.names, .dump = options.dump},
      targets};
  if (planner.questions().empty()) {
    for (const RouteVerdict& verdict : planner.verdicts()) report.on_verdict(verdict);
    report.finish(nullptr);
    return report.exit_code();
  }
  auto wire = WireAccess::open(context, port_options(interface->link, planner.questions(), options));
  if (!wire) return context.fail(wire.error());
  for (const RouteVerdict& verdict : planner.verdicts()) report.on_verdict(verdict);
  ResolverSet resolvers;
  add_resolvers(planner.questions(), interface->link.mac, options, wire->start().instant, resolvers);
  return run_resolvers(resolvers, options.timeout, *wire, report, context);
}

ExitCode resolve_replay(const ResolveOptions& options, const std::vector<ResolveTarget>& targets, Context& context) {
  const auto past = read_past(*context.read_file, targets, options.vlans);
  if (!past) return context.fail(past.error());
  auto wire = WireAccess::open(context, {});
  if (!wire) return context.fail(wire.error());
  ResolverSet resolvers;
  for (const ResolveTarget& target : targets) {
    ResolverConfig config = options.config;
    config.identity = past->asker;
    config.identity.vlans = options.vlans;
    if (options.source_ipv4) config.identity.ipv4 = options.source_ipv4;
    if (options.source_ipv6) config.identity.ipv6 = options.source_ipv6;
    config.targets = {target.address};
    const auto asked = past->first_asked.find(target.address);
    resolvers.add(std::move(config), asked == past->first_asked.end() ? wire->start().instant : asked->second);
  }
  ResolveReport report{
      context,
      {.interface = *context.read_file, .probe = options.config.probe, .names = options.names, .replay = true},
      targets};
  return run_resolvers(resolvers, options.timeout, *wire, report, context);
}

ExitCode run_resolve(const Arguments& arguments, Context& context) {
  if (context.read_file && context.interface) return context.fail(usage_error("--read and -i exclude each other"));
  if (asks_in_reverse(arguments)) {
    const auto reverse = read_reverse_options(arguments, context);
    return reverse ? resolve_in_reverse(*reverse, context) : context.fail(reverse.error());
  }
  if (!arguments.given("TARGET")) return context.fail(usage_error("TARGET is missing"));
  const auto options = read_resolve_options(arguments);
  if (!options) return context.fail(options.error());
  const auto targets = read_resolve_targets(arguments, context, options->names);
  if (!targets) return context.fail(targets.error());
  return context.read_file ? resolve_replay(*options, *targets, context) : resolve_live(*options, *targets, context);
}

constexpr Positional positionals[] = {
    {.name = "TARGET",
     .help =
         "an IPv4 or IPv6 address; with --names a host name as well; with --reverse and --inverse a MAC address, and "
         "--reverse without any asks about the interface's own",
     .arity = Arity::any,
     .completes = Completes::host},
};

constexpr Option options[] = {
    {.name = "count",
     .letter = 'c',
     .value = "N",
     .help = "send N requests for each target, answered or not; 0: until interrupted",
     .fallback = "up to 3, until somebody answers"},
    {.name = "wait",
     .letter = 'w',
     .value = "SECONDS",
     .help = "wait this long for an answer to a request",
     .fallback = "1"},
    {.name = "interval", .value = "SECONDS", .help = "time between two requests for one target", .fallback = "1"},
    {.name = "late",
     .value = "SECONDS",
     .help = "stay this long after giving a target up, to tell who answers late",
     .fallback = "0.5"},
    {.name = "timeout", .value = "SECONDS", .help = "end after this time, whatever is still open"},
    {.name = "until-reply", .help = "the first answer ends it; a second owner is then not waited for"},
    {.name = "probe",
     .help = "ask as nobody (sender 0.0.0.0 or ::), so that no neighbour learns anything; silence means free"},
    {.name = "source",
     .value = "ADDRESS",
     .help = "ask from this address instead of the interface's; once for each family",
     .repeatable = true},
    {.name = "unicast", .value = "MAC", .help = "ask this station only, instead of everybody"},
    {.name = "reverse",
     .help =
         "which IPv4 address a MAC address has, asked of the link's servers by RARP, as a machine without a disk does "
         "when it starts: up to 4 requests, the wait doubled after each; a second server is waited for 0.6 s"},
    {.name = "inverse",
     .help = "the same, asked of the station itself by InARP, which few but frame relay routers answer"},
    {.name = "vlan",
     .value = "TAGS",
     .help =
         "ask with these VLAN tags and take only answers that carry them: 100, or outer.inner as in 200.100 (802.1ad, "
         "802.1Q)"},
    {.name = "names",
     .help = "look host names up (/etc/hosts, DNS), for five seconds at most; without it nothing is looked up"},
    {.name = "dump", .letter = 'x', .help = "print each frame sent in hex"},
    {.name = "force", .help = "ask for off-link targets and our own addresses all the same"},
};

constexpr Example examples[] = {
    {"onlink resolve 192.0.2.1", "who has 192.0.2.1, asked on the default route's interface"},
    {"onlink resolve -i eth0 -c 1 192.0.2.1 2001:db8::1", "both at once, with one request each"},
    {"onlink resolve --probe 192.0.2.77", "whether 192.0.2.77 is free, without telling anybody who asks"},
    {"onlink resolve --until-reply -c 0 192.0.2.9", "wait for a host to come up"},
    {"onlink resolve --vlan 200.100 --source 192.0.2.5 192.0.2.1", "the same in VLAN 100 inside service VLAN 200"},
    {"onlink resolve --reverse -i eth0", "which address a RARP server has for us"},
    {"onlink resolve --json 192.0.2.1 | jq -r .mac", "the MAC address for a script"},
};

constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "every target answered, or is ours"},
    {ExitCode::no, "nobody answered"},
    {ExitCode::usage, "an option or target cannot be meant, or the interface has no address to ask from"},
    {ExitCode::conflict,
     "several stations answered for one target, or somebody else is probing for it too; with --reverse, servers "
     "contradict "
     "each other"},
    {ExitCode::off_link, "every target is on another link: nothing was sent"},
    {ExitCode::permission, "asking needs CAP_NET_RAW"},
    {ExitCode::interface_lost,
     "the interface is absent, down, or went down during the run; answers until then are printed"},
    {ExitCode::partial, "some targets answered, not all"},
    {ExitCode::system,
     "any other refusal of the system: the interface cannot do ARP, a file cannot be read, no name server answers"},
};

}  // namespace

extern const Command resolve_command;
constinit const Command resolve_command{
    .name = "resolve",
    .summary = "ask who has each address",
    .description =
        "Asks the link who has each address, IPv4 by ARP and IPv6 by Neighbor Discovery, and prints every answer: the "
        "MAC "
        "address, its vendor, and the round-trip time. A second MAC for one address is a conflict, the same MAC "
        "answering one "
        "request twice a repeat, and an answer after the time to wait for it late.\n\n"
        "A target that is not on the interface's link is not asked: its routers would not pass the question on. The "
        "next hop "
        "that the kernel would use is printed instead, with the MAC address that the kernel's cache holds for it. Our "
        "own "
        "addresses are said to be ours.\n\n"
        "The question shows an address of the interface as its sender. An interface without one borrows none: --probe "
        "asks "
        "as nobody, --source as whom you say. That an address is free is said only with --probe, and only if every "
        "probe "
        "was really sent and the link stayed up.",
    .positionals = positionals,
    .options = options,
    .common_options = common::interface | common::family | common::rows | common::files,
    .examples = examples,
    .exits = exits,
    .run = run_resolve,
};

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/claim_consequences.hpp"
#include "onlink/cli/claim_options.hpp"
#include "onlink/cli/claim_plan.hpp"
#include "onlink/cli/claim_report.hpp"
#include "onlink/cli/claim_run.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/wire_access.hpp"

namespace onlink::inline v0::cli {
namespace {

std::expected<std::optional<HookRunner>, Error> start_hooks(const ClaimOptions& options) {
  if (options.hook.empty()) return std::nullopt;
  auto hooks = HookRunner::start({.command = options.hook, .time_limit = options.hook_time});
  if (!hooks) return std::unexpected(hooks.error());
  return *std::move(hooks);
}

ExitCode claim(kernel::Netlink& netlink, const AskingInterface& interface, ClaimOptions& options, Context& context) {
  const auto plan = plan_claim(netlink, interface, options);
  if (!plan) return context.fail(plan.error());
  auto monitor = kernel::LinkMonitor::open(interface.link.index);
  if (!monitor) return context.fail(monitor.error());
  // Before privileges go: a hook may do what the user may.
  auto hooks = start_hooks(options);
  if (!hooks) return context.fail(hooks.error());
  const PacketPortOptions port = claim_port_options(interface.link, *plan, options.automatic);
  auto wire = options.configure ? WireAccess::open(context, port, {kernel::Capability::net_admin})
                                : WireAccess::open(context, port);
  if (!wire) return context.fail(wire.error());
  for (const std::string& note : plan->notes) context.say(note);

  const Interrupt interrupt;
  ClaimReport report{context,
                     {.interface = interface.link.name,
                      .mac = plan->claimer.mac,
                      .vlans = plan->claimer.vlans,
                      .addresses = plan->targets.size() + (options.automatic ? 1 : 0),
                      .own = plan->kernels,
                      .probe_only = plan->claimer.probe_only,
                      .dump = options.dump}};
  report.start(wire->start());
  for (const IpAddress& address : plan->contradicted) report.on_contradicted(address);
  ClaimConsequences consequences{context, {netlink, interface}, *plan, options, *hooks ? &**hooks : nullptr};
  ClaimRun run{{interface.link, *monitor, *wire, interrupt, consequences, report, context}, *plan, options};
  const ExitCode code = run.run();
  context.signal = interrupt.signal();
  return code;
}

ExitCode run_claim(const Arguments& arguments, Context& context) {
  auto options = read_claim_options(arguments);
  if (!options) return context.fail(options.error());
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto interface = choose_interface(*netlink, context);
  if (!interface) return context.fail(interface.error());
  return claim(*netlink, *interface, *options, context);
}

constexpr Positional positionals[] = {
    {.name = "ADDR",
     .help = "an address to claim: 192.0.2.7, with its network's length 192.0.2.7/24, or a range 192.0.2.10-20",
     .arity = Arity::any},
};

constexpr std::string_view policies[] = {"never", "once", "always"};

constexpr Option options[] = {
    {.name = "auto", .help = "claim an IPv4 link-local address too, one that nobody has (RFC 3927)"},
    {.name = "state",
     .value = "FILE",
     .help = "with --auto: where the address that stood is kept, to be tried first the next time",
     .fallback = "link-local-MAC in $XDG_STATE_HOME/onlink; else in /var/lib/onlink for root, "
                 "~/.local/state/onlink for others",
     .completes = Completes::file},
    {.name = "no-state", .help = "with --auto: keep nothing"},
    {.name = "probe-only", .help = "only find out whether the addresses are free, and take none"},
    {.name = "policy",
     .value = "POLICY",
     .help =
         "when somebody else uses an address of ours: never defend it, defend it once in ten seconds and give it up "
         "at the next time, or always keep it",
     .fallback = "once",
     .completes = Completes::choice,
     .choices = policies},
    {.name = "fast", .help = "probe ten times as fast as the RFCs: 0.4 to 0.7 seconds for IPv4"},
    {.name = "scale", .value = "FACTOR", .help = "the time to readiness times this, 0.001 to 1; --fast is 0.1"},
    {.name = "once", .help = "end when every address is announced or refused; what --configure added stays"},
    {.name = "timeout", .value = "SECONDS", .help = "end after this time, and release what is held"},
    {.name = "configure",
     .help = "add an address to the interface when it is ready, and remove it when it is lost and at the end"},
    {.name = "dad-transmits", .value = "N", .help = "IPv6: probes for each address; 0: none", .fallback = "1"},
    {.name = "retrans",
     .value = "SECONDS",
     .help = "IPv6: time between probes and after the last (RetransTimer)",
     .fallback = "1"},
    {.name = "no-nonce", .help = "IPv6: probes without the nonce of enhanced duplicate address detection (RFC 7527)"},
    {.name = "optimistic", .help = "IPv6: ready at once, and lost if the check finds somebody (RFC 4429)"},
    {.name = "mac", .value = "MAC", .help = "claim for this MAC address", .fallback = "the interface's"},
    {.name = "vlan",
     .value = "TAGS",
     .help = "claim on this VLAN: 100, or outer.inner as in 200.100 (802.1ad, 802.1Q)"},
    {.name = "seed", .value = "N", .help = "of the random delays and nonces", .fallback = "from the system"},
    {.name = "write",
     .value = "FILE",
     .help = "write every frame sent and received to a capture file as well",
     .completes = Completes::file},
    {.name = "dump", .letter = 'x', .help = "print each frame sent in hex"},
    {.name = "exec-timeout", .value = "SECONDS", .help = "kill a hook after this time", .fallback = "10"},
    {.name = "exec",
     .value = "CMD ARG...",
     .help =
         "run this for each event, without a shell; ONLINK_EVENT, ONLINK_ADDRESS and others tell it which. The last "
         "option: all behind it is the command's",
     .rest = true},
};

constexpr Example examples[] = {
    {"onlink claim -i eth0 192.0.2.77", "probe, announce, answer for and defend 192.0.2.77 until Ctrl-C"},
    {"onlink claim -i eth0 --probe-only --fast 192.0.2.77", "whether it is free, in under a second"},
    {"onlink claim -i eth0 --configure --once 192.0.2.77/24", "give it to the interface, if nobody has it"},
    {"onlink claim -i eth0 --configure --auto", "an address for a link without DHCP"},
    {"onlink claim -i eth0 --configure 2001:db8::77/64 192.0.2.77/24 --exec /usr/local/bin/failover",
     "both families, and a hook at each event"},
    {"onlink claim -i eth0 --json 192.0.2.10-192.0.2.250 | jq -c 'select(.kind==\"lost\")'",
     "hold a pool, and hear what is lost"},
};

constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "every address was held until the end; with --probe-only every one is free"},
    {ExitCode::no, "the end came before anything was known"},
    {ExitCode::usage, "an option or address cannot be meant"},
    {ExitCode::conflict, "somebody else has, wants or took an address"},
    {ExitCode::permission, "claiming needs CAP_NET_RAW, --configure CAP_NET_ADMIN too"},
    {ExitCode::interface_lost,
     "the interface is absent or down, or went away; with --probe-only also if it went down: nothing is then free"},
    {ExitCode::partial, "some addresses are held, or free; of others nothing was known yet at the end"},
    {ExitCode::system,
     "any other refusal of the system: the kernel would not add an address, there is no such hook, the interface "
     "cannot "
     "do ARP"},
};

}  // namespace

extern const Command claim_command;
constinit const Command claim_command{
    .name = "claim",
    .summary = "take an address, defend it, give it up",
    .description =
        "Takes addresses as RFC 5227 (IPv4) and RFC 4862 (IPv6) have it: asks three times, or once, whether somebody "
        "has them; announces those that nobody has; answers for them and defends them until it is interrupted. Who "
        "has an address is said with his MAC address. Nothing is released in words: neither protocol has any.\n\n"
        "When the link goes down everything on it is lost, and every address is probed for anew when it is back.\n\n"
        "Without --configure the address is held on the link only: this host's kernel does not know of it, and "
        "ping will not be answered (onlink answer does that). An address that the kernel has already is answered for "
        "by the kernel, and defended by us.\n\n"
        "That an address is free is said only if every probe was really sent and the link stayed up.",
    .positionals = positionals,
    .options = options,
    .common_options = common::interface | common::rows,
    .examples = examples,
    .exits = exits,
    .run = run_claim,
};

}  // namespace onlink::inline v0::cli

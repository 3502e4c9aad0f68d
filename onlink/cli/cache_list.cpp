// SPDX-License-Identifier: Apache-2.0
// onlink cache list: the kernel's neighbour table.
#include <fmt/format.h>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_filter.hpp"
#include "onlink/cli/cache_print.hpp"
#include "onlink/cli/cmd_cache.hpp"

namespace onlink::inline v0::cli {
namespace {

ExitCode run_list(const Arguments& arguments, Context& context) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto filter = read_cache_filter(arguments, context, *netlink);
  if (!filter) return context.fail(filter.error());
  const auto entries = read_entries(*netlink, *filter);
  if (!entries) return context.fail(entries.error());
  if (const auto printed = print_entries(arguments, context, *netlink, *entries); !printed) {
    return context.fail(printed.error());
  }
  if (!entries->empty()) return ExitCode::yes;
  context.say(arguments.given("all") || arguments.given("state") || arguments.given("proxy")
                  ? "no such neighbour"
                  : "no such neighbour (--all shows noarp, none and proxies too)");
  return ExitCode::no;
}

constexpr Positional positionals[] = {
    {.name = "ADDRESS", .help = "only these: an address, a network or a range; of either family", .arity = Arity::any},
};
constexpr Option options[] = {
    cache_option::only_interface,
    cache_option::state,
    cache_option::mac,
    {.name = "all", .help = "noarp and none as well (broadcast and multicast addresses), and what is proxied"},
    {.name = "proxy", .help = "only addresses that this host answers for (`add --proxy`)"},
    cache_option::explain,
};
constexpr Example examples[] = {
    {"onlink cache", "every neighbour of every interface, IPv4 and IPv6"},
    {"onlink cache list -i eth0 --state stale --state failed", "those of eth0 that are in doubt, or were not found"},
    {"onlink cache list 192.0.2.0/24 2001:db8::/64", "of two networks"},
    {"onlink cache list --mac 08:00:27", "every address behind MAC addresses that begin like this"},
    {"onlink cache list --explain", "what each state means now, and what happens next"},
    {"onlink cache list --json | jq -r 'select(.state == \"failed\") | .ip'", "who does not answer, for a script"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "there is such an entry, or are several"}, {ExitCode::no, "there is none"},
    {ExitCode::usage, "an option or address cannot be meant"}, {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::system, "the kernel does not tell its table"},
};

}  // namespace

constinit const Command cache_list_command{
    .name = "list",
    .summary = "list neighbours: who has which MAC, as the kernel knows it",
    .description =
        "Prints the kernel's neighbour table, IPv4 (ARP) and IPv6 (NDP) in one list, ordered by interface, family and "
        "address. Nothing is sent, and no privilege is needed.\n\n"
        "CONFIRMED is how long ago the neighbour last proved that it hears us, USED when a packet last went to it "
        "other than by the fast path of `reachable`, UPDATED when its state or MAC address last changed. PROBES are "
        "the questions that it has not answered, as the kernel counts: a first search starts at ucast_solicit, 3.\n\n"
        "The states:\n"
        "  incomplete  being asked for its MAC address; packets wait\n"
        "  reachable   it answered a short while ago\n"
        "  stale       its MAC is used at once, and checked when a packet goes there\n"
        "  delay       a packet went there; some seconds are left for a sign of life\n"
        "  probe       no sign of life: it is asked, and packets still go there\n"
        "  failed      it did not answer\n"
        "  permanent   set by hand; nothing on the network changes it\n"
        "  noarp       needs no asking: broadcast, multicast, loopback (with --all)\n"
        "  none        nothing is known and nothing was asked (with --all)",
    .positionals = positionals,
    .options = options,
    .common_options = common::family | common::rows | common::language,
    .examples = examples,
    .exits = exits,
    .run = run_list,
};

}  // namespace onlink::inline v0::cli

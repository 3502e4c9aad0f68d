// SPDX-License-Identifier: Apache-2.0
// onlink cache watch: changes of the kernel's neighbour table as they happen.
#include <fmt/format.h>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_watch_run.hpp"
#include "onlink/cli/cmd_cache.hpp"

namespace onlink::inline v0::cli {
namespace {

using namespace std::chrono_literals;

std::expected<WatchOptions, Error> read_options(const Arguments& arguments, const Context& context,
                                                kernel::Netlink& netlink) {
  OptionReader reader(arguments);
  WatchOptions options{.count = reader.integer("count", 1),
                       .timeout = reader.duration("timeout", 1ms),
                       .poll = reader.duration("poll", 10ms),
                       .explain = arguments.given("explain")};
  if (reader.error()) return std::unexpected(*reader.error());
  auto filter = read_cache_filter(arguments, context, netlink);
  if (!filter) return std::unexpected(filter.error());
  options.filter = *std::move(filter);
  return options;
}

ExitCode run_watch(const Arguments& arguments, Context& context) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto options = read_options(arguments, context, *netlink);
  if (!options) return context.fail(options.error());
  const Interrupt interrupt;
  auto monitor = kernel::NeighborMonitor::open();
  if (!monitor) return context.fail(monitor.error());
  CacheWatch watch(*netlink, *options, context, *std::move(monitor));
  const auto watched = watch.run(interrupt);
  context.signal = interrupt.signal();
  if (!watched) return context.fail(watched.error());
  return watch.shown() == 0 ? ExitCode::no : ExitCode::yes;
}

constexpr Positional positionals[] = {
    {.name = "ADDRESS", .help = "only these: an address, a network or a range; of either family", .arity = Arity::any},
};
constexpr Option options[] = {
    cache_option::only_interface,
    {.name = "count", .letter = 'c', .value = "N", .help = "end after N changes", .fallback = "until interrupted"},
    {.name = "timeout", .letter = 'w', .value = "SECONDS", .help = "end after this time", .fallback = "never"},
    {.name = "poll",
     .value = "SECONDS",
     .help = "read the table so often as well, to see what the kernel gives no notice of: stale -> delay, proxies",
     .fallback = "never"},
    {.name = "state",
     .value = "STATE",
     .help = "only changes from or to this state",
     .repeatable = true,
     .completes = Completes::choice,
     .choices = state_words},
    cache_option::mac,
    {.name = "all", .help = "noarp and none as well"},
    cache_option::explain,
};
constexpr Example examples[] = {
    {"onlink cache watch", "every change on every interface, until Ctrl-C"},
    {"onlink cache watch -i eth0 --poll 0.2", "with those that the kernel tells nobody of"},
    {"onlink cache watch -q -c 1 -w 10 --state failed 192.0.2.1 && echo lost", "wait for a neighbour to fail"},
    {"onlink cache watch --json | jq -c 'select(.mac_before and .mac_before != .mac)'", "who moved"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "something changed"},
    {ExitCode::no, "nothing changed until the timeout"},
    {ExitCode::usage, "an option or address cannot be meant"},
    {ExitCode::interface_lost, "the interface is absent, or went away"},
    {ExitCode::system, "the kernel does not tell its table"},
};

}  // namespace

constinit const Command cache_watch_command{
    .name = "watch",
    .summary = "show changes of the neighbour table as they happen",
    .description =
        "Prints each change as before -> after, with the reason where it can be known: the time that ran out, the "
        "questions that had no answer, the program that asked for it. Which packet taught the kernel a MAC address it "
        "does not say. Nothing is sent, and no privilege is needed.\n\n"
        "The kernel gives no notice of a search that begins and of stale -> delay: reachable, failed or probe come as "
        "if out of nothing, unless --poll reads the table as well. When changes come faster than they are read, the "
        "table is read anew, so that what is shown ends as it is; a line on standard error says so.",
    .positionals = positionals,
    .options = options,
    .common_options = common::family | common::rows | common::language,
    .examples = examples,
    .exits = exits,
    .run = run_watch,
};

}  // namespace onlink::inline v0::cli

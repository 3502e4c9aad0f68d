// SPDX-License-Identifier: Apache-2.0
// onlink cache flush: entries by what they are.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_change_print.hpp"
#include "onlink/cli/cache_filter.hpp"
#include "onlink/cli/cmd_cache.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEntry;
using kernel::Netlink;

// Somebody meant these to stay: they go only when their state, or that they are external, is asked for by name.
bool is_spared(const NeighborEntry& entry, const Arguments& arguments) {
  const bool meant_to_stay = entry.state == NudState::permanent || entry.state == NudState::noarp ||
                             entry.externally_learned || entry.externally_validated;
  return meant_to_stay && !arguments.given("state");
}

// It went by itself, or with its interface.
bool is_gone(const Error& error) { return error.sys_errno == ENOENT || error.code == ErrorCode::no_interface; }

struct Flushed {
  std::size_t entries = 0;
  std::size_t spared = 0;
  std::optional<Error> error{};
};

Flushed flush(const Arguments& arguments, Context& context, Netlink& netlink, const std::vector<NeighborEntry>& entries,
              const Interrupt& interrupt) {
  Flushed flushed;
  InterfaceNames names(netlink);
  ChangePrinter printer(context, names, false);
  for (const NeighborEntry& entry : entries) {
    if (interrupt.requested()) break;
    if (is_spared(entry, arguments)) {
      ++flushed.spared;
      continue;
    }
    const auto done = kernel::delete_neighbor(netlink, entry.interface, entry.address);
    if (!done && is_gone(done.error())) continue;
    if (!done) {
      flushed.error = done.error();
      return flushed;
    }
    ++flushed.entries;
    printer.print({.kind = kernel::NoticeKind::removed, .before = entry});
  }
  return flushed;
}

ExitCode run_flush(const Arguments& arguments, Context& context) {
  const bool filtered = context.interface || context.family || arguments.given("ADDRESS") || arguments.given("state") ||
                        arguments.given("mac");
  if (!filtered && !arguments.given("all")) {
    return context.fail(usage_error("which ones? -i, -4, -6, --state, --mac, an address or network; or --all"));
  }
  if (filtered && arguments.given("all")) return context.fail(usage_error("--all and a filter exclude each other"));
  auto netlink = Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  auto filter = read_cache_filter(arguments, context, *netlink);
  if (!filter) return context.fail(filter.error());
  filter->also_proxies = false;  // --all is all neighbours; whom we answer for is no neighbour
  const auto entries = read_entries(*netlink, *filter);
  if (!entries) return context.fail(entries.error());
  const Interrupt interrupt;
  const Flushed flushed = flush(arguments, context, *netlink, *entries, interrupt);
  context.signal = interrupt.signal();
  const std::string left =
      flushed.spared == 0
          ? std::string{}
          : fmt::format("; {} permanent, noarp or external left (--state flushes them)", flushed.spared);
  context.say(fmt::format("{} flushed{}", flushed.entries, left));
  if (flushed.error) return context.fail(*flushed.error);
  return flushed.entries == 0 ? ExitCode::no : ExitCode::yes;
}

constexpr Positional positionals[] = {
    {.name = "ADDRESS", .help = "only these: an address, a network or a range", .arity = Arity::any},
};
constexpr Option options[] = {
    cache_option::only_interface,
    {.name = "state",
     .value = "STATE",
     .help = "only entries in this state; the one way to flush permanent and noarp ones",
     .repeatable = true,
     .completes = Completes::choice,
     .choices = state_words},
    cache_option::mac,
    {.name = "all", .help = "every neighbour of every interface, but permanent, noarp and external ones"},
};
constexpr Example examples[] = {
    {"onlink cache flush -i eth0", "all that eth0 has learned"},
    {"onlink cache flush --state failed --state incomplete", "those that do not answer"},
    {"onlink cache flush -i eth0 --state permanent 192.0.2.0/24", "what was set by hand in one network"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "some entries were flushed"},
    {ExitCode::no, "there was nothing to flush"},
    {ExitCode::usage, "no filter and no --all, or an option or address cannot be meant"},
    {ExitCode::permission, "editing needs CAP_NET_ADMIN"},
    {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::system, "the kernel refuses, or does not tell its table"},
};

}  // namespace

constinit const Command cache_flush_command{
    .name = "flush",
    .summary = "remove neighbours by interface, network, state or MAC",
    .description =
        "Removes every entry that all filters take, prints what each was, and says how many there were. At least one "
        "filter, or --all, must be given.\n\n"
        "What somebody meant to stay does stay: permanent and noarp entries, and those that a program put there "
        "(extern-learn, extern-valid). With --state, entries in exactly these states go, whoever put them there.",
    .positionals = positionals,
    .options = options,
    .common_options = common::family | common::rows,
    .examples = examples,
    .exits = exits,
    .run = run_flush,
};

}  // namespace onlink::inline v0::cli

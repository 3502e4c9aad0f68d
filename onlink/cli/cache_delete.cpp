// SPDX-License-Identifier: Apache-2.0
// onlink cache delete: entries by address.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_change_print.hpp"
#include "onlink/cli/cache_filter.hpp"
#include "onlink/cli/cache_place.hpp"
#include "onlink/cli/cmd_cache.hpp"
#include "onlink/kernel/neighbor_edit.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEntry;
using kernel::Netlink;

std::expected<std::vector<FoundEntry>, Error> find_all(const Arguments& arguments, const Context& context,
                                                       Netlink& netlink) {
  std::vector<IpAddress> addresses;
  for (const std::string& text : arguments.values("ADDRESS")) {
    const auto address = parse_ip(text);
    if (!address) return std::unexpected(address.error());
    if (std::ranges::find(addresses, *address) == addresses.end()) addresses.push_back(*address);
  }
  kernel::NeighborQuery query{.proxies = arguments.given("proxy")};
  if (context.interface) {
    const auto link = netlink.find_link(*context.interface);
    if (!link) return std::unexpected(link.error());
    query.interface = link->index;
  }
  const auto entries = netlink.neighbors(query);
  if (!entries) return std::unexpected(entries.error());
  std::vector<FoundEntry> found;
  for (const IpAddress& address : addresses) {
    auto one = find_entry(*entries, address, netlink);
    if (!one) return std::unexpected(one.error());
    found.push_back(*std::move(one));
  }
  return found;
}

ExitCode run_delete(const Arguments& arguments, Context& context) {
  auto netlink = Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto found = find_all(arguments, context, *netlink);
  if (!found) return context.fail(found.error());
  InterfaceNames names(*netlink);
  ChangePrinter printer(context, names, false);
  const auto table = arguments.given("proxy") ? kernel::NeighborTable::proxies : kernel::NeighborTable::neighbors;
  std::size_t absent = 0;
  for (const FoundEntry& one : *found) {
    const auto done = one.entry ? kernel::delete_neighbor(*netlink, one.entry->interface, one.address, table)
                                : std::expected<void, Error>{};
    if (!one.entry || (!done && done.error().sys_errno == ENOENT)) {
      ++absent;
      context.say(no_entry_text(one.address, context));
      continue;
    }
    if (!done) return context.fail(done.error());
    printer.print({.kind = kernel::NoticeKind::removed, .before = one.entry});
  }
  if (absent == 0) return ExitCode::yes;
  return absent == found->size() ? ExitCode::no : ExitCode::partial;
}

constexpr Positional positionals[] = {
    {.name = "ADDRESS", .help = "an IPv4 or IPv6 address", .arity = Arity::at_least_one, .completes = Completes::host},
};
constexpr Option options[] = {
    {.name = "interface",
     .letter = 'i',
     .value = "IFACE",
     .help = "the entry on this interface",
     .fallback = "the one that has the entry",
     .completes = Completes::interface},
    {.name = "proxy", .help = "no longer answer for the address"},
};
constexpr Example examples[] = {
    {"onlink cache delete 192.0.2.9", "the next packet there has the kernel ask anew"},
    {"onlink cache delete -i eth0 fe80::1 192.0.2.1", "both, on eth0"},
    {"onlink cache delete --proxy 2001:db8::77", "the end of `add --proxy`"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "every entry is gone"},
    {ExitCode::no, "there was none"},
    {ExitCode::usage, "what was typed is not an address, or several interfaces have an entry for it"},
    {ExitCode::permission, "editing needs CAP_NET_ADMIN"},
    {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::partial, "some were there and are gone, others were not there"},
    {ExitCode::system, "the kernel refuses, or does not tell its table"},
};

}  // namespace

constinit const Command cache_delete_command{
    .name = "delete",
    .summary = "remove neighbours by address",
    .description =
        "Removes the entry in whatever state it is, permanent too, and prints what it was. Packets that wait in an "
        "incomplete entry fail at once. Without -i it is the interface that has the entry.",
    .positionals = positionals,
    .options = options,
    .common_options = common::rows,
    .examples = examples,
    .exits = exits,
    .run = run_delete,
};

}  // namespace onlink::inline v0::cli

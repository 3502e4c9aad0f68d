// SPDX-License-Identifier: Apache-2.0
// onlink cache get: what the kernel knows of single addresses.
#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_explain.hpp"
#include "onlink/cli/cache_filter.hpp"
#include "onlink/cli/cache_place.hpp"
#include "onlink/cli/cache_print.hpp"
#include "onlink/cli/cmd_cache.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEntry;
using kernel::Netlink;

std::expected<std::vector<IpAddress>, Error> read_addresses(const Arguments& arguments) {
  std::vector<IpAddress> addresses;
  for (const std::string& text : arguments.values("ADDRESS")) {
    const auto address = parse_ip(text);
    if (!address) return std::unexpected(address.error());
    addresses.push_back(*address);
  }
  return addresses;
}

// Every interface's entry for the address; the kernel is asked for one, not for its table.
std::expected<std::vector<NeighborEntry>, Error> entries_for(Netlink& netlink, const IpAddress& address,
                                                             const std::vector<kernel::Link>& links) {
  std::vector<NeighborEntry> found;
  for (const kernel::Link& link : links) {
    for (const auto& entry : {netlink.neighbor(link.index, address), netlink.proxy_neighbor(link.index, address)}) {
      if (!entry) return std::unexpected(entry.error());
      if (*entry) found.push_back(**entry);
    }
  }
  return found;
}

std::expected<std::vector<kernel::Link>, Error> links_to_ask(Netlink& netlink, const Context& context) {
  if (!context.interface) return netlink.links();
  auto link = netlink.find_link(*context.interface);
  if (!link) return std::unexpected(link.error());
  return std::vector{*std::move(link)};
}

ExitCode run_get(const Arguments& arguments, Context& context) {
  const auto addresses = read_addresses(arguments);
  if (!addresses) return context.fail(addresses.error());
  auto netlink = Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto links = links_to_ask(*netlink, context);
  if (!links) return context.fail(links.error());
  std::vector<NeighborEntry> all;
  std::size_t absent = 0;
  for (const IpAddress& address : *addresses) {
    const auto found = entries_for(*netlink, address, *links);
    if (!found) return context.fail(found.error());
    if (found->empty()) {
      ++absent;
      context.say(no_entry_text(address, context));
    }
    all.insert(all.end(), found->begin(), found->end());
  }
  if (const auto printed = print_entries(arguments, context, *netlink, all); !printed) {
    return context.fail(printed.error());
  }
  if (absent == 0) return ExitCode::yes;
  return absent == addresses->size() ? ExitCode::no : ExitCode::partial;
}

constexpr Positional positionals[] = {
    {.name = "ADDRESS", .help = "an IPv4 or IPv6 address", .arity = Arity::at_least_one, .completes = Completes::host},
};
constexpr Option options[] = {cache_option::only_interface, cache_option::explain};
constexpr Example examples[] = {
    {"onlink cache get 192.0.2.1", "the kernel's entry for 192.0.2.1, on whatever interface"},
    {"onlink cache get --explain 192.0.2.1", "and what its state means now"},
    {"onlink cache get -q fe80::1 -i eth0 && echo known", "the exit code alone, for a script"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "there is an entry for every address"},
    {ExitCode::no, "there is none"},
    {ExitCode::usage, "what was typed is not an address"},
    {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::partial, "there is an entry for some of the addresses"},
    {ExitCode::system, "the kernel does not tell its table"},
};

}  // namespace

constinit const Command cache_get_command{
    .name = "get",
    .summary = "show what the kernel knows of an address",
    .description =
        "Prints the entry of each address, in whatever state, and whether this host answers for it; of every "
        "interface that has one. Nothing is sent: `resolve` asks the network.",
    .positionals = positionals,
    .options = options,
    .common_options = common::rows | common::language,
    .examples = examples,
    .exits = exits,
    .run = run_get,
};

}  // namespace onlink::inline v0::cli

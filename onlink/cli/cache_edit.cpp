// SPDX-License-Identifier: Apache-2.0
// onlink cache add, change, replace: one entry of the kernel's neighbour table.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "onlink/cli/cache_change_print.hpp"
#include "onlink/cli/cache_edit_options.hpp"
#include "onlink/cli/cache_place.hpp"
#include "onlink/cli/cache_warnings.hpp"
#include "onlink/cli/cmd_cache.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEntry;
using kernel::NeighborVerb;
using kernel::Netlink;

std::expected<std::optional<NeighborEntry>, Error> entry_now(Netlink& netlink, const kernel::NeighborEdit& edit) {
  return edit.proxy ? netlink.proxy_neighbor(edit.interface, edit.address)
                    : netlink.neighbor(edit.interface, edit.address);
}

// What cannot be an entry, in our words before the kernel's.
std::optional<Error> check_mac(const EditOptions& options, const kernel::Link& link,
                               const std::optional<NeighborEntry>& before, NeighborVerb verb) {
  const kernel::NeighborEdit& edit = options.edit;
  if (edit.mac && link.ethernet && edit.mac->size() != MacAddress{}.octets.size()) {
    return usage_error(fmt::format("{}: {} octets, but addresses on {} have 6", to_string(*edit.mac), edit.mac->size(),
                                   printable(link.name)));
  }
  const bool needs_none = edit.mac || edit.proxy || edit.use || edit.managed;
  if (needs_none || !kernel::valid_states.contains(edit.state)) return std::nullopt;
  // The kernel keeps the address that is there, and refuses what is not to be there, or is not there.
  const bool has_one = before && kernel::valid_states.contains(before->state);
  if (has_one || (verb == NeighborVerb::add && before) || (verb == NeighborVerb::change && !before))
    return std::nullopt;
  return usage_error(fmt::format("MAC is missing: an entry in state {} needs one (--use has the kernel ask for it)",
                                 to_string(edit.state)));
}

// The exit code that --strict refuses it with; nothing when it may be made.
std::expected<std::optional<ExitCode>, Error> warn(Netlink& netlink, const kernel::Link& link,
                                                   const EditOptions& options, const Context& context) {
  if (options.edit.proxy) return std::nullopt;
  auto checker = AdditionChecker::open(netlink, link);
  if (!checker) return std::unexpected(checker.error());
  const auto mac = options.edit.mac ? options.edit.mac->mac() : std::nullopt;
  const auto warnings = checker->check(options.edit.address, mac);
  if (!warnings) return std::unexpected(warnings.error());
  if (options.strict && !warnings->empty()) {
    for (const AdditionWarning& warning : *warnings) {
      (void)context.fail({ErrorCode::system, 0, fmt::format("{} (refused: --strict)", warning.text)});
    }
    return strict_code(*warnings);
  }
  for (const AdditionWarning& warning : *warnings) context.say(fmt::format("warning: {}", warning.text));
  if (options.state == NudState::incomplete) {
    context.say("warning: in state incomplete by hand the kernel asks nobody and packets wait for ever (--use asks)");
  }
  return std::nullopt;
}

// The interface of an entry that is to change: where it is; of a new one: where it belongs.
std::expected<kernel::Link, Error> choose_link(Netlink& netlink, const EditOptions& options, NeighborVerb verb,
                                               const Context& context) {
  if (context.interface || verb == NeighborVerb::add) return interface_for(netlink, context, options.edit.address);
  const auto entries = netlink.neighbors({.family = options.edit.address.family(), .proxies = options.edit.proxy});
  if (!entries) return std::unexpected(entries.error());
  const auto found = find_entry(*entries, options.edit.address, netlink);
  if (!found) return std::unexpected(found.error());
  if (!found->entry) return interface_for(netlink, context, options.edit.address);
  auto link = netlink.find_link(found->entry->interface);
  if (link) context.say(fmt::format("on {}, which has the entry", printable(link->name)));
  return link;
}

// All IPv4 addresses of such a link share one entry, which an edit of any of them would change (arp_constructor).
std::optional<Error> shares_one_entry(const kernel::Link& link, const kernel::NeighborEdit& edit) {
  if (edit.proxy || edit.address.is_ipv6() || !(link.loopback || link.point_to_point)) return std::nullopt;
  return Error{
      ErrorCode::unsupported, 0,
      fmt::format("{}: {}: on this link the kernel has one IPv4 entry for all addresses, so none of its own for "
                  "this one",
                  printable(link.name), edit.address)};
}

ExitCode refuse(const Context& context, const Error& error) {
  const ExitCode code = context.fail(error);
  return error.sys_errno == EEXIST || error.sys_errno == ENOENT ? ExitCode::no : code;
}

ExitCode edit_on(Netlink& netlink, const kernel::Link& link, NeighborVerb verb, EditOptions& options,
                 Context& context) {
  options.edit.interface = link.index;
  if (const auto error = shares_one_entry(link, options.edit)) return context.fail(*error);
  const auto before = entry_now(netlink, options.edit);
  if (!before) return context.fail(before.error());
  if (const auto error = check_mac(options, link, *before, verb)) return context.fail(*error);
  const auto refused = warn(netlink, link, options, context);
  if (!refused) return context.fail(refused.error());
  if (*refused) return **refused;
  if (const auto done = kernel::edit_neighbor(netlink, verb, options.edit); !done) {
    return refuse(context, done.error());
  }
  const auto after = entry_now(netlink, options.edit);
  if (!after) return context.fail(after.error());
  if (*after) {
    InterfaceNames names(netlink);
    ChangePrinter(context, names, false).print({.before = *before, .after = *after});
  }
  return ExitCode::yes;
}

template <NeighborVerb verb>
ExitCode run_edit(const Arguments& arguments, Context& context) {
  auto options = read_edit_options(arguments, context);
  if (!options) return context.fail(options.error());
  auto netlink = Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto link = choose_link(*netlink, *options, verb, context);
  if (!link) return context.fail(link.error());
  return edit_on(*netlink, *link, verb, *options, context);
}

constexpr std::uint8_t common_options = common::family | common::rows;

constexpr ExitMeaning add_exits[] = {
    {ExitCode::yes, "the entry is there now"},
    {ExitCode::no, "there was an entry already; it stays as it was"},
    {ExitCode::usage, "it cannot be meant, or no interface's network holds the address, or several do"},
    {ExitCode::conflict, "with --strict: the address is this host's, or the MAC address is another's"},
    {ExitCode::off_link, "with --strict: packets for the address do not go to this link"},
    {ExitCode::permission, "editing needs CAP_NET_ADMIN"},
    {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::system, "the kernel refuses: the table is full, or the family is off on the interface"},
};
constexpr ExitMeaning change_exits[] = {
    {ExitCode::yes, "the entry is as you say now"},
    {ExitCode::no, "there is no such entry"},
    {ExitCode::usage, "it cannot be meant, or several interfaces have such an entry"},
    {ExitCode::conflict, "with --strict: the address is this host's, or the MAC address is another's"},
    {ExitCode::off_link, "with --strict: packets for the address do not go to this link"},
    {ExitCode::permission, "editing needs CAP_NET_ADMIN"},
    {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::system, "the kernel refuses or does not tell its table"},
};
constexpr ExitMeaning replace_exits[] = {
    {ExitCode::yes, "the entry is as you say now"},
    {ExitCode::usage, "it cannot be meant, or several interfaces have such an entry"},
    {ExitCode::conflict, "with --strict: the address is this host's, or the MAC address is another's"},
    {ExitCode::off_link, "with --strict: packets for the address do not go to this link"},
    {ExitCode::permission, "editing needs CAP_NET_ADMIN"},
    {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::system, "the kernel refuses: the table is full, or the family is off on the interface"},
};

constexpr Example add_examples[] = {
    {"onlink cache add 192.0.2.9 08:00:27:53:10:67", "for good, until it is deleted or the interface goes down"},
    {"onlink cache add -i eth0 2001:db8::9 08-00-27-53-10-67 --state stale", "to begin with; checked when it is used"},
    {"onlink cache add 192.0.2.9 --managed", "the kernel finds out, and keeps it fresh"},
    {"onlink cache add -i eth0 --proxy 2001:db8::77", "answer on eth0 for a host behind us (needs proxy_ndp)"},
};
constexpr Example change_examples[] = {
    {"onlink cache change 192.0.2.9 08:00:27:00:00:01", "it has another MAC address now, for good"},
    {"onlink cache change 192.0.2.9 --state probe", "check at once whether it is still there, as it was known"},
    {"onlink cache change 192.0.2.9 --state stale", "no longer permanent: the network may teach us another"},
};
constexpr Example replace_examples[] = {
    {"onlink cache replace 192.0.2.9 08:00:27:53:10:67", "whatever there was, it is this now"},
};

}  // namespace

constinit const Command cache_add_command{
    .name = "add",
    .summary = "add a neighbour that the kernel does not have yet",
    .description =
        "The entry is permanent unless --state says otherwise: nothing on the network changes it. Without -i it goes "
        "to the interface whose network holds the address.\n\n"
        "What will hardly work is added all the same, and warned of: an address on another link, this host's own, a "
        "broadcast or multicast one, a MAC address that is no station's. --strict refuses it.",
    .positionals = edit_positionals,
    .options = edit_options,
    .common_options = common_options,
    .examples = add_examples,
    .exits = add_exits,
    .run = run_edit<NeighborVerb::add>,
};

constinit const Command cache_change_command{
    .name = "change",
    .summary = "change the MAC or state of a neighbour that is there",
    .description =
        "Without a MAC address the one that is there stays. As with `add` the state becomes permanent unless --state "
        "says otherwise. Without -i it is the interface that has the entry.",
    .positionals = edit_positionals,
    .options = edit_options,
    .common_options = common_options,
    .examples = change_examples,
    .exits = change_exits,
    .run = run_edit<NeighborVerb::change>,
};

constinit const Command cache_replace_command{
    .name = "replace",
    .summary = "change a neighbour, or add it when it is not there",
    .description =
        "As `change` where there is an entry, as `add` where there is none. Only flags that are given are set "
        "afterwards: a router that is replaced without --router is none.",
    .positionals = edit_positionals,
    .options = edit_options,
    .common_options = common_options,
    .examples = replace_examples,
    .exits = replace_exits,
    .run = run_edit<NeighborVerb::replace>,
};

}  // namespace onlink::inline v0::cli

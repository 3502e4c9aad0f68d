// SPDX-License-Identifier: Apache-2.0
// onlink cache: the kernel's neighbour table; each subcommand is in a cache_*.cpp.
#include "onlink/cli/cmd_cache.hpp"

#include "onlink/cli/cache_commands.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr const Command* subcommands[] = {&cache_list_command,    &cache_get_command,    &cache_add_command,
                                          &cache_replace_command, &cache_change_command, &cache_delete_command,
                                          &cache_flush_command,   &cache_watch_command,  &cache_params_command,
                                          &cache_import_command,  &cache_export_command};

constexpr Example examples[] = {
    {"onlink cache", "every neighbour of every interface, IPv4 and IPv6"},
    {"onlink cache 192.0.2.0/24", "those of one network"},
    {"onlink cache get --explain 192.0.2.1", "what the kernel knows of one, and what that means"},
    {"onlink cache watch", "every change as it happens, and why"},
    {"onlink cache add 192.0.2.9 08:00:27:53:10:67", "a permanent entry"},
    {"onlink cache flush -i eth0 --state failed", "forget those that did not answer"},
};

}  // namespace

extern const Command cache_command;
constinit const Command cache_command{
    .name = "cache",
    .summary = "show, watch and edit the kernel's neighbour table",
    .description =
        "The kernel's neighbour table says to which MAC address the packets for a neighbour go: what `arp` shows for "
        "IPv4, `ip neigh` for both. Without a command, or with options and addresses only, it is listed.",
    .examples = examples,
    .subcommands = subcommands,
    .usual = &cache_list_command,
};

}  // namespace onlink::inline v0::cli

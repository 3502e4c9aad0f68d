// SPDX-License-Identifier: Apache-2.0
// The tools whose command lines still work: for each a file here, and a row in `tools`.
#include <algorithm>
#include <iterator>

#include "onlink/cli/command.hpp"

namespace onlink::inline v0::cli {

extern const Command arp_scan_tool;
extern const Command arp_tool;
extern const Command arping_habets_tool;
extern const Command arping_tool;
extern const Command arpsend_tool;
extern const Command ndisc6_tool;

namespace {

constexpr const Command* tools[] = {&arp_tool,           &arp_scan_tool, &arping_tool,
                                    &arping_habets_tool, &arpsend_tool,  &ndisc6_tool};

constexpr Example examples[] = {
    {"onlink compat arpsend -D -c 3 -e 192.0.2.7 eth0",
     "whether somebody has the address, in arpsend's words and status"},
    {"ln -s onlink /usr/local/bin/arpsend", "the old name; a link to the program is enough"},
};

}  // namespace

extern const Command compat_command;
constinit const Command compat_command{
    .name = "compat",
    .summary = "other tools' command lines, for the scripts that use them",
    .description =
        "onlink compat NAME ... takes the options of that tool, prints its text and ends with its status; so does a "
        "link to "
        "onlink that bears the tool's name. Where the original says something wrong, its text and status stay what "
        "scripts "
        "rely on, and a warning on standard error says what is right.",
    .examples = examples,
    .subcommands = tools,
};

const Command* find_tool(std::string_view name) noexcept {
  const auto tool = std::ranges::find_if(tools, [&](const Command* one) { return one->name == name; });
  return tool == std::end(tools) ? nullptr : *tool;
}

}  // namespace onlink::inline v0::cli

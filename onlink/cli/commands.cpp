// SPDX-License-Identifier: Apache-2.0
// The table of commands, and the options that they share.
#include <algorithm>
#include <array>

#include "onlink/cli/command.hpp"

namespace onlink::inline v0::cli {

extern const Command resolve_command;
extern const Command scan_command;
extern const Command cache_command;
extern const Command answer_command;
extern const Command claim_command;
extern const Command announce_command;
extern const Command vendor_command;
extern const Command lab_command;
extern const Command compat_command;
extern const Command help_command;

namespace {

constexpr const Command* table[] = {&resolve_command,  &scan_command,  &cache_command,  &answer_command,
                                    &announce_command, &claim_command, &vendor_command, &lab_command,
                                    &compat_command,   &help_command};

constexpr std::string_view color_choices[] = {"auto", "always", "never"};
constexpr std::string_view language_choices[] = {"en", "zh"};

struct SharedOption {
  std::uint8_t group;
  std::string_view name;
};

constexpr Option shared_options[] = {
    {.name = "interface",
     .letter = 'i',
     .value = "IFACE",
     .help = "the interface to use",
     .fallback = "the default route's, said aloud",
     .completes = Completes::interface},
    {.name = "ipv4", .letter = '4', .help = "IPv4 only"},
    {.name = "ipv6", .letter = '6', .help = "IPv6 only"},
    {.name = "json", .help = "one JSON object a line; the same fields in every command"},
    {.name = "csv", .help = "comma-separated values with a header line"},
    {.name = "read",
     .value = "FILE",
     .help = "take what comes in from a capture file instead of the wire, and its time too; - is standard input",
     .completes = Completes::file},
    {.name = "write",
     .value = "FILE",
     .help = "write every frame sent and received to a capture file as well",
     .completes = Completes::file},
    {.name = "lang",
     .value = "LANG",
     .help = "language of explanations; JSON is never translated",
     .fallback = "from LANG",
     .completes = Completes::choice,
     .choices = language_choices},
    {.name = "quiet", .letter = 'q', .help = "no output but errors; the exit code is the answer"},
    {.name = "verbose", .letter = 'v', .help = "say more; twice for still more", .repeatable = true},
    {.name = "color",
     .value = "WHEN",
     .help = "colour; auto is for terminals, and heeds NO_COLOR",
     .fallback = "auto",
     .completes = Completes::choice,
     .choices = color_choices},
    {.name = "help", .letter = 'h', .help = "this text"},
};

constexpr SharedOption groups[] = {
    {common::interface, "interface"}, {common::family, "ipv4"},   {common::family, "ipv6"},
    {common::rows, "json"},           {common::rows, "csv"},      {common::files, "read"},
    {common::files, "write"},         {common::language, "lang"},
};

}  // namespace

std::span<const Command* const> commands() noexcept { return table; }

std::span<const Option> common_option_list() noexcept { return shared_options; }

bool takes_common_option(const Command& command, const Option& option) noexcept {
  if (command.imitate != nullptr) return false;
  const auto group = std::ranges::find(groups, option.name, &SharedOption::name);
  return group == std::end(groups) || (command.common_options & group->group) != 0;
}

}  // namespace onlink::inline v0::cli

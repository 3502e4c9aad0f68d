// SPDX-License-Identifier: Apache-2.0
// What is typed behind `onlink cache add`, `change` and `replace`.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/neighbor_edit.hpp"

namespace onlink::inline v0::cli {

struct EditOptions {
  kernel::NeighborEdit edit{};      // without interface
  std::optional<NudState> state{};  // as typed
  bool strict = false;              // doubtful entries are refused
};

// Errors: usage.
[[nodiscard]] std::expected<EditOptions, Error> read_edit_options(const Arguments& arguments, const Context& context);

// Who put an entry there, by its number or by iproute2's name for it; "static", "zebra", "186".
[[nodiscard]] std::optional<std::uint8_t> parse_protocol(std::string_view text) noexcept;

inline constexpr Positional edit_positionals[] = {
    {.name = "ADDRESS", .help = "an IPv4 or IPv6 address", .completes = Completes::host},
    {.name = "MAC",
     .help = "its MAC address, in any notation; not with --use, --managed or --proxy",
     .arity = Arity::optional},
};
inline constexpr std::string_view edit_state_words[] = {"permanent", "reachable", "stale", "delay",     "probe",
                                                        "noarp",     "failed",    "none",  "incomplete"};
inline constexpr Option edit_options[] = {
    {.name = "interface",
     .letter = 'i',
     .value = "IFACE",
     .help = "the entry's interface",
     .fallback = "the one that has it; for a new entry, whose network holds the address",
     .completes = Completes::interface},
    {.name = "state",
     .value = "STATE",
     .help = "the state that the entry gets",
     .fallback = "permanent",
     .completes = Completes::choice,
     .choices = edit_state_words},
    {.name = "router", .help = "mark it as a router (IPv6)"},
    {.name = "proxy", .help = "answer for the address ourselves, instead of saying where it is"},
    {.name = "use", .help = "as if a packet went there: the kernel asks for its MAC address now"},
    {.name = "managed", .help = "the kernel asks for its MAC address now, and again whenever that is in doubt"},
    {.name = "extern-learn", .help = "marked as learned by a control plane: not collected when the table is full"},
    {.name = "extern-valid", .help = "marked as checked by a program: becomes stale, never failed (Linux 6.17)"},
    {.name = "protocol", .value = "NAME", .help = "mark who put it there: static, zebra, bgp, ..., or a number"},
    {.name = "strict", .help = "refuse a doubtful entry instead of warning"},
};

}  // namespace onlink::inline v0::cli

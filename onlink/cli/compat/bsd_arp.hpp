// SPDX-License-Identifier: Apache-2.0
// arp --style bsd and --style macos: the options, lines and statuses of FreeBSD's and macOS's arp over Linux's tables.
// Their entries are routes, ours are neighbours; what they show beyond /proc/net/arp is added: an interface's own
// addresses, and on macOS the groups and broadcast addresses that the table knows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

enum class BsdArpDialect : std::uint8_t { freebsd, macos };
[[nodiscard]] std::optional<BsdArpDialect> find_bsd_arp_dialect(std::string_view style) noexcept;

// The command line with the program's name in front, and a null pointer behind its end.
[[nodiscard]] int run_bsd_arp(BsdArpDialect dialect, std::span<char*> command_line, TextWriter& out, TextWriter& err);

}  // namespace onlink::inline v0::cli::compat

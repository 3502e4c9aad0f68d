// SPDX-License-Identifier: Apache-2.0
// arp-scan's help and version, in our words.
#pragma once

#include <string_view>

#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

// What follows getopt's complaint.
inline constexpr std::string_view arp_scan_usage =
    "Usage: arp-scan [options] [hosts...]\n"
    "Use \"arp-scan --help\" for detailed information on the available options.";

// The version whose command line, text and statuses these are.
inline constexpr std::string_view arp_scan_version = "1.10.0";

void write_arp_scan_help(TextWriter& out);
void write_arp_scan_version(TextWriter& out);

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
// What arp-scan needs before it can begin: whom to ask and the names of vendors. Everything that goes wrong is told in
// the original's words.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/prefix.hpp"
#include "onlink/cli/compat/arp_scan_options.hpp"
#include "onlink/cli/compat/arp_scan_targets.hpp"
#include "onlink/cli/compat/arp_scan_vendors.hpp"
#include "onlink/cli/compat/host_names.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

// The files, the vendors' in the order in which they count, or our own registry where there are none.
[[nodiscard]] ArpScanVendors load_scan_vendors(const ArpScanOptions& options, TextWriter& err);

// Adds what the text names. False: that ends the program, and it is said why. A host that is not found is only left
// out.
[[nodiscard]] bool add_scan_target(const std::string& text, bool numeric, HostNames& names, ArpScanTargets& targets,
                                   TextWriter& err);

// The text of --file; "-" is standard input. The error is what to print.
[[nodiscard]] std::expected<std::string, std::string> read_scan_target_file(const std::string& path);

struct ScanTargetSource {
  const std::vector<std::string>& words;         // of the command line
  const std::optional<std::string>& file_lines;  // instead of them
  std::optional<Prefix> network{};               // instead of either: --localnet
};

// Nothing: it ends here, and it is said why.
[[nodiscard]] std::optional<ArpScanTargets> read_scan_targets(const ScanTargetSource& source,
                                                              const ArpScanOptions& options, HostNames& names,
                                                              TextWriter& err);

}  // namespace onlink::inline v0::cli::compat

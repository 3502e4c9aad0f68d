// SPDX-License-Identifier: Apache-2.0
// arp-scan 1.10: its command line, text and statuses. Kept, since scripts have learnt to live with it: that nobody
// answered is status 0, a host behind a router is asked like any other, and an answer from another VLAN counts. Each of
// these now comes with a warning.
#include <unistd.h>

#include <utility>

#include "onlink/cli/command.hpp"
#include "onlink/cli/compat/arp_scan_options.hpp"
#include "onlink/cli/compat/arp_scan_session.hpp"
#include "onlink/cli/console.hpp"

namespace onlink::inline v0::cli {
namespace {

int run_arp_scan(int argc, char** argv) {
  FileWriter out{STDOUT_FILENO, "standard output", FileWriter::Buffering::full};
  FileWriter err{STDERR_FILENO, "standard error", FileWriter::Buffering::none};
  compat::ArpScanCommandLine line = compat::read_arp_scan_command_line(argc, argv, out, err);
  if (line.status) return *line.status;
  return compat::ArpScanSession{std::move(line.options), out, err}.run();
}

}  // namespace

extern const Command arp_scan_tool;
constinit const Command arp_scan_tool{
    .name = "arp-scan",
    .summary = "Roy Hills' arp-scan: who is on the local network",
    .imitate = run_arp_scan,
};

}  // namespace onlink::inline v0::cli

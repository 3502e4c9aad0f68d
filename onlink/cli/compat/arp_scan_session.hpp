// SPDX-License-Identifier: Apache-2.0
// One run of arp-scan, from its options to its status.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "onlink/cli/compat/arp_scan_engine.hpp"
#include "onlink/cli/compat/arp_scan_files.hpp"
#include "onlink/cli/compat/arp_scan_interface.hpp"
#include "onlink/cli/compat/arp_scan_options.hpp"
#include "onlink/cli/compat/arp_scan_report.hpp"
#include "onlink/cli/compat/arp_scan_vendors.hpp"
#include "onlink/cli/compat/host_names.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli::compat {

class ArpScanSession {
 public:
  // The writers outlive the session.
  ArpScanSession(ArpScanOptions options, TextWriter& out, TextWriter& err);

  // The program's status.
  [[nodiscard]] int run();

 private:
  // Each says what went wrong, and is false then.
  [[nodiscard]] bool open_files();
  [[nodiscard]] bool open_interface();
  [[nodiscard]] bool open_save_file();
  [[nodiscard]] bool check_options();
  [[nodiscard]] bool read_targets();
  bool fail(std::string_view line);

  void introduce_interface();
  void warn_of_routes(const ArpScanTargets& targets);

  [[nodiscard]] ArpScanRequest request() const;
  [[nodiscard]] ArpScanPlan make_plan();
  void introduce_scan(const ArpScanPlan& plan);
  [[nodiscard]] int scan();
  [[nodiscard]] bool cross_files(ArpScanEngine& engine);
  [[nodiscard]] bool cross_interface(ArpScanEngine& engine);
  void conclude(const ArpScanEngine& engine);

  ArpScanOptions options_;
  TextWriter& out_;
  TextWriter& err_;
  std::int32_t interval_;  // microseconds
  Instant started_;

  std::optional<kernel::Netlink> netlink_{};
  std::optional<ArpScanInterface> interface_{};
  std::optional<ArpScanFiles> files_{};
  std::optional<PcapWriter> save_file_{};
  ArpScanVendors vendors_{};
  HostNames names_{};
  ArpScanTargets targets_{};
  ArpScanReport report_;

  Duration took_{};
  std::uint64_t drops_ = 0;
};

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
// arp-scan without an interface, for tests: requests go to a file, answers come from a capture file, all of them once
// the first request is out. Time is virtual, so nothing is waited for.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "onlink/cli/compat/arp_scan_engine.hpp"
#include "onlink/cli/compat/arp_scan_report.hpp"
#include "onlink/link/pcap_file.hpp"
#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0::cli::compat {

class ArpScanFiles {
 public:
  // The error is what to print.
  [[nodiscard]] static std::expected<ArpScanFiles, std::string> open(const std::optional<std::string>& read_file,
                                                                     const std::optional<std::string>& write_file);

  // Its frames are not Ethernet frames: none is looked at.
  [[nodiscard]] bool has_other_link_type() const noexcept { return other_link_type_; }

  // To the engine's end, and how long that took by the virtual clock.
  Duration run(ArpScanEngine& engine, ArpScanReport& report);

 private:
  void hear_all(Instant now, ArpScanEngine& engine, ArpScanReport& report);
  void write(const FrameBatch& frames, ArpScanReport& report);

  std::unique_ptr<FrameReader> reader_;
  UniqueFd out_;
  bool other_link_type_ = false;
};

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
// Runs what `onlink scan` planned, or listens to a capture of a scan, and tells the report.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/scan_report.hpp"
#include "onlink/cli/wire_access.hpp"
#include "onlink/engine/host_listener.hpp"
#include "onlink/engine/scan.hpp"
#include "onlink/print/progress.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

struct ScanOutcome {
  RunEnd end = RunEnd::finished;
  std::optional<Error> error{};  // link lost, file damaged
  Duration elapsed{};
  std::uint64_t receive_drops = 0;
};

// The planned scans, one after the other on one port. Keeps what they found, for the report.
class ScanRun {
 public:
  ScanRun(Context& context, WireAccess& wire, ScanReport& report, const Interrupt& interrupt);

  [[nodiscard]] ScanOutcome run_all(std::vector<ScanConfig> scans, const PaceConfig& pace);

 private:
  void run_one(ScanConfig config, ScanOutcome& outcome);
  void on_event(const Event& event);

  Context& context_;
  WireAccess& wire_;
  ScanReport& report_;
  const Interrupt& interrupt_;
  Progress progress_;
  std::deque<Scanner> scanners_;
};

// All of a capture. `listener` must outlive the report.
[[nodiscard]] ScanOutcome replay_scan(HostListener& listener, WireAccess& wire, ScanReport& report,
                                      const Interrupt& interrupt);

}  // namespace onlink::inline v0::cli

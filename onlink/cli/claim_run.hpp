// SPDX-License-Identifier: Apache-2.0
// A claim from its first probe to its end, over the losses of its link.
#pragma once

#include <optional>
#include <unordered_map>

#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/claim_consequences.hpp"
#include "onlink/cli/claim_engine.hpp"
#include "onlink/cli/claim_options.hpp"
#include "onlink/cli/claim_plan.hpp"
#include "onlink/cli/claim_report.hpp"
#include "onlink/cli/wire_access.hpp"
#include "onlink/kernel/link_monitor.hpp"
#include "onlink/link/group_membership.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

class ClaimRun {
 public:
  struct Parts {
    const kernel::Link& link;
    kernel::LinkMonitor& monitor;  // of that link
    WireAccess& wire;
    const Interrupt& interrupt;
    ClaimConsequences& consequences;
    ClaimReport& report;
    Context& context;
  };
  // All of it outlives this.
  ClaimRun(const Parts& parts, const ClaimPlan& plan, const ClaimOptions& options);

  [[nodiscard]] ExitCode run();

 private:
  [[nodiscard]] bool link_stayed_up();
  void tell_free();
  void begin();
  void join_groups();
  [[nodiscard]] RunResult drive();
  [[nodiscard]] RunResult drive_over_losses();
  void on_tick();
  void set_link(bool up);
  // Whether it is back. Else the run ends: by a signal, by its time, or because
  // the interface is gone; `result` says which.
  [[nodiscard]] bool wait_for_link(RunResult& result);
  void take(const Event& event);
  void warn_of_kernel(const IpAddress& lost) const;
  [[nodiscard]] bool is_news(const ClaimConflict& conflict);
  void hand_over();
  [[nodiscard]] Instant now() { return parts_.wire.clock().now().instant; }

  Parts parts_;
  const ClaimPlan& plan_;
  const ClaimOptions& options_;
  Claimer claimer_;
  ClaimEngine engine_;
  GroupMembership groups_;  // the solicited-node groups of the addresses
  Output output_;           // of calls that are not the driver's: events only
  std::optional<Instant> until_;
  std::unordered_map<IpAddress, Instant> told_;  // of conflicts
};

}  // namespace onlink::inline v0::cli

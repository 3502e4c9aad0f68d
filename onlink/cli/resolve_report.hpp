// SPDX-License-Identifier: Apache-2.0
// What `onlink resolve` prints, and the exit code that the outcomes of its targets make.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/cli/resolve_options.hpp"
#include "onlink/cli/route_verdict.hpp"
#include "onlink/engine/event.hpp"
#include "onlink/print/row.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

struct ResolveReportConfig {
  std::string interface{};  // or the capture file
  bool probe = false;       // silence means that the address is free
  bool names = false;
  bool dump = false;    // each frame sent, as hex
  bool replay = false;  // from a file: nothing is really sent
};

class ResolveReport {
 public:
  ResolveReport(Context& context, ResolveReportConfig config, const std::vector<ResolveTarget>& targets);

  // Maps the engine's time to the wall's. REQUIRES: called before the first event.
  void start(const ClockPair& clock) { clock_ = clock; }

  // A target that is not asked. REQUIRES: reach is own, off_link or no_route.
  void on_verdict(const RouteVerdict& verdict);
  void on_event(const Event& event);
  void on_frame_sent(Bytes frame);

  // Prints what only the end can tell: free addresses, conflicts, the summary. Nothing: no target was asked.
  void finish(const RunResult* result);
  // Without `error`, what the targets' outcomes make: the first of 3 7 4 1 0 that applies.
  [[nodiscard]] ExitCode exit_code() const;

 private:
  struct Owner {
    MacAddress mac;
    std::optional<Duration> round_trip{};
  };
  struct Outcome {
    ResolveTarget target;
    std::vector<Owner> owners{};
    bool own = false;
    bool off_link = false;
    bool contended = false;  // somebody else probes for it
    bool silent = false;     // all tries are over
    bool late = false;
    std::uint32_t asked = 0;

    [[nodiscard]] bool answered() const noexcept { return own || !owners.empty(); }
    [[nodiscard]] bool conflict() const noexcept { return owners.size() > 1 || contended; }
  };

  void on_answer(const Answered& answer);
  void on_silent(const Silent& silent);
  void print(Row row, const Outcome& outcome, std::optional<Instant> time);
  void print_undecided(const RunResult& result);
  void print_conflicts();
  void print_summary(const RunResult* result);
  [[nodiscard]] Row summary_row(const RunResult* result) const;
  [[nodiscard]] Outcome& outcome_of(const IpAddress& address);
  template <class Predicate>
  [[nodiscard]] std::uint64_t count(Predicate predicate) const;

  Context& context_;
  ResolveReportConfig config_;
  RowPrinter rows_;
  std::vector<Outcome> outcomes_;
  std::optional<ClockPair> clock_;
  std::uint64_t requests_asked_ = 0;
  std::uint64_t requests_sent_ = 0;
  std::vector<Duration> round_trips_;
};

}  // namespace onlink::inline v0::cli

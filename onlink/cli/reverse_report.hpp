// SPDX-License-Identifier: Apache-2.0
// What `onlink resolve --reverse` and `--inverse` print, and the exit code that the outcomes of their targets make.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/engine/event.hpp"
#include "onlink/print/row.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

struct ReverseReportConfig {
  std::string interface{};  // or the capture file
  bool dump = false;        // each frame sent, as hex
  bool replay = false;      // from a file: nothing is really sent
};

class ReverseReport {
 public:
  ReverseReport(Context& context, ReverseReportConfig config, const std::vector<MacAddress>& targets);

  // Maps the engine's time to the wall's. REQUIRES: called before the first event.
  void start(const ClockPair& clock) { clock_ = clock; }

  void on_event(const Event& event);
  void on_frame_sent(Bytes frame);

  // Prints what only the end can tell: who was not done, conflicts, the summary.
  void finish(const RunResult& result);
  // Without errors: the first of 3 7 1 0 that applies.
  [[nodiscard]] ExitCode exit_code() const;

 private:
  struct Outcome {
    MacAddress target;
    std::vector<ReverseAnswered> answers{};
    std::uint64_t requests = 0;
    bool conflict = false;
    bool silent = false;  // all tries are over
  };

  void on_answer(const ReverseAnswered& answer);
  void on_silent(const ReverseSilent& silent);
  void print(Row row, const Outcome& outcome, std::optional<Instant> time);
  void print_conflict(const Outcome& outcome);
  void print_summary(const RunResult& result);
  [[nodiscard]] Row summary_row(const RunResult& result) const;
  [[nodiscard]] Outcome& outcome_of(const MacAddress& target);
  [[nodiscard]] std::uint64_t answered() const;
  [[nodiscard]] std::uint64_t conflicts() const;

  Context& context_;
  ReverseReportConfig config_;
  RowPrinter rows_;
  std::vector<Outcome> outcomes_;
  std::optional<ClockPair> clock_;
  std::uint64_t requests_sent_ = 0;
};

}  // namespace onlink::inline v0::cli

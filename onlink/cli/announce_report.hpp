// SPDX-License-Identifier: Apache-2.0
// What `onlink announce` prints: each announcement, who contradicts, who answers afterwards; and the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "onlink/cli/announce_plan.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/engine/event.hpp"
#include "onlink/print/row.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

struct AnnounceReportConfig {
  std::string interface{};
  bool dump = false;    // each frame sent, as hex
  bool verify = false;  // somebody asks afterwards
};

class AnnounceReport {
 public:
  AnnounceReport(Context& context, AnnounceReportConfig config, const AnnouncePlan& plan);

  // Maps the engine's time to the wall's. REQUIRES: called before the first event.
  void start(const ClockPair& clock) { clock_ = clock; }

  void on_off_link(const RouteVerdict& verdict);
  // Of the Announcer.
  void on_event(const Event& event);
  // Of the resolver that asks afterwards, on that network of the link.
  void on_verify_event(const Event& event, const VlanStack& vlans);
  void on_frame_sent(Bytes frame);

  // Conflicts and the summary. `result` is of the last run; none: nothing was sent.
  void finish(const RunResult* result);
  // Without errors, what the outcomes make: the first of 3 7 4 1 0 that applies.
  [[nodiscard]] ExitCode exit_code() const;

 private:
  struct Outcome {
    AnnouncedAddress announced;
    std::vector<MacAddress> rivals{};
    bool answered = false;  // from where it was announced
    bool silent = false;    // nobody answered any question

    [[nodiscard]] bool is_well() const noexcept { return rivals.empty() && (answered || (silent && announced.ours)); }
  };

  void on_announced(const Announced& announced);
  void on_answer(const Answered& answer);
  void on_silent(const Silent& silent, const VlanStack& vlans);
  void print(Row row, std::optional<Instant> time);
  void print_conflicts();
  void print_summary(const RunResult* result);
  [[nodiscard]] Row summary_row(const RunResult* result) const;
  [[nodiscard]] Outcome* outcome_of(const IpAddress& address, const VlanStack& vlans);
  template <class Predicate>
  [[nodiscard]] std::uint64_t count(Predicate predicate) const;

  Context& context_;
  AnnounceReportConfig config_;
  const AnnouncePlan& plan_;
  RowPrinter rows_;
  std::vector<Outcome> outcomes_;
  std::unordered_multimap<IpAddress, std::size_t> index_;  // of them
  std::optional<ClockPair> clock_;
  std::size_t next_ = 0;  // of the plan's announcements: the one whose event comes next
  std::uint64_t announced_ = 0;
  std::uint64_t off_link_ = 0;
};

}  // namespace onlink::inline v0::cli

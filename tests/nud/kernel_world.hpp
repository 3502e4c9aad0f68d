// SPDX-License-Identifier: Apache-2.0
// Host A and its peer while a scenario runs: each step done on the real kernel, and every record of what it led to.
#pragma once

#include <poll.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "onlink/base/time.hpp"
#include "tests/nud/kernel_gc_settings.hpp"
#include "tests/nud/kernel_lan.hpp"
#include "tests/nud/kernel_senders.hpp"
#include "tests/nud/kernel_watch.hpp"
#include "tests/nud/scenario.hpp"
#include "tests/nud/trace.hpp"

namespace onlink::differential {

class KernelWorld {
 public:
  // Everything of the scenario's set-up is done, and the clock not started.
  explicit KernelWorld(const Scenario& scenario);

  // Time 0 is now.
  void start();
  [[nodiscard]] Duration now() const;

  void execute(const Action& action);
  // Sleeps until `deadline`, or until something is to be collected or answered.
  void wait(Duration deadline);
  // Frames, notices and errors that came; answers of the peer that are due.
  void collect();
  // Changes without a notice.
  void read_table();
  // The end: what came until now is all.
  void finish();
  // How long at most nobody looked: notices have no time stamp, and are recorded when they are read.
  [[nodiscard]] Duration longest_absence() const noexcept { return longest_absence_; }

  // Whether the periodic garbage collection may have looked at our entries since the start: it does when all namespaces
  // of this system together have more than gc_thresh1.
  [[nodiscard]] bool was_collected_from();

  // What was drawn for interface 1, and from which mean.
  struct ReachableTime {
    Duration base{};
    Duration drawn{};
    bool operator==(const ReachableTime&) const = default;
  };
  [[nodiscard]] std::optional<ReachableTime> reachable_time(Family family);

  void add(TraceRecord record);  // with the time that it has
  [[nodiscard]] std::vector<TraceRecord>& records() noexcept { return records_; }

 private:
  struct Answer {
    Duration at{};
    std::vector<std::byte> frame{};
  };

  void set_up(const Scenario& scenario);
  void await_group_of(const IpAddress& address);
  void draw_reachable_time(Family family, Duration wanted);
  void on_frame(const HeardFrame& frame);
  void send_answers();
  void refused(const char* kind, const IpAddress& key, int sys_errno);
  [[nodiscard]] KernelWatch::Sink at_this_moment();
  [[nodiscard]] SocketErrorSink socket_errors();

  void run(const SysctlStep& step);
  void run(const SendStep& step);
  void run(const FrameStep& step);
  void run(const AdminStep& step);
  void run(const CarrierStep& step);
  void run(const LinkStep& step);
  void run(const MacStep& step);
  void run(const ArpStep& step);
  void run(const AddressStep& step);
  void run(const RouteStep& step);
  void run(const ProxyStep& step);
  void run(const AnswerStep& step);
  void run(const ReflectStep& step) { reflecting_ = step.on; }
  void run(const StateStep& step);
  void run(const EndStep& step);

  KernelLan lan_;
  std::optional<GcThresholds> thresholds_;
  KernelWatch watch_;
  KernelSenders senders_;
  std::map<IpAddress, AnswerStep> answering_;
  bool reflecting_ = false;
  std::vector<Answer> answers_;  // by time
  std::vector<TraceRecord> records_;
  bool alone_ = false;
  std::uint64_t collections_ = 0;
  Duration last_look_{};
  Duration longest_absence_{};
  std::int64_t start_ = 0;                 // CLOCK_MONOTONIC, ns
  std::int64_t system_time_of_start_ = 0;  // CLOCK_REALTIME, ns
};

}  // namespace onlink::differential

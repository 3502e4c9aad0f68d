// SPDX-License-Identifier: Apache-2.0
// What `onlink answer` prints, and the exit code that comes of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/engine/event.hpp"
#include "onlink/engine/ping.hpp"
#include "onlink/engine/rarp.hpp"
#include "onlink/engine/virtual_host.hpp"
#include "onlink/print/row.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

class AnswerReport {
 public:
  // `place`: the interface, or the capture file.
  AnswerReport(Context& context, std::string place);

  // Maps the engine's time to the wall's. REQUIRES: called before the first event.
  void start(const ClockPair& clock) { clock_ = clock; }

  void on_event(const Event& event);
  // Lines that no terminal waits for are written now and then.
  void flush() { context_.out.flush(); }

  // Somebody has an address that we were to answer for.
  void on_owner(const IpAddress& address, const std::vector<MacAddress>& macs);
  // This host's own kernel answers for it already.
  void on_own(const IpAddress& address);
  // A ping target without a route.
  void on_off_link(const IpAddress& target);

  // `server` is what a RARP server counted; nothing when there was none.
  void finish(const VirtualHost& host, const ReverseServerCounters& server, const std::vector<PingStatistics>& pings,
              const RunResult& result);
  // Without errors: by conflicts, then by the pings, then by whether anybody asked.
  [[nodiscard]] ExitCode exit_code() const;

 private:
  void on_served(const Served& served);
  void on_reverse(const ReverseServed& served);
  void on_ping_answered(const PingAnswered& answered);
  void on_ping_failed(const PingFailed& failed);
  void on_neighbor(const NeighborChanged& changed);
  void print(Row row, std::optional<Instant> time);
  void print_ping_statistics(const PingStatistics& statistics, Instant now);
  void print_summary(const VirtualHost& host, const ReverseServerCounters& server, const RunResult& result);

  Context& context_;
  std::string place_;
  RowPrinter rows_;
  std::optional<ClockPair> clock_;
  std::map<IpAddress, std::set<MacAddress>> owners_;  // others, of addresses of ours
  std::uint64_t questions_ = 0;
  std::uint64_t targets_ = 0;  // of pings
  std::uint64_t targets_answered_ = 0;
  std::uint64_t off_link_ = 0;
};

}  // namespace onlink::inline v0::cli

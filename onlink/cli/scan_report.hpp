// SPDX-License-Identifier: Apache-2.0
// What `onlink scan` prints: a row for each address and MAC found, with what is worth noting about it, and the summary.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/cli/scan_history.hpp"
#include "onlink/engine/scan.hpp"
#include "onlink/print/row.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

// What is known of the link before the scan.
struct ScanSurroundings {
  AskingInterface interface{};
  std::vector<IpAddress> gateways{};  // next hops of routes over the interface
  std::optional<std::unordered_map<IpAddress, kernel::NeighborEntry>> cache{};  // --cache: the kernel's entries
};

// One MAC for so many IPv4 addresses is noted as a proxy suspect: more than a host usually has on one link, and few
// enough to catch a router that answers for a handful of strangers.
inline constexpr std::uint32_t proxy_threshold = 5;

// What one scan, or a capture of one, found.
struct ScanFindings {
  const HostTable* hosts = nullptr;
  ScanProgress progress{};
  std::function<bool(const IpAddress&)> looked_for{};  // whether the address would have been found
};
[[nodiscard]] ScanFindings findings_of(const Scanner& scanner);

// Of all rows of a scan: those who answered and the ranges that are on another link.
[[nodiscard]] RowPrinter scan_row_printer(Context& context, bool names);

class ScanReport {
 public:
  using Names = std::unordered_map<IpAddress, std::vector<HostName>>;

  struct Style {
    bool live = false;  // rows as answers come
    bool replay = false;
    VlanStack vlans{};                     // that questions and answers carry
    const ScanHistory* earlier = nullptr;  // --diff: print what changed since
  };

  // Both outlive the report.
  ScanReport(Context& context, RowPrinter& rows, ScanSurroundings surroundings, Style style);

  // Maps the engine's time to the wall's. REQUIRES: called before the first event.
  void start(const ClockPair& clock) { clock_ = clock; }
  void on_event(const Event& event);
  // A scan has ended, whatever its end. What is pointed to must outlive the report.
  void on_scan_end(ScanFindings findings);
  // Every address found, each once, in order.
  [[nodiscard]] std::vector<IpAddress> addresses() const;

  struct Ending {
    RunEnd end = RunEnd::finished;
    Duration elapsed{};
    std::uint64_t receive_drops = 0;
    const Names* names = nullptr;
    ScanFile* save = nullptr;
  };
  // Prints all rows (unless live), what changed, and the summary.
  void finish(const Ending& ending);

  // What was found makes, without errors: the first of 3 1 0 that applies.
  [[nodiscard]] ExitCode exit_code() const;
  [[nodiscard]] std::uint64_t found() const noexcept { return found_; }

 private:
  struct Found {
    const HostTable* hosts;
    HostTable::Id id;
    [[nodiscard]] const ScanHost& host() const { return (*hosts)[id]; }
  };

  [[nodiscard]] std::vector<Found> sorted() const;
  void count_addresses_by_mac();
  [[nodiscard]] Row host_row(const ScanHost& host, const MacAddress& mac, const std::vector<MacAddress>& macs) const;
  [[nodiscard]] Row own_row(const kernel::InterfaceAddress& address) const;
  void add_notes(const IpAddress& ip, const MacAddress& mac, Row& row) const;
  void add_cache(const IpAddress& ip, const MacAddress& mac, Row& row) const;
  template <class Visit>
  void for_each_row(const std::vector<Found>& all, const Names* names, Visit visit) const;
  [[nodiscard]] bool in_scope(const IpAddress& address) const;
  [[nodiscard]] bool asked_for_own_only() const;
  void print_hosts(const Ending& ending);
  void print_changes(const Ending& ending);
  void mark_change(Row& row);
  [[nodiscard]] Row summary_row(const Ending& ending, const ScanProgress& sum) const;
  void print_summary(const Ending& ending);
  [[nodiscard]] ScanProgress totals() const;

  Context& context_;
  ScanSurroundings surroundings_;
  Style style_;
  RowPrinter& rows_;
  ClockPair clock_{};
  std::vector<ScanFindings> findings_;
  std::unordered_map<std::uint64_t, std::uint32_t> addresses_by_mac_;  // IPv4 only; key: MacAddress::value()
  std::uint64_t found_ = 0;
  std::uint64_t conflicts_ = 0;
  std::uint64_t moved_ = 0;
  std::uint64_t appeared_ = 0;
  std::uint64_t gone_ = 0;
  std::optional<IpAddress> last_changed_{};
};

}  // namespace onlink::inline v0::cli

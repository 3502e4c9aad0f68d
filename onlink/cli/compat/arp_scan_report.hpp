// SPDX-License-Identifier: Apache-2.0
// What arp-scan prints while it scans: a row for each answer, and under --verbose what happens. And what it does not
// say: warnings where a row could be misread, each once.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "onlink/cli/compat/arp_scan_engine.hpp"
#include "onlink/cli/compat/arp_scan_options.hpp"
#include "onlink/cli/compat/arp_scan_vendors.hpp"
#include "onlink/cli/compat/host_names.hpp"
#include "onlink/link/pcap_file.hpp"
#include "onlink/run/clock.hpp"

namespace onlink::inline v0::cli::compat {

class ArpScanReport final : public ArpScanListener {
 public:
  // All outlive the report.
  ArpScanReport(const ArpScanOptions& options, const ArpScanVendors& vendors, HostNames& names, TextWriter& out,
                TextWriter& err)
      : options_(options), vendors_(vendors), names_(names), out_(out), err_(err) {}

  // --pcapsavefile: gets each answer.
  void save_to(PcapWriter& writer) noexcept { writer_ = &writer; }
  // How arrivals relate to the time of day.
  void set_clock(const ClockPair& clock) noexcept { clock_ = clock; }

  void sending(Ipv4Address target, std::uint64_t number, Duration timeout) override;
  void pass_complete(std::uint64_t number) override;
  void gave_up(Ipv4Address target, ArpScanRemoval why) override;
  void answered(const ArpScanAnswer& answer, const ArpScanHearing& hearing) override;
  void ignored(Ipv4Address stranger, std::size_t octets) override;
  void too_short(std::size_t octets) override;

  // "arp-scan: warning: ...", unless the same was said before.
  void warn(const std::string& text);

 private:
  [[nodiscard]] bool tells_packets() const noexcept { return options_.verbose > 1; }
  [[nodiscard]] ArpScanFields fields_of(const ArpScanAnswer& answer, const ArpScanHearing& hearing);
  void add_details(const ArpScanAnswer& answer, const ArpScanHearing& hearing, ArpScanFields& fields) const;
  [[nodiscard]] std::optional<std::string> name_of(Ipv4Address address);
  void write_row(const ArpScanFields& fields);
  void write_usual_row(const ArpScanFields& fields);
  void warn_of(const ArpScanAnswer& answer, const ArpScanHearing& hearing);
  void save(const ArpScanHearing& hearing);

  const ArpScanOptions& options_;
  const ArpScanVendors& vendors_;
  HostNames& names_;
  TextWriter& out_;
  TextWriter& err_;
  PcapWriter* writer_ = nullptr;
  ClockPair clock_{};
  bool warned_of_vlan_ = false, warned_of_owners_ = false;
};

}  // namespace onlink::inline v0::cli::compat

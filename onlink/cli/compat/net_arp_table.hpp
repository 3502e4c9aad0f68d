// SPDX-License-Identifier: Apache-2.0
// The listings of net-tools' arp: its table (-e), its BSD lines (-a), and what it says when there is nothing to list.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "onlink/cli/compat/arp_row.hpp"
#include "onlink/cli/compat/host_names.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

inline constexpr std::string_view net_arp_header =
    "Address                  HWtype  HWaddress           Flags Mask            Iface\n";
// `name`: in place of the address, where it has one.
[[nodiscard]] std::string net_arp_table_line(const ArpRow& row, const std::optional<std::string>& name);
[[nodiscard]] std::string net_arp_bsd_line(const ArpRow& row, const std::optional<std::string>& name);

struct NetArpListing {
  bool bsd_lines = false;                        // -a
  bool numeric = false;                          // -n
  bool verbose = false;                          // -v
  std::string interface{};                       // -i; empty: all
  std::optional<std::uint16_t> hardware_type{};  // -H
  std::optional<Ipv4Address> host{};
  std::string host_word{};  // as it was typed

  [[nodiscard]] bool wants(const ArpRow& row) const noexcept;
  [[nodiscard]] bool is_narrow() const noexcept { return host || hardware_type || !interface.empty(); }
};

void print_net_arp_listing(const NetArpListing& listing, std::span<const ArpRow> rows, HostNames& names,
                           TextWriter& out);
// What the listing hides, for stderr: that a row was asked for and is not there, and why some are incomplete.
void warn_of_net_arp_listing(const NetArpListing& listing, std::span<const ArpRow> rows, TextWriter& err);

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/net_arp_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/compat/net_arp_hardware.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

std::string hardware_address(const ArpRow& row) { return row.mac ? to_string(*row.mac) : row.other_address; }

std::string flags(const ArpRow& row) {
  std::string text;
  if (row.is_complete()) text += 'C';
  if (row.is_permanent()) text += 'M';
  if (row.published) text += 'P';
  return text;
}

std::string table_address(const ArpRow& row) {
  if (row.published) return fmt::format("{:<8}{:<20}", "*", "<from_interface>");
  if (!row.is_complete()) return fmt::format("{:<8}{:<20}", "", "(incomplete)");
  return fmt::format("{:<8.8}{:<20.20}", net_arp_hardware_name(row.hardware_type), hardware_address(row));
}

std::string bsd_address(const ArpRow& row) {
  if (row.published) return "<from_interface>";
  if (!row.is_complete()) return "<incomplete>";
  return fmt::format("{} [{}]", hardware_address(row), net_arp_hardware_name(row.hardware_type));
}

}  // namespace

std::string net_arp_table_line(const ArpRow& row, const std::optional<std::string>& name) {
  return fmt::format("{:<23.23}  {}{:<6}{:<15} {}\n", name.value_or(to_string(row.address)), table_address(row),
                     flags(row), "", row.interface);
}

std::string net_arp_bsd_line(const ArpRow& row, const std::optional<std::string>& name) {
  return fmt::format("{} ({}) at {} {}{}on {}\n", name.value_or("?"), to_string(row.address), bsd_address(row),
                     row.is_permanent() ? "PERM " : "", row.published ? "PUB " : "", row.interface);
}

bool NetArpListing::wants(const ArpRow& row) const noexcept {
  return (interface.empty() || interface == row.interface) && (!hardware_type || *hardware_type == row.hardware_type) &&
         (!host || *host == row.address);
}

void print_net_arp_listing(const NetArpListing& listing, std::span<const ArpRow> rows, HostNames& names,
                           TextWriter& out) {
  std::size_t shown = 0;
  for (const ArpRow& row : rows) {
    if (!listing.wants(row)) continue;
    const auto name = listing.numeric ? std::nullopt : names.name_of(row.address);
    if (shown++ == 0 && !listing.bsd_lines) out.write(net_arp_header);
    out.write(listing.bsd_lines ? net_arp_bsd_line(row, name) : net_arp_table_line(row, name));
  }
  if (listing.verbose) out.print("Entries: {}\tSkipped: {}\tFound: {}\n", rows.size(), rows.size() - shown, shown);
  if (shown != 0 || !listing.is_narrow()) return;
  if (listing.host && !listing.bsd_lines) {
    out.print("{} ({}) -- no entry\n", listing.host_word, to_string(*listing.host));
  } else {
    out.print("arp: in {} entries no match found.\n", rows.size());
  }
}

void warn_of_net_arp_listing(const NetArpListing& listing, std::span<const ArpRow> rows, TextWriter& err) {
  std::size_t shown = 0, failed = 0, asked = 0;
  for (const ArpRow& row : rows) {
    if (!listing.wants(row)) continue;
    ++shown;
    failed += row.state == NudState::failed ? 1 : 0;
    asked += row.state == NudState::incomplete ? 1 : 0;
  }
  if (shown == 0 && listing.is_narrow()) err.print("arp: warning: there is no such entry, though the status is 0\n");
  if (failed != 0) {
    err.print("arp: warning: incomplete means here: {} did not answer, {} being asked\n", failed, asked);
  }
}

}  // namespace onlink::inline v0::cli::compat

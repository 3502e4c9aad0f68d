// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/bsd_arp_lines.hpp"

#include <fmt/format.h>

namespace onlink::inline v0::cli::compat {
namespace {

using std::chrono::seconds;

// Octets without leading zeros: "64:9:80:70:c6:3".
std::string short_mac(const MacAddress& mac) {
  const auto& o = mac.octets;
  return fmt::format("{:x}:{:x}:{:x}:{:x}:{:x}:{:x}", o[0], o[1], o[2], o[3], o[4], o[5]);
}

std::string mac_text(BsdArpDialect dialect, const BsdArpRow& row) {
  if (!row.mac) return "(incomplete)";
  return dialect == BsdArpDialect::macos ? short_mac(*row.mac) : to_string(*row.mac);
}

long long seconds_left(Duration lifetime, Duration age) {
  return std::chrono::duration_cast<seconds>(lifetime - age).count();
}

// FreeBSD tells it of every entry, macOS of those that do not expire.
std::string expiry(BsdArpDialect dialect, const BsdArpRow& row) {
  if (row.permanent) return " permanent";
  if (dialect == BsdArpDialect::macos) return "";
  const long long left = row.mac ? seconds_left(freebsd_arp_lifetime, row.age) : 0;
  return left > 0 ? fmt::format(" expires in {} seconds", left) : " expired";
}

// "1m39s", "10s", "expired".
std::string countdown(const BsdArpRow& row) {
  const long long left = seconds_left(macos_arp_reachability, row.age);
  if (left <= 0) return "expired";
  return left < 60 ? fmt::format("{}s", left) : fmt::format("{}m{}s", left / 60, left % 60);
}

}  // namespace

std::string bsd_arp_line(BsdArpDialect dialect, const BsdArpRow& row, const std::optional<std::string>& name) {
  return fmt::format("{} ({}) at {} on {}{}{}{} [{}]\n", name.value_or("?"), to_string(row.address),
                     mac_text(dialect, row), row.interface, dialect == BsdArpDialect::macos ? " ifscope" : "",
                     expiry(dialect, row), row.published ? " published" : "", row.kind);
}

std::string macos_arp_table_line(const BsdArpRow& row, const std::optional<std::string>& name) {
  const bool expires = row.mac && !row.permanent && !row.mac->is_group();
  const std::string left = expires ? countdown(row) : row.mac ? "(none)" : "expired";
  return fmt::format("{:<23.23} {:<17.17} {:<9} {:<9} {:>8}{}\n", name.value_or(to_string(row.address)),
                     mac_text(BsdArpDialect::macos, row), left, left, row.interface, expires ? "    1" : "");
}

}  // namespace onlink::inline v0::cli::compat

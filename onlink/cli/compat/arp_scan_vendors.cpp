// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_vendors.hpp"

#include "onlink/base/text.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::uint64_t key(std::uint64_t digits, std::size_t count) noexcept { return digits << 4 | count; }

// What stands behind the first tab, from the first character that is no blank, to the next tab or the end of the line.
// Nothing but one blank is a name of one blank.
std::string_view name_behind(std::string_view rest) {
  const std::string_view tail = rest.substr(0, rest.find_first_of("\r\n"));
  const std::size_t start = tail.find_first_not_of(" \t");
  if (start != std::string_view::npos) return tail.substr(start, tail.find('\t', start) - start);
  return !tail.empty() && tail.back() == ' ' ? tail.substr(tail.size() - 1) : std::string_view{};
}

}  // namespace

std::size_t ArpScanVendors::add(std::string_view text, const BrokenLine& broken) {
  std::size_t taken = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = end == std::string_view::npos ? text : text.substr(0, end + 1);
    text.remove_prefix(line.size());
    if (line.front() == '#' || line == "\n" || line == "\r\n") continue;
    const std::size_t tab = line.find('\t');
    const std::string_view name = tab == std::string_view::npos || tab == 0 ? "" : name_behind(line.substr(tab + 1));
    if (name.empty()) {
      broken(line);
      continue;
    }
    ++taken;
    add_line(line.substr(0, tab), name);
  }
  return taken;
}

void ArpScanVendors::add_line(std::string_view digits, std::string_view name) {
  std::uint64_t prefix = 0;
  std::size_t count = 0;
  for (const char c : digits) {
    const auto digit = hex_digit(c);
    if (!digit) continue;
    if (++count > max_digits) return;
    prefix = prefix << 4 | *digit;
  }
  if (count >= min_digits) names_.try_emplace(key(prefix, count), name);
}

std::string_view ArpScanVendors::name(const MacAddress& mac) const {
  const auto registered = builtin_ ? VendorRegistry::builtin().find(mac) : std::nullopt;
  for (std::size_t digits = max_digits; digits >= min_digits; --digits) {
    if (registered && registered->prefix.bits >= 4 * digits) return registered->name;
    const auto found = names_.find(key(mac.value() >> 4 * (max_digits - digits), digits));
    if (found != names_.end()) return found->second;
  }
  return mac.is_locally_administered() ? "(Unknown: locally administered)" : "(Unknown)";
}

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <expected>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>

#include "onlink/base/text.hpp"
#include "onlink/cli/compat/arp_scan_number.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

struct VendorFile {
  const std::optional<std::string>& named;
  std::string_view here;
  std::string_view system;
  std::string_view kind;
};

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

// False: the option names no file, and neither of the usual ones is there.
bool load(const VendorFile& which, int verbose, ArpScanVendors& vendors, TextWriter& err) {
  std::string path = which.named.value_or(std::string{which.here});
  auto text = read_file(path);
  if (!text && !which.named) text = read_file(path = which.system);
  if (!text && !which.named) return false;
  if (!text) {
    err.print("WARNING: Cannot open MAC/Vendor file {}: {}\n", path, std::strerror(errno));
    return true;
  }
  const std::size_t count =
      vendors.add(*text, [&](std::string_view line) { err.print("WARNING: Could not parse oui: {}\n", line); });
  if (verbose > 1 && count != 0) err.print("DEBUG: Loaded {} {} entries from {}.\n", count, which.kind, path);
  return true;
}

std::string_view why(NoAddress reason) {
  switch (reason) {
    case NoAddress::unknown:
      return "Name or service not known";
    case NoAddress::unreachable:
      return "Temporary failure in name resolution";
    case NoAddress::other_family:
      return "Address family for hostname not supported";
  }
  return "";
}

using Result = std::expected<void, std::string>;

std::expected<Ipv4Address, std::string> literal(HostNames& names, std::string_view text, std::string_view blamed,
                                                std::string_view what) {
  const auto address = names.literal(std::string{text}, Family::ipv4);
  if (!address) return std::unexpected(fmt::format("ERROR: {} is not a valid {}", blamed, what));
  return address->ipv4();
}

void add_network(Ipv4Address address, std::uint32_t mask, std::string_view text, ArpScanTargets& targets,
                 TextWriter& err) {
  if ((address.value & ~mask) != 0) err.print("WARNING: host part of {} is non-zero\n", text);
  // As many as the mask has zeros for, wherever those are.
  targets.add({address.value & mask}, std::uint64_t{1} << (32 - std::popcount(mask)));
}

Result add_prefix(const ScanTargetWords& words, std::string_view text, HostNames& names, ArpScanTargets& targets,
                  TextWriter& err) {
  const auto address = literal(names, words.first, words.first, "IP address");
  if (!address) return std::unexpected(address.error());
  const auto bits = read_scan_number(std::string{words.second}, 10);
  if (!bits) return std::unexpected(bits.error());
  if (*bits < 3 || *bits > 32) {
    return std::unexpected(fmt::format("ERROR: Number of bits in {} must be between 3 and 32", text));
  }
  add_network(*address, ~std::uint32_t{0} << (32 - *bits), text, targets, err);
  return {};
}

Result add_masked(const ScanTargetWords& words, std::string_view text, HostNames& names, ArpScanTargets& targets,
                  TextWriter& err) {
  const auto address = literal(names, words.first, words.first, "IP address");
  if (!address) return std::unexpected(address.error());
  // The original blames the address for the mask, too.
  const auto mask = literal(names, words.second, words.first, "netmask");
  if (!mask) return std::unexpected(mask.error());
  add_network(*address, mask->value, text, targets, err);
  return {};
}

Result add_range(const ScanTargetWords& words, HostNames& names, ArpScanTargets& targets) {
  const auto first = literal(names, words.first, words.first, "IP address");
  if (!first) return std::unexpected(first.error());
  const auto last = literal(names, words.second, words.second, "IP address");
  if (!last) return std::unexpected(last.error());
  if (*first <= *last) targets.add(*first, std::uint64_t{last->value} - first->value + 1);
  return {};
}

void add_host(const std::string& text, bool numeric, HostNames& names, ArpScanTargets& targets, TextWriter& err) {
  if (numeric) {
    const auto address = parse_ipv4(text);
    if (address) return targets.add(*address);
    return err.print("WARNING: \"{}\" is not a valid IPv4 address - target ignored\n", text);
  }
  const auto address = names.address_of(text, Family::ipv4);
  if (address) return targets.add(address->ipv4());
  err.print("WARNING: get_host_address failed for \"{}\": {} - target ignored\n", text, why(address.error()));
}

Result add_words(const std::string& text, bool numeric, HostNames& names, ArpScanTargets& targets, TextWriter& err) {
  const ScanTargetWords words = split_scan_target(text);
  switch (words.form) {
    case ScanTargetForm::prefix:
      return add_prefix(words, text, names, targets, err);
    case ScanTargetForm::masked:
      return add_masked(words, text, names, targets, err);
    case ScanTargetForm::range:
      return add_range(words, names, targets);
    case ScanTargetForm::address:
      add_host(text, numeric, names, targets, err);
  }
  return {};
}

bool add_lines(std::string_view text, bool numeric, HostNames& names, ArpScanTargets& targets, TextWriter& err) {
  while (!text.empty()) {
    // The line up to its first blank.
    const std::string_view line = take_until(text, '\n');
    const std::size_t end = line.find_first_of(std::string_view{" \t\v\f\r\0", 6});
    if (!add_scan_target(std::string{line.substr(0, end)}, numeric, names, targets, err)) return false;
  }
  return true;
}

void add_localnet(const Prefix& network, int verbose, ArpScanTargets& targets, TextWriter& err) {
  const Ipv4Address first = network.network().ipv4();
  const std::uint32_t mask = network.length == 0 ? 0 : ~std::uint32_t{0} << (32 - network.length);
  if (verbose > 0) {
    err.print("Using {}:{} for localnet\n", to_string(first), to_string(Ipv4Address{mask}));
  }
  targets.add(first, std::uint64_t{1} << (32 - network.length));
}

}  // namespace

ArpScanVendors load_scan_vendors(const ArpScanOptions& options, TextWriter& err) {
  ArpScanVendors vendors;
  if (options.quiet) return vendors;
  const VendorFile registry{options.oui_file, "ieee-oui.txt", "/usr/share/arp-scan/ieee-oui.txt", "IEEE OUI/Vendor"};
  const VendorFile further{options.mac_file, "mac-vendor.txt", "/etc/arp-scan/mac-vendor.txt", "MAC/Vendor"};
  if (!load(registry, options.verbose, vendors, err)) vendors.use_builtin();
  load(further, options.verbose, vendors, err);
  return vendors;
}

bool add_scan_target(const std::string& text, bool numeric, HostNames& names, ArpScanTargets& targets,
                     TextWriter& err) {
  const Result added = add_words(text, numeric, names, targets, err);
  if (!added) err.print("{}\n", added.error());
  return added.has_value();
}

std::expected<std::string, std::string> read_scan_target_file(const std::string& path) {
  if (path == "-") return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
  auto text = read_file(path);
  if (!text) return std::unexpected(fmt::format("Cannot open {}: {}", path, std::strerror(errno)));
  return *std::move(text);
}

std::optional<ArpScanTargets> read_scan_targets(const ScanTargetSource& source, const ArpScanOptions& options,
                                                HostNames& names, TextWriter& err) {
  ArpScanTargets targets;
  if (source.network) {
    add_localnet(*source.network, options.verbose, targets, err);
  } else if (source.file_lines) {
    if (!add_lines(*source.file_lines, options.numeric, names, targets, err)) return std::nullopt;
  } else {
    for (const std::string& text : source.words) {
      if (!add_scan_target(text, options.numeric, names, targets, err)) return std::nullopt;
    }
  }
  if (!targets.empty()) return targets;
  err.print("ERROR: No hosts to process.\n");
  return std::nullopt;
}

}  // namespace onlink::inline v0::cli::compat

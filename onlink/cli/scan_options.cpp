// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/scan_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string_view>

#include "onlink/kernel/link_speed.hpp"
#include "onlink/print/progress.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr double polite_start = 1000;
constexpr double default_ceiling = 20'000;
constexpr double unknown_ceiling = 500;
constexpr double share_of_link = 0.01;

// "256k", "10M", "1.5G", in bits per second; nothing when it is no such number.
std::optional<double> parse_bandwidth(std::string_view text) {
  double unit = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case 'k':
      case 'K':
        unit = 1e3;
        break;
      case 'M':
        unit = 1e6;
        break;
      case 'G':
        unit = 1e9;
        break;
      default:
        break;
    }
  }
  Arguments number;
  number.add("bandwidth", std::string{unit == 1 ? text : text.substr(0, text.size() - 1)});
  const auto value = OptionReader{number}.number("bandwidth", 0, 1e12);
  return value ? std::optional{*value * unit} : std::nullopt;
}

void read_pace(const Arguments& arguments, OptionReader& read, ScanOptions& options) {
  const auto rate = arguments.text("rate");
  if (rate == "max") {
    options.unlimited = true;
  } else {
    options.rate = read.number("rate", 0.1, 1e8);
  }
  const auto bandwidth = arguments.text("bandwidth");
  if (!bandwidth) return;
  if (rate) return read.fail("bandwidth", "--rate says the same in another unit; give one of the two");
  const auto bits = parse_bandwidth(*bandwidth);
  const double requests = bits.value_or(0) / (8.0 * request_wire_octets);
  if (!bits || requests < 0.1) {
    return read.fail("bandwidth",
                     fmt::format("'{}' is no number of bits per second, like 256k or 10M, of 68 or more", *bandwidth));
  }
  options.rate = requests;
}

void read_sources(const Arguments& arguments, OptionReader& read, ScanOptions& options) {
  for (const std::string& text : arguments.values("source")) {
    const auto address = parse_ip(text);
    if (!address) return read.fail("source", address.error().context);
    if (address->is_multicast() || address->is_unspecified()) {
      return read.fail("source", fmt::format("'{}' is nobody's own address", text));
    }
    if (address->is_ipv4()) options.source_ipv4 = address->ipv4();
    if (address->is_ipv6()) options.source_ipv6 = address->ipv6();
  }
  options.probe = arguments.given("probe");
  if (options.probe && arguments.given("source")) {
    read.fail("probe", "asks as nobody, --source as somebody; give one of the two");
  }
}

void read_excluded(const Arguments& arguments, OptionReader& read, ScanOptions& options) {
  for (const std::string& text : arguments.values("exclude")) {
    const auto range = parse_range(text);
    if (!range) return read.fail("exclude", range.error().context);
    options.excluded.push_back(*range);
  }
}

std::uint64_t random_seed() {
  std::random_device device;
  return device();  // 32 bits: short enough to be typed again
}

}  // namespace

std::expected<ScanOptions, Error> read_scan_options(const Arguments& arguments) {
  ScanOptions options;
  OptionReader read{arguments};
  read_pace(arguments, read, options);
  read_sources(arguments, read, options);
  read_excluded(arguments, read, options);
  const auto seed = read.integer("seed");
  options.seed_given = seed.has_value();
  options.seed = seed ? *seed : random_seed();
  options.tries = static_cast<std::uint32_t>(read.integer("tries", 1, 30).value_or(2));
  options.vlans = read.vlans("vlan").value_or(VlanStack{});
  options.force = arguments.given("force");
  options.live = arguments.given("live");
  options.names = arguments.given("names");
  options.cache = arguments.given("cache");
  if (const auto file = arguments.text("save")) options.save = std::string{*file};
  if (const auto file = arguments.text("diff")) options.diff = std::string{*file};
  if (options.live && options.diff) read.fail("live", "--diff knows what is gone only at the end");
  if (options.live && options.names) read.fail("live", "--names are known only at the end");
  if (read.error()) return std::unexpected(*read.error());
  return options;
}

ScanPaceChoice choose_scan_pace(const ScanOptions& options, const kernel::Link& link) {
  if (options.unlimited) return {.pace = {.unlimited = true}, .reason = "as fast as the interface takes them"};
  if (options.rate) {
    return {.pace = {.fixed = options.rate}, .reason = fmt::format("{:.6g} requests/s, as told", *options.rate)};
  }
  const auto limited = [](double ceiling, const std::string& why) {
    const PaceConfig pace{.start = std::min(polite_start, ceiling), .ceiling = ceiling};
    return ScanPaceChoice{pace,
                          fmt::format("{} requests/s at most, {}", grouped(static_cast<std::uint64_t>(ceiling)), why)};
  };
  if (kernel::is_wireless(link)) return limited(unknown_ceiling, "because a radio is shared by all stations");
  const auto speed = kernel::link_speed(link);
  if (!speed || *speed == 0) return limited(unknown_ceiling, "because the link's speed is unknown");
  const double share = std::floor(*speed * 1e6 * share_of_link / (8.0 * request_wire_octets));
  if (share >= default_ceiling) {
    return limited(default_ceiling, fmt::format("below 1 % of the link's {} Mbit/s", grouped(*speed)));
  }
  return limited(std::max(share, 1.0), fmt::format("1 % of the link's {} Mbit/s", grouped(*speed)));
}

}  // namespace onlink::inline v0::cli

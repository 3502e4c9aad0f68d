// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/resolve_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "onlink/cli/host_lookup.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t max_count = 1'000'000;

std::optional<Error> read_sources(const Arguments& arguments, ResolveOptions& options) {
  for (const std::string& text : arguments.values("source")) {
    const auto address = parse_ip(text);
    if (!address) return usage_error(fmt::format("--source: {}", address.error().context));
    if (address->is_multicast())
      return usage_error(fmt::format("--source: {} is a multicast address, nobody asks from it", text));
    const bool twice = address->is_ipv4() ? options.source_ipv4.has_value() : options.source_ipv6.has_value();
    if (twice) return usage_error(fmt::format("--source: {} is the second of its family", text));
    if (address->is_ipv4()) options.source_ipv4 = address->ipv4();
    if (address->is_ipv6()) options.source_ipv6 = address->ipv6();
  }
  if (arguments.given("probe") && arguments.given("source")) {
    return usage_error("--probe asks as nobody; it and --source exclude each other");
  }
  return std::nullopt;
}

void read_pace(const Arguments& arguments, OptionReader& read, ResolverConfig& config) {
  config.count = static_cast<std::uint32_t>(read.integer("count", 0, max_count).value_or(config.count));
  config.interval = read.duration("interval", milliseconds{1}).value_or(config.interval);
  config.wait = read.duration("wait", milliseconds{1}).value_or(config.wait);
  config.late_window = read.duration("late", Duration{}).value_or(milliseconds{500});
  config.until_reply = arguments.given("until-reply") || !arguments.given("count");
  if (arguments.given("until-reply")) config.conflict_window = Duration{};
}

std::expected<void, Error> append_target(std::string_view text, const Context& context, bool names,
                                         std::vector<ResolveTarget>& targets) {
  const auto excluded = [&](const IpAddress& a) { return context.family && *context.family != a.family(); };
  if (const auto address = parse_ip(text)) {
    if (excluded(*address)) {
      return std::unexpected(
          usage_error(fmt::format("'{}' is excluded by -{}", text, *context.family == Family::ipv4 ? 4 : 6)));
    }
    targets.push_back({.address = *address});
    return {};
  }
  const std::string shown = printable(text);
  if (parse_range(text)) {
    const std::string_view kind = text.find('/') != std::string_view::npos ? "network" : "range";
    return std::unexpected(
        usage_error(fmt::format("'{}' is a {}; onlink scan {} asks for all of it", shown, kind, shown)));
  }
  if (text.find('%') != std::string_view::npos && parse_ip(text.substr(0, text.find('%')))) {
    return std::unexpected(
        usage_error(fmt::format("'{}': the interface is given with -i, not behind the address", shown)));
  }
  if (!names) {
    const bool looks_numeric =
        text.find_first_not_of("0123456789.") == std::string_view::npos || text.find(':') != std::string_view::npos;
    return std::unexpected(usage_error(fmt::format(
        "'{}' is not an address{}", shown, looks_numeric ? "" : "; host names are looked up with --names only")));
  }
  const auto found = look_up_host(text, context.family);
  if (!found) return std::unexpected(found.error());
  for (const IpAddress& address : *found) targets.push_back({.address = address, .name = std::string{text}});
  return {};
}

}  // namespace

std::expected<ResolveOptions, Error> read_resolve_options(const Arguments& arguments) {
  ResolveOptions options;
  OptionReader read{arguments};
  read_pace(arguments, read, options.config);
  options.config.probe = arguments.given("probe");
  options.config.unicast = read.mac("unicast");
  if (options.config.unicast && options.config.unicast->is_zero())
    read.fail("unicast", "00:00:00:00:00:00 is nobody's");
  options.vlans = read.vlans("vlan").value_or(VlanStack{});
  options.timeout = read.duration("timeout", milliseconds{1});
  options.names = arguments.given("names");
  options.force = arguments.given("force");
  options.dump = arguments.given("dump");
  if (read.error()) return std::unexpected(*read.error());
  if (auto error = read_sources(arguments, options)) return std::unexpected(*std::move(error));
  std::random_device device;
  options.config.seed = std::uint64_t{device()} << 32 | device();
  return options;
}

std::expected<std::vector<ResolveTarget>, Error> read_resolve_targets(const Arguments& arguments,
                                                                      const Context& context, bool names) {
  std::vector<ResolveTarget> all;
  for (const std::string& text : arguments.values("TARGET")) {
    if (auto appended = append_target(text, context, names, all); !appended) return std::unexpected(appended.error());
  }
  std::vector<ResolveTarget> once;
  for (ResolveTarget& target : all) {
    if (std::ranges::find(once, target.address, &ResolveTarget::address) == once.end())
      once.push_back(std::move(target));
  }
  return once;
}

}  // namespace onlink::inline v0::cli

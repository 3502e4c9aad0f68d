// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/scan_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "onlink/cli/route_map.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

// The part of `range` that lies in `network`, and what remains on either side.
struct Cut {
  std::optional<AddressRange> inside{};
  std::vector<AddressRange> outside{};
};

Cut cut(const AddressRange& range, const AddressRange& network) {
  if (range.first.family() != network.first.family() || range.last < network.first || network.last < range.first) {
    return {.outside = {range}};
  }
  Cut parts{.inside = AddressRange{std::max(range.first, network.first), std::min(range.last, network.last)}};
  if (range.first < network.first) parts.outside.push_back({range.first, previous(network.first)});
  if (network.last < range.last) parts.outside.push_back({advance(network.last, 1), range.last});
  return parts;
}

class Planner {
 public:
  Planner(kernel::Netlink& netlink, const AskingInterface& interface, const ScanOptions& options)
      : netlink_(netlink), routes_(netlink), interface_(interface), options_(options) {}

  std::expected<void, Error> want_own_networks(std::optional<Family> family) {
    discover_ = family != Family::ipv4 && ipv6_source().has_value();
    for (const kernel::InterfaceAddress& address : interface_.addresses) {
      const Prefix network = address.network();
      if (!network.address.is_ipv4() || family == Family::ipv6) continue;
      if (network.length == 32 && !address.peer) continue;  // a network of us alone
      AddressRange range = network.range();
      if (network.length < 31) range = {advance(range.first, 1), previous(range.last)};
      if (auto done = want(range); !done) return done;
    }
    return {};
  }

  // Networks of ours may overlap; each address is asked from one of our addresses only.
  std::expected<void, Error> want(const AddressRange& range) {
    std::vector<AddressRange> open{range};
    for (const kernel::InterfaceAddress& address : interface_.addresses) {
      std::vector<AddressRange> rest;
      for (const AddressRange& piece : open) {
        Cut parts = cut(piece, address.network().range());
        rest.insert(rest.end(), parts.outside.begin(), parts.outside.end());
        if (!parts.inside) continue;
        if (auto asked = ask(*parts.inside); !asked) return asked;
      }
      open = std::move(rest);
    }
    for (const AddressRange& piece : open) {
      if (auto done = by_route(piece); !done) return done;
    }
    return {};
  }

  std::expected<ScanPlan, Error> finish() {
    ScanPlan plan{.off_link = std::move(off_link_), .discovers_ipv6 = discover_};
    if (discover_ && by_source_.empty()) by_source_[std::nullopt];
    for (auto& [source, ranges] : by_source_) {
      auto targets = TargetSet::make(ranges, options_.excluded);
      if (!targets) return std::unexpected(targets.error());
      const bool first = plan.scans.empty();
      if (targets->empty() && !(first && discover_)) continue;
      plan.targets += targets->count();
      plan.scans.push_back(config(source, *std::move(targets), first && discover_));
    }
    return plan;
  }

 private:
  std::expected<void, Error> by_route(const AddressRange& range) {
    // With tags the question leaves on another network than the one that the routing table speaks of.
    if (options_.force || !options_.vlans.empty()) return ask(range);
    const auto pieces = routes_.cut(range);
    if (!pieces) return std::unexpected(pieces.error());
    for (const AddressRange& piece : *pieces) {
      auto verdict = route_verdict(netlink_, interface_, piece.first);
      if (!verdict) return std::unexpected(verdict.error());
      if (auto placed = place(piece, *std::move(verdict)); !placed) return placed;
    }
    return {};
  }

  std::expected<void, Error> place(const AddressRange& piece, RouteVerdict verdict) {
    switch (verdict.reach) {
      case Reach::on_link:
        return ask(piece);
      case Reach::own:
        if (verdict.interface == interface_.link.name) return ask(piece);
        break;
      case Reach::broadcast:
      case Reach::multicast:
      case Reach::unspecified:
        return {};  // nobody's own
      case Reach::off_link:
      case Reach::no_route:
        break;
    }
    if (!off_link_.empty() && continues(off_link_.back(), piece, verdict)) {
      off_link_.back().range.last = piece.last;
    } else {
      off_link_.push_back({piece, std::move(verdict)});
    }
    return {};
  }

  static bool continues(const OffLinkRange& before, const AddressRange& piece, const RouteVerdict& verdict) {
    return advance(before.range.last, 1) == piece.first && before.verdict.reach == verdict.reach &&
           before.verdict.interface == verdict.interface && before.verdict.next_hop == verdict.next_hop;
  }

  std::expected<void, Error> ask(const AddressRange& range) {
    const Family family = range.first.family();
    std::optional<Ipv4Address> source;
    if (!options_.probe) {
      const auto found = family == Family::ipv4 ? source_of(range.first) : std::optional<Ipv4Address>{};
      if (family == Family::ipv4 ? !found : !ipv6_source()) return std::unexpected(no_source(family));
      source = found;
    }
    // IPv6 ranges join any scan: one link-local address asks for all of them.
    auto& ranges = family == Family::ipv6 && !by_source_.empty() ? by_source_.begin()->second : by_source_[source];
    ranges.push_back(range);
    return {};
  }

  [[nodiscard]] std::optional<Ipv4Address> source_of(const IpAddress& target) const {
    if (options_.probe) return std::nullopt;
    if (options_.source_ipv4) return options_.source_ipv4;
    const auto source = source_for(interface_, target);
    return source ? std::optional{source->ipv4()} : std::nullopt;
  }
  [[nodiscard]] std::optional<Ipv6Address> ipv6_source() const {
    if (options_.source_ipv6) return options_.source_ipv6;
    const auto source = source_for(interface_, IpAddress{all_nodes_address});
    return source ? std::optional{source->ipv6()} : std::nullopt;
  }

  [[nodiscard]] Error no_source(Family family) const {
    return usage_error(
        fmt::format("{} has no {} address to ask from; --probe asks as nobody, --source ADDRESS as somebody",
                    printable(interface_.link.name), family == Family::ipv4 ? "IPv4" : "IPv6"));
  }

  [[nodiscard]] ScanConfig config(const std::optional<Ipv4Address>& source, TargetSet targets, bool discover) const {
    ScanConfig config{.targets = std::move(targets), .seed = options_.seed, .min_tries = options_.tries};
    config.identity = {.mac = interface_.link.mac, .ipv4 = source, .vlans = options_.vlans};
    if (!options_.probe) config.identity.ipv6 = ipv6_source();
    config.discover_ipv6 = discover;
    config.excluded = options_.excluded;
    if (!discover) return config;
    for (const kernel::InterfaceAddress& address : interface_.addresses) {
      const IpAddress& own = address.prefix.address;
      if (own.is_ipv6() && !own.is_link_local() && !address.tentative && !address.duplicate) {
        config.echo_sources.push_back(own.ipv6());
      }
    }
    return config;
  }

  kernel::Netlink& netlink_;
  RouteMap routes_;
  const AskingInterface& interface_;
  const ScanOptions& options_;
  std::map<std::optional<Ipv4Address>, std::vector<AddressRange>> by_source_;
  std::vector<OffLinkRange> off_link_;
  bool discover_ = false;
};

}  // namespace

std::expected<ScanPlan, Error> plan_scan(kernel::Netlink& netlink, const AskingInterface& interface,
                                         const ScanOptions& options, const std::vector<AddressRange>& wanted,
                                         std::optional<Family> family) {
  Planner planner{netlink, interface, options};
  if (wanted.empty()) {
    if (auto done = planner.want_own_networks(family); !done) return std::unexpected(done.error());
  }
  for (const AddressRange& range : wanted) {
    if (auto done = planner.want(range); !done) return std::unexpected(done.error());
  }
  auto plan = planner.finish();
  if (plan && plan->scans.empty() && plan->off_link.empty()) {
    return std::unexpected(usage_error(
        wanted.empty() ? fmt::format("{} has no network of its own to scan; name one", printable(interface.link.name))
                       : std::string{"nothing is left to ask once --exclude and addresses nobody can have are out"}));
  }
  return plan;
}

}  // namespace onlink::inline v0::cli

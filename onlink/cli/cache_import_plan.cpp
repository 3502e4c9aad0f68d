// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_import_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::InterfaceAddress;
using kernel::Link;
using FoundLink = std::expected<const Link*, std::string>;

class Planner {
 public:
  Planner(const ImportPlace& place, std::optional<Family> family, const FindHost& find_host)
      : place_(place), family_(family), find_host_(find_host) {}

  void add(const EthersLine& line) {
    if (const auto* address = std::get_if<IpAddress>(&line.who)) return add(line, *address);
    const auto addresses = find_host_(std::get<std::string>(line.who));
    if (!addresses) return fail(line, addresses.error());
    for (const IpAddress& address : *addresses) add(line, address);
  }

  ImportPlan take(std::vector<LineError> errors) {
    plan_.errors.insert(plan_.errors.end(), std::make_move_iterator(errors.begin()),
                        std::make_move_iterator(errors.end()));
    std::ranges::sort(plan_.errors, {}, [](const LineError& error) { return std::tie(error.number, error.text); });
    return std::move(plan_);
  }

 private:
  void add(const EthersLine& line, const IpAddress& address) {
    if (family_ && address.family() != *family_) {
      ++plan_.left_out;
      return;
    }
    const FoundLink link = find_link(line, address);
    if (!link) return fail(line, link.error());
    if (!note(line, address, **link)) return;
    plan_.edits.push_back({.line = line.number,
                           .link = **link,
                           .mac = line.mac,
                           .edit = {.interface = (*link)->index,
                                    .address = address,
                                    .mac = line.mac,
                                    .state = line.temporary ? NudState::stale : NudState::permanent,
                                    .router = line.router}});
  }

  // Whether it is new; the same line again is passed over.
  bool note(const EthersLine& line, const IpAddress& address, const Link& link) {
    const auto [known, is_new] = known_.try_emplace({link.index, address}, line);
    if (is_new) return true;
    const EthersLine& first = known->second;
    if (first.mac != line.mac) {
      fail(line, fmt::format("{} has {} in line {}", address, first.mac, first.number));
    } else if (first.router != line.router || first.temporary != line.temporary) {
      fail(line, fmt::format("{} stands in line {} with other words", address, first.number));
    }
    return false;
  }

  [[nodiscard]] FoundLink find_link(const EthersLine& line, const IpAddress& address) const {
    if (line.interface.empty()) return place_.chosen ? FoundLink{&*place_.chosen} : link_by_network(address);
    const auto named = std::ranges::find(place_.links, line.interface, &Link::name);
    if (named == place_.links.end()) {
      return std::unexpected(fmt::format("there is no interface {}", printable(line.interface)));
    }
    if (place_.chosen && place_.chosen->index != named->index) {
      return std::unexpected(
          fmt::format("{} is not {}, which -i names", printable(named->name), printable(place_.chosen->name)));
    }
    return &*named;
  }

  [[nodiscard]] FoundLink link_by_network(const IpAddress& address) const {
    const InterfaceAddress* best = nullptr;
    bool several = false;
    for (const InterfaceAddress& own : place_.addresses) {
      if (own.prefix.address.family() != address.family() || !own.network().contains(address)) continue;
      if (best == nullptr || own.prefix.length > best->prefix.length) {
        best = &own;
        several = false;
      } else if (own.prefix.length == best->prefix.length && own.interface != best->interface) {
        several = true;
      }
    }
    const auto advice = [&](std::string_view why) {
      return std::unexpected(fmt::format("{}: {}; name one with -i or as {}%IFACE", address, why, address));
    };
    if (best == nullptr) return advice("no interface has a network that holds it");
    if (several) return advice("several interfaces have a network that holds it");
    const auto link = std::ranges::find(place_.links, best->interface, &Link::index);
    if (link == place_.links.end()) return advice("its interface went away");
    return &*link;
  }

  void fail(const EthersLine& line, std::string text) { plan_.errors.push_back({line.number, std::move(text)}); }

  const ImportPlace& place_;
  std::optional<Family> family_;
  const FindHost& find_host_;
  ImportPlan plan_;
  std::map<std::pair<int, IpAddress>, EthersLine> known_;
};

}  // namespace

std::expected<ImportPlace, Error> read_import_place(kernel::Netlink& netlink, const Context& context) {
  ImportPlace place;
  if (context.interface) {
    auto link = netlink.find_link(*context.interface);
    if (!link) return std::unexpected(std::move(link.error()));
    place.chosen = *std::move(link);
  }
  auto links = netlink.links();
  if (!links) return std::unexpected(std::move(links.error()));
  place.links = *std::move(links);
  auto addresses = netlink.addresses(0);
  if (!addresses) return std::unexpected(std::move(addresses.error()));
  place.addresses = *std::move(addresses);
  return place;
}

ImportPlan plan_import(EthersFile file, const ImportPlace& place, std::optional<Family> family,
                       const FindHost& find_host) {
  Planner planner{place, family, find_host};
  for (const EthersLine& line : file.lines) planner.add(line);
  return planner.take(std::move(file.errors));
}

}  // namespace onlink::inline v0::cli

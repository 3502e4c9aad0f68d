// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/announce_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "onlink/cli/own_addresses.hpp"
#include "onlink/cli/route_map.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

// RFC 9568 section 7.3.
MacAddress virtual_router_mac(Family family, std::uint8_t router) {
  return {{0x00, 0x00, 0x5e, 0x00, static_cast<std::uint8_t>(family == Family::ipv4 ? 1 : 2), router}};
}

class Planner {
 public:
  Planner(kernel::Netlink& netlink, const AskingInterface& interface, const AnnounceOptions& options,
          const Context& context)
      : netlink_(netlink), interface_(interface), options_(options), context_(context), routes_(netlink) {}

  std::expected<AnnouncePlan, Error> plan() {
    plan_.announcer = options_.pace;
    if (auto known = learn_own(); !known) return std::unexpected(known.error());
    if (auto chosen = choose_interface_addresses(); !chosen) return std::unexpected(chosen.error());
    for (const AddressRange& range : options_.targets) {
      if (auto chosen = choose(range); !chosen) return std::unexpected(chosen.error());
    }
    for (const VlanStack& vlans : options_.vlans) announce_on(vlans);
    note_what_follows();
    return std::move(plan_);
  }

 private:
  struct Chosen {
    IpAddress address;
    bool ours = false;
  };

  std::expected<void, Error> learn_own() {
    const auto links = netlink_.links();
    if (!links) return std::unexpected(links.error());
    for (const kernel::Link& link : *links) {
      if (!link.mac.is_zero()) plan_.announcer.own_macs.push_back(link.mac);
    }
    auto all = netlink_.addresses(0);
    if (!all) return std::unexpected(all.error());
    for (const kernel::InterfaceAddress& own : *all) all_own_.insert(own.prefix.address);
    const auto answered = addresses_answered_on(netlink_, interface_.link);
    if (!answered) return std::unexpected(answered.error());
    for (const kernel::InterfaceAddress& own : *answered) answered_here_.insert(own.prefix.address);
    return {};
  }

  std::expected<void, Error> choose_interface_addresses() {
    if (!options_.all) return {};
    for (const kernel::InterfaceAddress& own : interface_.addresses) {
      const IpAddress& address = own.prefix.address;
      if (context_.family && *context_.family != address.family()) continue;
      if (own.tentative || own.duplicate) {
        plan_.notes.push_back(fmt::format("{} is left out: {}", address, state_text(own)));
      } else {
        add(address, true);
      }
    }
    if (!chosen_.empty() || !options_.targets.empty()) return {};
    return std::unexpected(usage_error(fmt::format("--all: {} has no address to announce", name())));
  }

  std::expected<void, Error> choose(const AddressRange& range) {
    const auto pieces = routes_.cut(range);
    if (!pieces) return std::unexpected(pieces.error());
    const bool single = range.first == range.last;
    for (const AddressRange& piece : *pieces) {
      auto verdict = route_verdict(netlink_, interface_, piece.first);
      if (!verdict) return std::unexpected(verdict.error());
      if (auto refused = refuse_target(*verdict)) {
        if (single) return std::unexpected(*std::move(refused));
        plan_.notes.push_back(fmt::format("{} is left out: it {}", piece, verdict_text(*verdict)));
        continue;
      }
      if (auto chosen = choose(piece, *std::move(verdict)); !chosen) return chosen;
    }
    return {};
  }

  // A part of what was named, all of it reached the same way.
  std::expected<void, Error> choose(const AddressRange& piece, RouteVerdict verdict) {
    if (const auto* own = own_address(piece.first); own != nullptr && !options_.force) {
      if (own->tentative || own->duplicate) {
        return std::unexpected(
            usage_error(fmt::format("{}: {}; --force announces it all the same", piece.first, state_text(*own))));
      }
    }
    const bool ours = is_ours(verdict);
    const bool elsewhere = verdict.reach == Reach::off_link || verdict.reach == Reach::no_route;
    if (elsewhere && !options_.force && !options_.only_tagged()) {
      plan_.off_link.push_back(std::move(verdict));
      return {};
    }
    const bool told_whose = options_.mac || options_.vrrp;
    if (!ours && !told_whose && !options_.force) return std::unexpected(not_ours(piece, verdict));
    for (IpAddress address = piece.first;; address = advance(address, 1)) {
      add(address, ours);
      if (address == piece.last) return {};
    }
  }

  // This host's kernel answers for it on the networks that are announced to.
  [[nodiscard]] bool is_ours(const RouteVerdict& verdict) const {
    if (options_.only_tagged()) return all_own_.contains(verdict.target);
    if (answered_here_.contains(verdict.target)) return true;
    const bool of_a_local_route = verdict.reach == Reach::own && !all_own_.contains(verdict.target);
    return of_a_local_route;
  }

  [[nodiscard]] Error not_ours(const AddressRange& piece, const RouteVerdict& verdict) const {
    const bool one = piece.first == piece.last;
    const std::string what = one ? to_string(piece.first) : to_string(piece);
    const std::string why =
        verdict.reach == Reach::own
            ? fmt::format("{} has it, and this host does not answer for it on {}", printable(verdict.interface), name())
            : "this host does not have it, and whoever does would lose its packets to us";
    return usage_error(fmt::format(
        "{}: {}; --mac MAC announces it for another station, --force for this one, and onlink claim {} asks first",
        what, why, piece.first));
  }

  [[nodiscard]] const kernel::InterfaceAddress* own_address(const IpAddress& address) const {
    const auto place = std::ranges::find(interface_.addresses, address,
                                         [](const kernel::InterfaceAddress& a) { return a.prefix.address; });
    return place == interface_.addresses.end() ? nullptr : &*place;
  }

  [[nodiscard]] static std::string_view state_text(const kernel::InterfaceAddress& own) {
    return own.duplicate ? "duplicate address detection found that another station has it"
                         : "duplicate address detection is not over, it is not ours to announce yet";
  }

  void add(const IpAddress& address, bool ours) {
    if (seen_.insert(address).second) chosen_.push_back({address, ours});
  }

  [[nodiscard]] MacAddress mac_for(Family family) const {
    if (options_.vrrp) return virtual_router_mac(family, *options_.vrrp);
    return options_.mac.value_or(interface_.link.mac);
  }

  [[nodiscard]] bool has(Family family) const {
    return std::ranges::any_of(chosen_, [&](const Chosen& c) { return c.address.family() == family; });
  }

  // Switches first: what hosts then send must find its way.
  void announce_on(const VlanStack& vlans) {
    std::vector<MacAddress> macs = options_.mac_targets;
    if (options_.rarp) {
      const bool none = chosen_.empty();
      if (has(Family::ipv4) || none) macs.push_back(mac_for(Family::ipv4));
      if ((has(Family::ipv6) || none) && mac_for(Family::ipv6) != mac_for(Family::ipv4)) {
        macs.push_back(mac_for(Family::ipv6));
      }
    }
    std::vector<MacAddress> once;
    for (const MacAddress& mac : macs) {
      if (std::ranges::find(once, mac) != once.end()) continue;
      once.push_back(mac);
      plan_.announcer.announcements.push_back({.form = AnnounceForm::rarp, .mac = mac, .vlans = vlans});
    }
    for (const Chosen& chosen : chosen_) announce(chosen, vlans);
  }

  void announce(const Chosen& chosen, const VlanStack& vlans) {
    const bool ipv6 = chosen.address.is_ipv6();
    const MacAddress mac = mac_for(chosen.address.family());
    Announcement announcement{.form = ipv6 ? AnnounceForm::advertisement : options_.arp_form,
                              .address = chosen.address,
                              .mac = mac,
                              .vlans = vlans,
                              .router = ipv6 && is_router(),
                              .override_flag = options_.override_flag};
    if (options_.mac && !options_.move) announcement.source = interface_.link.mac;
    plan_.announcer.announcements.push_back(announcement);
    plan_.addresses.push_back({chosen.address, vlans, mac, chosen.ours});
  }

  // A virtual router is one (RFC 9568 section 8.2.2); of this host the kernel knows; another station we do not.
  [[nodiscard]] bool is_router() const {
    if (options_.router) return *options_.router;
    if (options_.vrrp) return true;
    if (options_.mac && options_.mac != interface_.link.mac) return false;
    const auto forwarding = kernel::read_sysctl("net/ipv6/conf/" + interface_.link.name + "/forwarding");
    return forwarding && *forwarding != "0";
  }

  void note_what_follows() {
    if (chosen_.empty()) return;
    if (options_.mac && options_.mac != interface_.link.mac) note_other_station();
    const auto foreign = std::ranges::count(chosen_, false, &Chosen::ours);
    if (foreign != 0 && !options_.mac && !options_.vrrp) {
      plan_.notes.push_back(fmt::format("{} not this host's, and announced at {} all the same",
                                        foreign == 1 ? "one address is" : fmt::format("{} addresses are", foreign),
                                        interface_.link.mac));
    }
    note_limits();
  }

  void note_other_station() {
    const MacAddress& mac = *options_.mac;
    const std::string which =
        chosen_.size() == 1 ? to_string(chosen_.front().address) : fmt::format("{} addresses", chosen_.size());
    plan_.notes.push_back(fmt::format("{} announced at {}: hosts that know {} send to that station from now on{}",
                                      which, mac, chosen_.size() == 1 ? "it" : "them",
                                      options_.move ? ", and switches send that station's frames here" : ""));
    if (std::ranges::any_of(chosen_, &Chosen::ours)) {
      plan_.notes.push_back(
          fmt::format("this host still has it: its kernel answers who asks with {}", interface_.link.mac));
    }
  }

  void note_limits() {
    if (!has(Family::ipv6)) return;
    const AnnouncerConfig& pace = plan_.announcer;
    if (pace.count == 0 || pace.count > max_neighbor_advertisement) {
      plan_.notes.push_back(
          fmt::format("RFC 4861 section 7.2.6 allows {} unsolicited advertisements of an address in a row",
                      max_neighbor_advertisement));
    }
    if (pace.interval < retrans_timer && pace.count != 1) {
      plan_.notes.emplace_back("RFC 4861 section 7.2.6 wants a second between two unsolicited advertisements");
    }
  }

  [[nodiscard]] std::string name() const { return printable(interface_.link.name); }

  kernel::Netlink& netlink_;
  const AskingInterface& interface_;
  const AnnounceOptions& options_;
  const Context& context_;
  RouteMap routes_;
  std::unordered_set<IpAddress> all_own_;        // on whatever interface
  std::unordered_set<IpAddress> answered_here_;  // by this host's kernel, on this interface
  std::unordered_set<IpAddress> seen_;
  std::vector<Chosen> chosen_;
  AnnouncePlan plan_;
};

}  // namespace

std::expected<AnnouncePlan, Error> plan_announcements(kernel::Netlink& netlink, const AskingInterface& interface,
                                                      const AnnounceOptions& options, const Context& context) {
  return Planner{netlink, interface, options, context}.plan();
}

}  // namespace onlink::inline v0::cli

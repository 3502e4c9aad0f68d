// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/announce_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/host_address.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t max_count = 1'000'000;
constexpr std::uint64_t max_addresses = 65'536;
constexpr Duration usual_gap = milliseconds{1};

// As QEMU announces a machine that has moved (its parameters announce-initial, -step, -max, -rounds).
constexpr std::uint32_t move_count = 5;
constexpr Duration move_interval = milliseconds{50};
constexpr Duration move_step = milliseconds{100};
constexpr Duration move_longest = milliseconds{550};

class Reading {
 public:
  Reading(const Arguments& arguments, const Context& context)
      : arguments_(arguments), context_(context), read_(arguments) {}

  std::expected<AnnounceOptions, Error> all() {
    targets();
    station();
    forms();
    networks();
    pace();
    out_.dump = arguments_.given("dump");
    out_.verify = arguments_.given("verify");
    out_.force = arguments_.given("force");
    if (read_.error()) return std::unexpected(*read_.error());
    return std::move(out_);
  }

 private:
  void targets() {
    for (const std::string& text : arguments_.values("ADDR")) target(text);
    out_.all = arguments_.given("all");
    out_.rarp = arguments_.given("rarp");
    if (out_.targets.empty() && out_.mac_targets.empty() && !out_.all && !out_.rarp) {
      read_.fail("ADDR is missing: an address to announce; --all announces every address of the interface");
    }
    std::uint64_t count = 0;
    for (const AddressRange& range : out_.targets) {
      count += std::min(count_addresses(range), max_addresses + 1);
      if (count > max_addresses) return read_.fail(fmt::format("more than {} addresses at once", max_addresses));
    }
  }

  void target(const std::string& text) {
    const auto range = parse_range(text);
    if (!range) return mac_target(text);
    if (context_.family && *context_.family != range->first.family()) {
      return read_.fail(fmt::format("'{}' is excluded by -{}", text, *context_.family == Family::ipv4 ? 4 : 6));
    }
    if (const auto objection = objection_to_host(*range)) return read_.fail(fmt::format("'{}': {}", text, *objection));
    out_.targets.push_back(*range);
  }

  void mac_target(const std::string& text) {
    const auto mac = parse_mac(text);
    if (!mac) {
      return read_.fail(
          fmt::format("'{}' is neither an IP address, a range or network of them, nor a MAC address", printable(text)));
    }
    if (!mac->is_unicast()) return read_.fail(fmt::format("'{}': no station can have it", printable(text)));
    out_.mac_targets.push_back(*mac);
  }

  void station() {
    out_.mac = read_.mac("mac");
    if (out_.mac && !out_.mac->is_unicast()) read_.fail("mac", "no station can have it");
    if (const auto router = read_.integer("vrrp", 1, 255)) out_.vrrp = static_cast<std::uint8_t>(*router);
    if (out_.mac && out_.vrrp) read_.fail("--mac and --vrrp exclude each other");
    out_.move = arguments_.given("move");
    if (out_.move && !out_.mac) read_.fail("--move sends from the MAC address that --mac names");
  }

  void forms() {
    const auto word = arguments_.text("form");
    for (const AnnounceForm form :
         {AnnounceForm::request, AnnounceForm::reply_own, AnnounceForm::reply_zero, AnnounceForm::reply_broadcast}) {
      if (word == to_string(form)) out_.arp_form = form;
    }
    if (word && !has(Family::ipv4)) read_.fail("--form is of IPv4 addresses");
    const bool router = arguments_.given("router");
    const bool no_router = arguments_.given("no-router");
    if (router && no_router) read_.fail("--router and --no-router exclude each other");
    if (router || no_router) out_.router = router;
    out_.override_flag = !arguments_.given("no-override");
    for (const std::string_view name : {"router", "no-router", "no-override"}) {
      if (arguments_.given(name) && !has(Family::ipv6)) read_.fail(fmt::format("--{} is of IPv6 addresses", name));
    }
  }

  // Whether such an address may be among those announced.
  [[nodiscard]] bool has(Family family) const {
    const bool of_interface = out_.all && context_.family.value_or(family) == family;
    return of_interface ||
           std::ranges::any_of(out_.targets, [&](const AddressRange& r) { return r.first.family() == family; });
  }

  void networks() {
    const auto texts = arguments_.values("vlan");
    if (!texts.empty()) out_.vlans.clear();
    for (const std::string& text : texts) {
      const auto stack = text == "none" ? VlanStack{} : parse_vlan_stack(text);
      if (!stack) return read_.fail(fmt::format("--vlan: {}", stack.error().context));
      if (std::ranges::find(out_.vlans, *stack) == out_.vlans.end()) out_.vlans.push_back(*stack);
    }
  }

  void pace() {
    AnnouncerConfig& pace = out_.pace;
    pace.gap = usual_gap;
    const bool only_macs = out_.targets.empty() && !out_.all;
    if (only_macs) {
      pace.count = move_count;
      pace.interval = move_interval;
      pace.step = move_step;
      pace.longest = move_longest;
    }
    pace.count = static_cast<std::uint32_t>(read_.integer("count", 0, max_count).value_or(pace.count));
    if (const auto interval = read_.duration("interval", milliseconds{1})) {
      pace.interval = *interval;
      pace.step = {};
      pace.longest = longest_duration;
    }
    if (const auto growth = read_.duration("growth", Duration{})) {
      pace.step = *growth;
      pace.longest = longest_duration;
    }
    pace.gap = read_.duration("gap", Duration{}).value_or(pace.gap);
  }

  const Arguments& arguments_;
  const Context& context_;
  OptionReader read_;
  AnnounceOptions out_;
};

}  // namespace

std::expected<AnnounceOptions, Error> read_announce_options(const Arguments& arguments, const Context& context) {
  return Reading{arguments, context}.all();
}

}  // namespace onlink::inline v0::cli

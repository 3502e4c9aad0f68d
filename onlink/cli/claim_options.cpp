// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/claim_options.hpp"

#include <fmt/format.h>

#include <random>
#include <unordered_set>

#include "onlink/cli/host_address.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double fast_scale = 0.1;
constexpr double least_scale = 0.001;
constexpr seconds usual_hook_time{10};

std::expected<ClaimTarget, Error> parse_target(const std::string& text) {
  if (text.find('/') != std::string::npos) {
    const auto prefix = parse_prefix(text);
    if (!prefix) return std::unexpected(prefix.error());
    return ClaimTarget{prefix->address, prefix->length};
  }
  const auto address = parse_ip(text);
  if (!address) return std::unexpected(address.error());
  return ClaimTarget{*address};
}

class Reading {
 public:
  explicit Reading(const Arguments& arguments) : arguments_(arguments), read_(arguments) {}

  std::expected<ClaimOptions, Error> all() {
    for (const std::string& text : arguments_.values("ADDR")) targets(text);
    out_.automatic = arguments_.given("auto");
    if (out_.targets.empty() && !out_.automatic)
      read_.fail("no address to claim: name one, or --auto takes a link-local one");
    memory();
    identity();
    times();
    endings();
    consequences();
    if (read_.error()) return std::unexpected(*read_.error());
    return std::move(out_);
  }

 private:
  // An address, perhaps with its network's length, or a range of addresses.
  void targets(const std::string& text) {
    if (text.find('-') == std::string::npos) {
      const auto target = parse_target(text);
      return target ? add(*target, text) : read_.fail(target.error().context);
    }
    const auto range = parse_range(text);
    if (!range) return read_.fail(range.error().context);
    if (count_addresses(*range) > max_claimed_addresses) return too_many();
    for (IpAddress address = range->first;; address = advance(address, 1)) {
      add({address}, text);
      if (address == range->last || read_.error()) return;
    }
  }

  void add(const ClaimTarget& target, const std::string& text) {
    if (const auto why = objection_to_host({target.address, target.address})) {
      return read_.fail(fmt::format("'{}': {}", printable(text), *why));
    }
    if (!seen_.insert(target.address).second) return;
    out_.targets.push_back(target);
    if (out_.targets.size() > max_claimed_addresses) too_many();
  }

  void too_many() { read_.fail(fmt::format("more than {} addresses", max_claimed_addresses)); }

  void memory() {
    const auto file = arguments_.text("state");
    const bool none = arguments_.given("no-state");
    if (file && none) return read_.fail("--state and --no-state exclude each other");
    if (!out_.automatic) {
      if (file) read_.fail("state", "goes with --auto");
      return;
    }
    if (!none) out_.memory = file ? LinkLocalMemory{std::string{*file}} : LinkLocalMemory{};
  }

  void identity() {
    ClaimerConfig& claimer = out_.claimer;
    out_.mac = read_.mac("mac");
    if (out_.mac && !out_.mac->is_unicast()) read_.fail("mac", "no station can have it");
    claimer.vlans = read_.vlans("vlan").value_or(VlanStack{});
    const std::string_view policy = arguments_.text("policy").value_or("once");
    claimer.policy = policy == "never"    ? DefensePolicy::never
                     : policy == "always" ? DefensePolicy::always
                                          : DefensePolicy::once;
    claimer.nonce = !arguments_.given("no-nonce");
    claimer.optimistic = arguments_.given("optimistic");
    claimer.probe_only = arguments_.given("probe-only");
    std::random_device device;
    claimer.seed = read_.integer("seed").value_or(std::uint64_t{device()} << 32 | device());
    out_.dump = arguments_.given("dump");
  }

  void times() {
    const bool fast = arguments_.given("fast");
    if (fast && arguments_.given("scale")) read_.fail("--fast and --scale exclude each other");
    const double scale = read_.number("scale", least_scale, 1).value_or(fast ? fast_scale : 1);
    const auto transmits = read_.integer("dad-transmits", 0, 255).value_or(1);
    const Duration retrans = read_.duration("retrans", milliseconds{1}).value_or(seconds{1});
    ClaimerConfig& claimer = out_.claimer;
    claimer.times = claimer.times.scaled(scale);
    claimer.ipv6_times = duplicate_detection_times(static_cast<std::uint32_t>(transmits), retrans).scaled(scale);
    if (claimer.probe_only && transmits == 0) read_.fail("dad-transmits", "without a probe nothing is known");
  }

  void endings() {
    out_.once = arguments_.given("once");
    out_.timeout = read_.duration("timeout", milliseconds{1}, hours{24});
  }

  void consequences() {
    out_.configure = arguments_.given("configure");
    const auto hook = arguments_.values("exec");
    out_.hook.assign(hook.begin(), hook.end());
    out_.hook_time = read_.duration("exec-timeout", milliseconds{1}).value_or(usual_hook_time);
    if (arguments_.given("exec-timeout") && out_.hook.empty()) read_.fail("exec-timeout", "goes with --exec");
    if (out_.claimer.probe_only) {
      for (const std::string_view name : {"auto", "configure", "once", "optimistic"}) {
        if (arguments_.given(name)) read_.fail(name, "--probe-only claims nothing");
      }
    }
    if (!out_.configure) return;
    if (out_.mac) read_.fail("configure", "the kernel answers with the interface's own MAC address, not with --mac's");
    if (!out_.claimer.vlans.empty()) read_.fail("configure", "a VLAN has an interface of its own: name that with -i");
  }

  const Arguments& arguments_;
  OptionReader read_;
  ClaimOptions out_;
  std::unordered_set<IpAddress> seen_;
};

}  // namespace

std::expected<ClaimOptions, Error> read_claim_options(const Arguments& arguments) { return Reading{arguments}.all(); }

}  // namespace onlink::inline v0::cli

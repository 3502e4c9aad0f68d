// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/claim_consequences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "onlink/kernel/link_setup.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {

ClaimConsequences::ClaimConsequences(const Context& context, const Place& place, const ClaimPlan& plan,
                                     const ClaimOptions& options, HookRunner* hooks)
    : context_(context), place_(place), options_(options), hooks_(hooks), mac_(plan.claimer.mac) {
  for (const Prefix& target : plan.targets) lengths_.emplace(target.address, target.length);
}

std::uint8_t ClaimConsequences::length_of(const IpAddress& address) const {
  const auto named = lengths_.find(address);
  return named == lengths_.end() ? network_length(place_.interface, address) : named->second;
}

std::optional<std::uint8_t> ClaimConsequences::on_ready(const ClaimReady& ready, Claimer& claimer) {
  const auto [held, first] = held_.try_emplace(ready.address, false);
  const Prefix address{ready.address, length_of(ready.address)};
  if (first && options_.configure) held->second = configure(address, claimer);
  if (claimer.link_local() == ready.address) remember(ready.address);
  run_hook({.name = ready.optimistic ? "optimistic" : "ready", .address = ready.address});
  return held->second ? std::optional{address.length} : std::nullopt;
}

void ClaimConsequences::on_free(const IpAddress& address) { run_hook({.name = "free", .address = address}); }

void ClaimConsequences::on_conflict(const ClaimConflict& conflict) {
  run_hook({.name = "conflict", .address = conflict.address, .mac = conflict.mac});
}

void ClaimConsequences::on_defended(const ClaimDefended& defended) {
  run_hook({.name = "defended", .address = defended.address, .mac = defended.mac});
}

void ClaimConsequences::on_lost(const ClaimLost& lost) {
  withdraw(lost.address);
  if (lost.mac) restore_secondaries(lost.address);
  run_hook({.name = "lost",
            .address = lost.address,
            .mac = lost.mac,
            .reason = lost.mac ? std::string_view{"conflict"} : std::string_view{"link_down"}});
  held_.erase(lost.address);
}

// From here on the kernel answers for it.
bool ClaimConsequences::configure(const Prefix& address, Claimer& claimer) {
  const auto added =
      kernel::add_address(place_.netlink, place_.interface.link.index, {.prefix = address, .without_detection = true});
  if (added) {
    claimer.leave_answers_to_kernel(address.address);
    return true;
  }
  if (added.error().sys_errno == EEXIST) {
    claimer.leave_answers_to_kernel(address.address);
    context_.say(fmt::format("{} is on the interface already, and will stay there", address.address));
    return false;
  }
  context_.fail(added.error());
  refused_ = true;
  return false;
}

// It may be gone already: taken off by somebody else, or with the link.
void ClaimConsequences::withdraw(const IpAddress& address) {
  const auto held = held_.find(address);
  if (held == held_.end() || !std::exchange(held->second, false)) return;
  const auto removed =
      kernel::remove_address(place_.netlink, place_.interface.link.index, {address, length_of(address)});
  if (removed || removed.error().sys_errno == EADDRNOTAVAIL || removed.error().code == ErrorCode::no_interface) return;
  context_.fail(removed.error());
  refused_ = true;
}

// Unless promote_secondaries is set, Linux takes a network's other IPv4 addresses off together with its first one.
void ClaimConsequences::restore_secondaries(const IpAddress& removed) {
  const Prefix network{removed, length_of(removed)};
  if (!options_.configure || removed.is_ipv6()) return;
  for (const auto& [address, configured] : held_) {
    const Prefix other{address, length_of(address)};
    if (!configured || other.length != network.length || !network.contains(address)) continue;
    const auto added = kernel::add_address(place_.netlink, place_.interface.link.index, {.prefix = other});
    if (added || added.error().sys_errno == EEXIST) continue;
    context_.fail(added.error());
    refused_ = true;
  }
}

void ClaimConsequences::remember(const IpAddress& address) {
  if (!options_.memory) return;
  const auto saved = options_.memory->save(address.ipv4());
  if (saved) return;
  context_.say(fmt::format("{}; the address will not be remembered", saved.error().context));
  options_.memory.reset();
}

void ClaimConsequences::run_hook(const HookEvent& event) {
  if (hooks_ == nullptr) return;
  const auto held = held_.find(event.address);
  std::vector<std::pair<std::string, std::string>> environment{
      {"ONLINK_EVENT", std::string{event.name}},
      {"ONLINK_ADDRESS", to_string(event.address)},
      {"ONLINK_PREFIX_LENGTH", std::to_string(length_of(event.address))},
      {"ONLINK_FAMILY", std::string{to_string(event.address.family())}},
      {"ONLINK_INTERFACE", place_.interface.link.name},
      {"ONLINK_INTERFACE_MAC", to_string(mac_)},
      {"ONLINK_CONFIGURED", held != held_.end() && held->second ? "1" : "0"}};
  if (event.mac) environment.emplace_back("ONLINK_MAC", to_string(*event.mac));
  if (!event.reason.empty()) environment.emplace_back("ONLINK_REASON", std::string{event.reason});
  const bool passes = event.name == "defended" || (event.name == "conflict" && held != held_.end());
  hooks_->run(environment, passes ? std::string{} : to_string(event.address));
}

void ClaimConsequences::tell(const std::vector<HookFailure>& failures) const {
  for (const HookFailure& failure : failures) context_.say(failure.text);
}

void ClaimConsequences::report_failures() {
  if (hooks_ != nullptr) tell(hooks_->take_failures());
}

void ClaimConsequences::finish(bool keep) {
  if (!keep) {
    for (auto& [address, configured] : held_) {
      withdraw(address);
      run_hook({.name = "lost", .address = address, .mac = std::nullopt, .reason = "released"});
    }
  }
  if (hooks_ != nullptr) tell(hooks_->finish());
}

}  // namespace onlink::inline v0::cli

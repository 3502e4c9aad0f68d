// SPDX-License-Identifier: Apache-2.0
// What follows from a claim outside the engine: the address on the interface (--configure), a command for each event
// (--exec), and the memory of the link-local address (--auto).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "onlink/cli/claim_options.hpp"
#include "onlink/cli/claim_plan.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/engine/claim.hpp"
#include "onlink/engine/claim_event.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/run/hook.hpp"

namespace onlink::inline v0::cli {

class ClaimConsequences {
 public:
  struct Place {
    kernel::Netlink& netlink;
    const AskingInterface& interface;
  };
  // `hooks`: none without --exec. All of it outlives this.
  ClaimConsequences(const Context& context, const Place& place, const ClaimPlan& plan, const ClaimOptions& options,
                    HookRunner* hooks);

  // The length of the network with which the address is on the interface now,
  // if it is there by our doing.
  std::optional<std::uint8_t> on_ready(const ClaimReady& ready, Claimer& claimer);
  // Of a check that takes nothing.
  void on_free(const IpAddress& address);
  void on_conflict(const ClaimConflict& conflict);
  void on_defended(const ClaimDefended& defended);
  void on_lost(const ClaimLost& lost);
  // Tells of hooks that failed.
  void report_failures();
  // At the end. `keep`: what is on the interface stays, and is released for
  // nobody. Waits for the hooks.
  void finish(bool keep);

  // ExitCode::system when the kernel refused an address.
  [[nodiscard]] ExitCode exit_code() const noexcept { return refused_ ? ExitCode::system : ExitCode::yes; }

 private:
  struct HookEvent {
    std::string_view name;  // "ready"
    IpAddress address;
    std::optional<MacAddress> mac{};  // the other's
    std::string_view reason{};        // of "lost"
  };
  [[nodiscard]] std::uint8_t length_of(const IpAddress& address) const;
  [[nodiscard]] bool configure(const Prefix& address, Claimer& claimer);
  void withdraw(const IpAddress& address);
  void restore_secondaries(const IpAddress& removed);
  void remember(const IpAddress& address);
  void run_hook(const HookEvent& event);
  void tell(const std::vector<HookFailure>& failures) const;

  const Context& context_;
  Place place_;
  ClaimOptions options_;
  HookRunner* hooks_;
  MacAddress mac_;
  std::unordered_map<IpAddress, std::uint8_t> lengths_;  // of the addresses that were named
  std::map<IpAddress, bool> held_;                       // and whether it is on the interface by our doing
  bool refused_ = false;
};

}  // namespace onlink::inline v0::cli

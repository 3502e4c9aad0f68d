// SPDX-License-Identifier: Apache-2.0
// The two systems that run a scenario. Each run is on its own: nothing is left from one to the next.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "tests/nud/scenario.hpp"
#include "tests/nud/trace.hpp"

namespace onlink::differential {

struct KernelRunOptions {
  std::uint32_t attempts = 5;                          // runs, until one has executed every step in time
  Duration late_limit = std::chrono::milliseconds{8};  // a step later than this spoils the run
};

// Once, before any thread: gets the right to make network namespaces, by a user namespace where needed. Error
// permission: this system has none for us.
[[nodiscard]] std::expected<void, Error> prepare_kernel_runs();
// Whether runs marked `alone` are possible: they write to net/ipv4/neigh/default, which takes the initial namespaces.
[[nodiscard]] bool can_run_alone();
// In a fresh pair of namespaces. May be called from several threads at once (a scenario that is `alone` must be the
// only one; the caller sees to that). Errors: permission, system; a run that was late in every attempt is an error,
// too.
[[nodiscard]] std::expected<Trace, Error> run_kernel(const Scenario& scenario, const KernelRunOptions& options = {});

struct EngineRunOptions {
  bool strict = false;  // NeighborRules::strict() instead of linux_compatible()
  std::uint64_t seed = 1;
  std::optional<Duration> reachable_ipv4{};  // what the kernel drew, from its trace's header
  std::optional<Duration> reachable_ipv6{};
  // How late the driver serves a deadline, as every driver is; with a seed a random time up to the lateness of the
  // kernel's timers. A scenario whose outcome depends on it is ambiguous.
  Duration lateness = std::chrono::milliseconds{1};
  std::optional<std::uint64_t> lateness_seed{};
};

// In virtual time. Errors: usage, for a scenario that the engine has no means for.
[[nodiscard]] std::expected<Trace, Error> run_engine(const Scenario& scenario, const EngineRunOptions& options = {});

}  // namespace onlink::differential

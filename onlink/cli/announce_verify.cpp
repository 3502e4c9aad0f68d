// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/announce_verify.hpp"

#include <algorithm>
#include <chrono>
#include <random>

#include "onlink/engine/resolve.hpp"

namespace onlink::inline v0::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t probes = 3;
constexpr milliseconds interval{200};
constexpr milliseconds wait{300};  // for an answer, and for a second one

ResolverConfig question(const VlanStack& vlans, const MacAddress& asker) {
  std::random_device device;
  return {.identity = {.mac = asker, .vlans = vlans},
          .count = probes,
          .interval = interval,
          .wait = wait,
          .conflict_window = wait,
          .until_reply = true,
          .probe = true,
          .seed = std::uint64_t{device()} << 32 | device()};
}

}  // namespace

RunResult ask_who_answers(const std::vector<AnnouncedAddress>& addresses, const MacAddress& asker, Port& port,
                          const RunOptions& options, const VerifyEventHandler& on_event) {
  std::vector<VlanStack> networks;
  for (const AnnouncedAddress& announced : addresses) {
    if (std::ranges::find(networks, announced.vlans) == networks.end()) networks.push_back(announced.vlans);
  }
  RunResult result;
  for (const VlanStack& vlans : networks) {
    ResolverConfig config = question(vlans, asker);
    for (const AnnouncedAddress& announced : addresses) {
      if (announced.vlans == vlans) config.targets.push_back(announced.address);
    }
    Resolver resolver{std::move(config), options.clock->now().instant};
    RunOptions run_options{.clock = options.clock, .interrupt = options.interrupt};
    run_options.on_event = [&](const Event& event) { on_event(event, vlans); };
    result = run(resolver, port, run_options);
    if (result.end == RunEnd::failed || result.end == RunEnd::interrupted) break;
  }
  return result;
}

}  // namespace onlink::inline v0::cli

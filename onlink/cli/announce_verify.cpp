// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/announce_verify.hpp"

#include <algorithm>
#include <random>

#include "onlink/cli/owner_probe.hpp"

namespace onlink::inline v0::cli {

RunResult ask_who_answers(const std::vector<AnnouncedAddress>& addresses, const MacAddress& asker, Port& port,
                          const RunOptions& options, const VerifyEventHandler& on_event) {
  std::vector<VlanStack> networks;
  for (const AnnouncedAddress& announced : addresses) {
    if (std::ranges::find(networks, announced.vlans) == networks.end()) networks.push_back(announced.vlans);
  }
  std::random_device device;
  RunResult result;
  for (const VlanStack& vlans : networks) {
    ResolverConfig config = owner_probe(asker, vlans, std::uint64_t{device()} << 32 | device());
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

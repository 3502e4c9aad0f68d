// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/answer_check.hpp"

#include "onlink/cli/owner_probe.hpp"
#include "onlink/engine/virtual_host_addresses.hpp"

namespace onlink::inline v0::cli {
namespace {

bool fits(const RangeSet& set, std::uint64_t room) {
  for (const AddressRange& range : set.ranges()) {
    const std::uint64_t count = count_addresses(range);
    if (count > room) return false;
    room -= count;
  }
  return true;
}

void append(const RangeSet& set, std::vector<IpAddress>& out) {
  for (const AddressRange& range : set.ranges()) {
    for (IpAddress address = range.first;; address = advance(address, 1)) {
      out.push_back(address);
      if (address == range.last) break;
    }
  }
}

}  // namespace

AddressesToCheck addresses_to_check(const VirtualHostConfig& config) {
  RangeSet own{config.addresses};
  RangeSet proxied{config.proxied};
  for (const AddressRange& range : own.ranges()) proxied.remove(range);
  AddressesToCheck check;
  for (RangeSet* set : {&own, &proxied}) {
    for (const AddressRange& hole : config.except) set->remove(hole);
    if (fits(*set, max_checked_addresses - check.addresses.size())) {
      append(*set, check.addresses);
    } else {
      check.are_all = false;
    }
  }
  return check;
}

OwnerCheck find_owners(const std::vector<IpAddress>& addresses, const VirtualHostConfig& config, Port& port,
                       const RunOptions& options) {
  OwnerCheck check;
  ResolverConfig asking = owner_probe(config.mac, config.vlans, config.seed);
  asking.targets = addresses;
  Resolver resolver{std::move(asking), options.clock->now().instant};
  RunOptions run_options{.clock = options.clock, .interrupt = options.interrupt};
  run_options.on_event = [&](const Event& event) {
    if (const auto* answered = std::get_if<Answered>(&event)) check.owners[answered->address].insert(answered->mac);
  };
  const RunResult result = run(resolver, port, run_options);
  check.error = result.error;
  check.interrupted = result.end == RunEnd::interrupted;
  return check;
}

}  // namespace onlink::inline v0::cli

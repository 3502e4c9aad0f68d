// SPDX-License-Identifier: Apache-2.0
// Deadlines of entries, so many of them in one call.
#include <algorithm>

#include "onlink/engine/neighbor_table_core.hpp"
#include "onlink/engine/nud_classify.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t most_work = 512;  // entries, and packets that fail with them, in one call
constexpr std::size_t most_at_once = 16;

}  // namespace

// Returns how much there was to do.
std::size_t NeighborTable::Core::expired(const TableCall& call, EntryHandle handle) {
  const std::size_t work = work_of(handle);
  if (sweep_if_gone(call, handle)) return work;
  const TableEntry& it = entry(handle);
  const TableTimes& its = times(handle);
  const IpAddress& address = store.address(handle);
  const NudEvent event = classify_deadline({.state = it.state,
                                            .now = call.now,
                                            .confirmed = its.confirmed,
                                            .used = its.used,
                                            .reachable_time = of(address).reachable_time,
                                            .probes = its.probes,
                                            .validated = it.flags.has(NeighborFlag::validated)},
                                           parameters(address));
  const bool over = event == NudEvent::exhausted || event == NudEvent::exhausted_validated;
  apply({call.now, call.output, over ? NeighborCause::unanswered : NeighborCause::timer}, handle, event, {});
  return work;
}

void NeighborTable::on_deadline(Instant now, Output& output) {
  Core& core = *core_;
  const TableCall call{now, output, NeighborCause::timer};
  for (std::size_t work = 0; work < most_work;) {
    const auto next = core.store.next_deadline();
    if (!next || *next > now) break;
    work += most_at_once;
    core.store.expire(now, most_at_once, [&](EntryHandle handle) { work += core.expired(call, handle) - 1; });
  }
  for (const Family family : {Family::ipv4, Family::ipv6}) core.begin_walks(now, family);
  core.walk_on(call);
}

std::optional<Instant> NeighborTable::next_deadline() const {
  const auto timer = core_->store.next_deadline();
  const auto walk = core_->next_walk();
  if (!timer || !walk) return timer ? timer : walk;
  return std::min(*timer, *walk);
}

}  // namespace onlink::inline v0

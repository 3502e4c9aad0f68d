// SPDX-License-Identifier: Apache-2.0
// Garbage collection as Linux does it (nud.md section 3.1): periodic, of what is idle, once there are gc_thresh1
// entries (neigh_periodic_work); forced, oldest first, when a new entry finds gc_thresh2 or gc_thresh3 reached
// (neigh_forced_gc). And the walks through all entries, by parts: collection, probing of managed entries
// (neigh_managed_work), and the sweep after a flush.
#include <algorithm>

#include "onlink/engine/neighbor_table_core.hpp"
#include "onlink/engine/nud_classify.hpp"

namespace onlink::inline v0 {
namespace {

constexpr Duration eviction_age = std::chrono::seconds{5};  // the least time between forced runs, and of an entry
constexpr std::size_t most_visited = 1024;                  // in a forced run: about the millisecond that Linux takes
constexpr std::size_t most_walked = 512;
constexpr Duration shortest_collection = std::chrono::seconds{1};
constexpr Duration shortest_probing = std::chrono::milliseconds{1};
constexpr Duration full_notice = std::chrono::seconds{5};  // a table that stays full says so that often

[[nodiscard]] std::optional<Instant> earliest(std::optional<Instant> a, std::optional<Instant> b) noexcept {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

bool NeighborTable::Core::make_room(const TableCall& call, Family family) {
  FamilyTable& table = families[index(family)];
  const NeighborGcParameters& limits = config.parameters.gc(family);
  const bool full = table.countable >= limits.gc_thresh3;
  const bool rested = !table.last_eviction || call.now > *table.last_eviction + eviction_age;
  if (!full && !(table.countable >= limits.gc_thresh2 && rested)) return true;
  if (evict(call, family) > 0 || !full) return true;
  ++table.counters.table_fulls;
  if (!table.last_full || call.now >= *table.last_full + full_notice) {
    call.output.events.emplace_back(NeighborTableFull{call.now, family});
    table.last_full = call.now;
  }
  return false;
}

// Down to gc_thresh2, the entry to come included. What a run had no time for, the next one begins with.
std::size_t NeighborTable::Core::evict(const TableCall& call, Family family) {
  FamilyTable& table = families[index(family)];
  ++table.counters.forced_gc_runs;
  const std::size_t keep = config.parameters.gc(family).gc_thresh2;
  std::size_t freed = 0;
  EntryHandle next = table.evict_from == EntryHandle::none ? store.oldest(2 * index(family)) : table.evict_from;
  const TableCall eviction{call.now, call.output, NeighborCause::table_pressure};
  for (std::size_t visited = 0; next != EntryHandle::none && table.countable + 1 > keep; ++visited) {
    if (visited == most_visited) {
      table.evict_from = next;
      return freed;
    }
    const EntryHandle handle = next;
    next = store.newer(handle);
    if (sweep_if_gone(eviction, handle)) continue;
    const bool old = times(handle).updated < call.now - eviction_age || store.address(handle).is_multicast();
    const NudStep step = apply(eviction, handle, old ? NudEvent::evict_old : NudEvent::evict, {});
    if (step.actions.has(NudAction::erase)) ++freed;
  }
  table.evict_from = EntryHandle::none;
  table.last_eviction = call.now;
  return freed;
}

// Periodic work is due only while there is something to do it on, so that a quiet table asks for no call.
void NeighborTable::Core::unschedule(Family family) noexcept {
  FamilyTable& table = families[index(family)];
  if (table.live < std::max<std::size_t>(config.parameters.gc(family).gc_thresh1, 1)) table.collect_at.reset();
  if (table.managed == 0) table.manage_at.reset();
}

void NeighborTable::Core::schedule(Instant now, Family family) {
  FamilyTable& table = families[index(family)];
  const NeighborParameters& configured = config.parameters.of(family);
  if (!table.collect_at && !table.collecting.active)
    table.collect_at = now + std::max(configured.base_reachable_time / 2, shortest_collection);
  if (!table.manage_at && !table.managing.active)
    table.manage_at = now + std::max(configured.interval_probe_time, shortest_probing);
  unschedule(family);
}

void NeighborTable::Core::begin_walks(Instant now, Family family) {
  FamilyTable& table = families[index(family)];
  schedule(now, family);
  if (table.collect_at && *table.collect_at <= now) {
    table.collecting = {.active = true, .since = *table.collect_at};
    table.collect_at.reset();
    ++table.counters.periodic_gc_runs;
  }
  if (table.manage_at && *table.manage_at <= now) {
    table.managing = {.active = true, .since = *table.manage_at};
    table.manage_at.reset();
  }
}

void NeighborTable::Core::collect(const TableCall& call, EntryHandle handle) {
  if (sweep_if_gone(call, handle)) return;
  const TableEntry& it = entry(handle);
  TableTimes& its = times(handle);
  if (it.exempt() || nud_in_timer.has(it.state)) return;
  if (its.used < its.confirmed && its.confirmed <= call.now) its.used = its.confirmed;
  const bool idle = call.now >= its.used + parameters(store.address(handle)).gc_stale_time;
  apply({call.now, call.output, NeighborCause::garbage_collection}, handle,
        idle ? NudEvent::collect_idle : NudEvent::collect, {});
}

void NeighborTable::Core::manage(const TableCall& call, EntryHandle handle) {
  if (sweep_if_gone(call, handle)) return;
  if (!entry(handle).flags.has(NeighborFlag::managed)) return;
  apply(call, handle, classify_send(parameters(store.address(handle)), false), {});
}

namespace {

// Calls visit(entry) for the next ones; what may go while it is visited counts with all its packets.
template <class Core, class Visit>
void walk(TableWalk& walk, const Core& core, Visit&& visit) {
  for (std::size_t work = 0; walk.active && work < most_walked;) {
    walk.at = walk.at == EntryHandle::none ? core.store.first() : core.store.next(walk.at);
    if (walk.at == EntryHandle::none) {
      walk.active = false;
    } else {
      work += core.work_of(walk.at);
      visit(walk.at);
    }
  }
}

}  // namespace

void NeighborTable::Core::walk_on(const TableCall& call) {
  walk(sweeping, *this, [&](EntryHandle handle) { sweep_if_gone(call, handle); });
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    FamilyTable& table = families[index(family)];
    walk(table.collecting, *this, [&](EntryHandle handle) {
      if (store.address(handle).family() == family) collect(call, handle);
    });
    walk(table.managing, *this, [&](EntryHandle handle) {
      if (store.address(handle).family() == family) manage(call, handle);
    });
    schedule(call.now, family);
  }
}

std::optional<Instant> NeighborTable::Core::next_walk() const noexcept {
  const auto of_walk = [](const TableWalk& walk) { return walk.active ? std::optional{walk.since} : std::nullopt; };
  std::optional<Instant> next = of_walk(sweeping);
  for (const FamilyTable& table : families) {
    next = earliest(next, earliest(table.collect_at, of_walk(table.collecting)));
    next = earliest(next, earliest(table.manage_at, of_walk(table.managing)));
  }
  return next;
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// Which entries there are. A flush of the link only marks its family: from then on entries of an earlier generation are
// gone for whoever asks, and are swept away batch by batch, or when their address is asked for.
#include "onlink/engine/neighbor_table_core.hpp"

namespace onlink::inline v0 {

bool NeighborTable::Core::is_gone_in_sweep(EntryHandle handle) const noexcept {
  const FamilyTable& table = of(store.address(handle));
  const TableEntry& it = entry(handle);
  if (it.generation < table.all.generation) return true;
  return it.generation < table.carrier.generation && !it.survives_carrier_loss();
}

EntryHandle NeighborTable::Core::find(const TableCall& call, const IpAddress& address) {
  NeighborCounters& counters = of(address).counters;
  ++counters.lookups;
  const EntryHandle handle = store.find(address);
  if (handle == EntryHandle::none || sweep_if_gone(call, handle)) return EntryHandle::none;
  ++counters.hits;
  return handle;
}

bool NeighborTable::Core::sweep_if_gone(const TableCall& call, EntryHandle handle) {
  FamilyTable& table = of(store.address(handle));
  TableEntry& it = entry(handle);
  if (!is_gone(handle)) {
    it.generation = table.generation;
    return false;
  }
  const bool by_all = it.generation < table.all.generation;
  const bool by_carrier = it.generation < table.carrier.generation && !it.survives_carrier_loss();
  const bool carrier_first = by_carrier && (!by_all || table.carrier.generation < table.all.generation);
  erase({call.now, call.output, carrier_first ? table.carrier.cause : table.all.cause}, handle);
  return true;
}

EntryHandle NeighborTable::Core::create(const TableCall& call, const IpAddress& address, bool exempt) {
  const Family family = address.family();
  FamilyTable& table = of(address);
  if (!exempt && !make_room(call, family)) return EntryHandle::none;
  TableEntry it{.generation = table.generation};
  const TableTimes its{
      .confirmed = call.now - 2 * parameters(address).base_reachable_time, .used = call.now, .updated = call.now};
  if (const auto fixed = link.fixed_mac != nullptr ? link.fixed_mac(link.owner, address) : std::nullopt) {
    it.mac = *fixed;
    it.state = NudState::noarp;
  }
  const EntryHandle handle = store.insert(address, 2 * index(family), it, its);
  ++table.live;
  ++table.countable;
  ++table.counters.allocs;
  schedule(call.now, family);
  return handle;
}

void NeighborTable::Core::erase(const TableCall& call, EntryHandle handle) {
  const TableEntry& it = entry(handle);
  const IpAddress address = store.address(handle);
  fail_queue(call, handle, SendFailure::entry_removed, false);
  call.output.events.emplace_back(NeighborRemoved{.time = call.now,
                                                  .address = address,
                                                  .state = it.state,
                                                  .mac = it.known_mac(),
                                                  .cause = call.cause,
                                                  .router = it.flags.has(NeighborFlag::router)});
  forget(handle);
}

void NeighborTable::Core::forget(EntryHandle handle) {
  FamilyTable& table = of(store.address(handle));
  const TableEntry& it = entry(handle);
  if (it.flags.has(NeighborFlag::managed)) --table.managed;
  if (!is_gone(handle)) {
    --table.live;
    if (store.list_of(handle) % 2 == 0) --table.countable;
    if (it.survives_carrier_loss()) --table.surviving;
  }
  if (table.evict_from == handle) table.evict_from = store.newer(handle);
  ++table.counters.destroys;
  unschedule(store.address(handle).family());
  store.erase(handle);
}

void NeighborTable::Core::file(EntryHandle handle, const TableEntry& before) {
  const TableEntry& it = entry(handle);
  FamilyTable& table = of(store.address(handle));
  if (it.survives_carrier_loss() != before.survives_carrier_loss())
    it.survives_carrier_loss() ? ++table.surviving : --table.surviving;
  const std::size_t list = store.list_of(handle) / 2 * 2 + (it.exempt() ? 1 : 0);
  if (list == store.list_of(handle)) return;
  if (table.evict_from == handle) table.evict_from = store.newer(handle);
  it.exempt() ? --table.countable : ++table.countable;
  store.move_to_newest(handle, list);
}

void NeighborTable::flush(Instant now, Family family, NeighborCause cause, Output& output) {
  FamilyTable& table = core_->families[Core::index(family)];
  const bool carrier = cause == NeighborCause::carrier_lost;
  (carrier ? table.carrier : table.all) = {++table.generation, cause};
  table.live = carrier ? table.surviving : 0;
  table.countable = 0;
  if (!carrier) table.surviving = 0;
  core_->unschedule(family);
  core_->sweeping = {.active = true, .since = now};
  core_->walk_on({now, output, cause});
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/neighbor_table.hpp"

#include <algorithm>

#include "onlink/engine/neighbor_table_core.hpp"

namespace onlink::inline v0 {

NeighborTable::Core::Core(const NeighborTableConfig& table_config, const NeighborLink& table_link)
    : config(table_config),
      link(table_link),
      store(table_config.seed),
      pending(table_config.packet_overhead, table_config.queued_octets),
      rng(table_config.seed) {
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    draw_reachable_time(Instant{}, family);
    if (const auto fixed = config.reachable_time[index(family)]) families[index(family)].reachable_time = *fixed;
  }
}

NeighborTable::NeighborTable(const NeighborTableConfig& config, const NeighborLink& link)
    : core_(std::make_unique<Core>(config, link)) {}
NeighborTable::NeighborTable(NeighborTable&&) noexcept = default;
NeighborTable& NeighborTable::operator=(NeighborTable&&) noexcept = default;
NeighborTable::~NeighborTable() = default;

// RFC 4861 section 6.3.2: uniform between 0.5 and 1.5 times the mean.
void NeighborTable::Core::draw_reachable_time(Instant now, Family family) {
  const Duration base = config.parameters.of(family).base_reachable_time;
  FamilyTable& table = families[index(family)];
  table.reachable_time = rng.between(base / 2, base / 2 + base);
  table.drawn = now;
}

void NeighborTable::set_parameters(Instant now, const LinkParameters& parameters) {
  const LinkParameters before = core_->config.parameters;
  core_->config.parameters = parameters;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    if (before.of(family).base_reachable_time != parameters.of(family).base_reachable_time) {
      core_->config.reachable_time[Core::index(family)].reset();
      core_->draw_reachable_time(now, family);
    }
    core_->schedule(now, family);
  }
}

const LinkParameters& NeighborTable::parameters() const noexcept { return core_->config.parameters; }

NeighborEntry NeighborTable::Core::describe(EntryHandle handle) const {
  const TableEntry& it = entry(handle);
  const TableTimes& its = times(handle);
  return {.address = store.address(handle),
          .state = it.state,
          .mac = it.known_mac(),
          .router = it.flags.has(NeighborFlag::router),
          .externally_learned = it.flags.has(NeighborFlag::externally_learned),
          .managed = it.flags.has(NeighborFlag::managed),
          .validated = it.flags.has(NeighborFlag::validated),
          .probes = static_cast<std::uint8_t>(std::min<std::uint32_t>(its.probes, 255)),
          .queued = pending.size(its.queue),
          .confirmed = its.confirmed,
          .used = its.used,
          .updated = its.updated,
          .deadline = store.deadline(handle)};
}

const MacAddress* NeighborTable::connected_mac(const IpAddress& address) const noexcept {
  const EntryHandle handle = core_->peek(address);
  if (handle == EntryHandle::none) return nullptr;
  const TableEntry& it = core_->entry(handle);
  return nud_connected.has(it.state) ? &it.mac : nullptr;
}

std::optional<NeighborEntry> NeighborTable::find(const IpAddress& address) const {
  const EntryHandle handle = core_->peek(address);
  return handle == EntryHandle::none ? std::nullopt : std::optional{core_->describe(handle)};
}

void NeighborTable::for_each(Family family, const std::function<void(const NeighborEntry&)>& visit) const {
  for (const std::size_t list : {2 * Core::index(family), 2 * Core::index(family) + 1})
    for (EntryHandle at = core_->store.oldest(list); at != EntryHandle::none; at = core_->store.newer(at))
      if (!core_->is_gone(at)) visit(core_->describe(at));
}

std::size_t NeighborTable::size(Family family) const noexcept { return core_->families[Core::index(family)].live; }

const NeighborCounters& NeighborTable::counters(Family family) const noexcept {
  return core_->families[Core::index(family)].counters;
}

Duration NeighborTable::reachable_time(Family family) const noexcept {
  return core_->families[Core::index(family)].reachable_time;
}

}  // namespace onlink::inline v0

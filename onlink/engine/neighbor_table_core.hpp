// SPDX-License-Identifier: Apache-2.0
// The inside of NeighborTable. Every change of an entry is one apply(): an event, found by nud_classify.hpp, is looked
// up in the table of nud.hpp, and the actions that stand there are done.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "onlink/base/rng.hpp"
#include "onlink/engine/neighbor_store.hpp"
#include "onlink/engine/neighbor_table.hpp"
#include "onlink/engine/nud.hpp"
#include "onlink/engine/pending_queue.hpp"

namespace onlink::inline v0 {

enum class NeighborFlag : std::uint8_t {
  router = 1,
  externally_learned = 2,
  managed = 4,
  validated = 8,
  header_cached = 16,  // a packet has left through it: later ones take Linux's fast path while it is connected
};

class NeighborFlags {
 public:
  [[nodiscard]] constexpr bool has(NeighborFlag flag) const noexcept {
    return (bits_ & static_cast<std::uint8_t>(flag)) != 0;
  }
  constexpr void set(NeighborFlag flag, bool on) noexcept {
    const auto bit = static_cast<std::uint8_t>(flag);
    bits_ = static_cast<std::uint8_t>(on ? bits_ | bit : bits_ & ~bit);
  }
  constexpr bool operator==(const NeighborFlags&) const noexcept = default;

 private:
  std::uint8_t bits_ = 0;
};

// An entry as it is stored, besides its address and deadline: what a lookup reads, and the rest.
struct TableEntry {
  MacAddress mac{};
  NudState state = NudState::none;
  NeighborFlags flags{};
  std::uint32_t generation = 0;  // of the family, when it was made or last seen to have survived a flush

  [[nodiscard]] bool valid() const noexcept { return nud_valid.has(state); }
  [[nodiscard]] std::optional<MacAddress> known_mac() const noexcept {
    return valid() ? std::optional{mac} : std::nullopt;
  }
  [[nodiscard]] bool exempt() const noexcept {  // from garbage collection
    return state == NudState::permanent || flags.has(NeighborFlag::externally_learned) ||
           flags.has(NeighborFlag::validated);
  }
  [[nodiscard]] bool survives_carrier_loss() const noexcept {
    return flags.has(NeighborFlag::validated) ||
           !step(state, NudEvent::carrier_lost, NeighborRules{}).actions.has(NudAction::erase);
  }
};
struct TableTimes {
  Instant confirmed{};
  Instant used{};
  Instant updated{};
  std::uint32_t probes = 0;
  PendingQueue::List queue = PendingQueue::List::none;
};

// What one call works with.
struct TableCall {
  Instant now;
  Output& output;
  NeighborCause cause = NeighborCause::timer;
};

// What comes with an event.
struct TableInput {
  std::optional<MacAddress> mac{};
  std::optional<bool> router{};
  const PacketToSend* packet = nullptr;
  bool created = false;        // the entry is new
  bool flags_changed = false;  // listeners are told even if nothing else changes
};

// A walk through all entries, by parts.
struct TableWalk {
  bool active = false;
  Instant since{};
  EntryHandle at = EntryHandle::none;  // none: it has not begun
};

struct TableFlush {
  std::uint32_t generation = 0;  // entries of earlier ones are gone
  NeighborCause cause = NeighborCause::link_down;
};

struct FamilyTable {
  NeighborCounters counters{};
  Duration reachable_time{};
  Instant drawn{};  // when reachable_time was

  // What a flush took away stays in the store until it is swept; these counts are of the rest.
  std::size_t live = 0;
  std::size_t countable = 0;  // not exempt from garbage collection
  std::size_t surviving = 0;  // carrier loss
  std::uint32_t generation = 0;
  TableFlush all{};
  TableFlush carrier{};

  std::optional<Instant> collect_at{};
  TableWalk collecting{};
  std::size_t managed = 0;
  std::optional<Instant> manage_at{};
  TableWalk managing{};
  std::optional<Instant> last_eviction{};
  EntryHandle evict_from = EntryHandle::none;  // where forced collection stopped for want of time
  std::optional<Instant> last_full{};
};

struct NeighborTable::Core {
  Core(const NeighborTableConfig& table_config, const NeighborLink& table_link);

  // --- neighbor_table.cpp: parts ---
  [[nodiscard]] TableEntry& entry(EntryHandle handle) noexcept { return store.hot(handle); }
  [[nodiscard]] const TableEntry& entry(EntryHandle handle) const noexcept { return store.hot(handle); }
  [[nodiscard]] TableTimes& times(EntryHandle handle) noexcept { return store.cold(handle); }
  [[nodiscard]] const TableTimes& times(EntryHandle handle) const noexcept { return store.cold(handle); }
  [[nodiscard]] FamilyTable& of(const IpAddress& address) noexcept { return families[index(address.family())]; }
  [[nodiscard]] const FamilyTable& of(const IpAddress& address) const noexcept {
    return families[index(address.family())];
  }
  [[nodiscard]] static std::size_t index(Family family) noexcept { return static_cast<std::size_t>(family); }
  [[nodiscard]] const NeighborParameters& parameters(const IpAddress& address) const noexcept {
    return config.parameters.of(address.family());
  }
  [[nodiscard]] NeighborEntry describe(EntryHandle handle) const;
  // How much it is to end an entry: itself, and the packets that fail with it.
  [[nodiscard]] std::size_t work_of(EntryHandle handle) const noexcept { return 1 + pending.size(times(handle).queue); }
  void draw_reachable_time(Instant now, Family family);

  // --- neighbor_table_entries.cpp: which there are ---
  // A flush took it; who looks for it does not find it.
  [[nodiscard]] bool is_gone(EntryHandle handle) const noexcept { return sweeping.active && is_gone_in_sweep(handle); }
  [[nodiscard]] bool is_gone_in_sweep(EntryHandle handle) const noexcept;
  [[nodiscard]] EntryHandle peek(const IpAddress& address) const noexcept {
    const EntryHandle handle = store.find(address);
    return handle == EntryHandle::none || is_gone(handle) ? EntryHandle::none : handle;
  }
  // Likewise, and sweeps it if it is gone.
  EntryHandle find(const TableCall& call, const IpAddress& address);
  bool sweep_if_gone(const TableCall& call, EntryHandle handle);
  // None when the table is full, which is reported.
  EntryHandle create(const TableCall& call, const IpAddress& address, bool exempt);
  void erase(const TableCall& call, EntryHandle handle);
  void forget(EntryHandle handle);  // without a word
  // After the state or a flag changed: counts, and the list that it belongs to.
  void file(EntryHandle handle, const TableEntry& before);

  // --- neighbor_table_apply.cpp: one event ---
  NudStep apply(const TableCall& call, EntryHandle handle, NudEvent event, const TableInput& input);
  void write_fields(const TableCall& call, EntryHandle handle, NudStep step, const TableInput& input);
  void set_deadline(const TableCall& call, EntryHandle handle, NudActions actions);
  void report(const TableCall& call, EntryHandle handle, const TableEntry& before, NudActions actions,
              const TableInput& input);
  void move_packets(const TableCall& call, EntryHandle handle, NudActions actions, const TableInput& input);

  // --- neighbor_table_packets.cpp ---
  void enqueue(const TableCall& call, EntryHandle handle, const PacketToSend& packet);
  void solicit(const TableCall& call, EntryHandle handle);
  void transmit(const TableCall& call, EntryHandle handle, const PendingPacket& packet);
  void flush_queue(const TableCall& call, EntryHandle handle);
  void fail_queue(const TableCall& call, EntryHandle handle, SendFailure reason, bool reported);
  static void fail(const TableCall& call, const IpAddress& address, std::uint64_t cookie, SendFailure reason,
                   bool reported = false);

  // --- neighbor_table_timer.cpp ---
  std::size_t expired(const TableCall& call, EntryHandle handle);

  // --- neighbor_table_gc.cpp ---
  bool make_room(const TableCall& call, Family family);
  std::size_t evict(const TableCall& call, Family family);
  void schedule(Instant now, Family family);
  void unschedule(Family family) noexcept;
  void begin_walks(Instant now, Family family);
  void collect(const TableCall& call, EntryHandle handle);
  void manage(const TableCall& call, EntryHandle handle);
  void walk_on(const TableCall& call);
  [[nodiscard]] std::optional<Instant> next_walk() const noexcept;

  // --- neighbor_table_admin.cpp ---
  AdminResult set(const TableCall& call, const AdminRequest& request);
  bool set_flags(EntryHandle handle, const AdminRequest& request);

  NeighborTableConfig config;
  NeighborLink link;
  NeighborStore<TableEntry, TableTimes, 4>
      store;  // list 2 x family: garbage collection may take them; the next: it may not
  PendingQueue pending;
  Rng rng;
  std::array<FamilyTable, 2> families{};
  TableWalk sweeping{};
  bool last_packet_dropped = false;  // by enqueue(): no room in all queues together
};

}  // namespace onlink::inline v0

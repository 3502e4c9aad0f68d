// SPDX-License-Identifier: Apache-2.0
// Packets that wait, leave or fail, and the solicitations for them (RFC 4861 section 7.2.2, RFC 1122 section 2.3.2.2).
#include <limits>
#include <utility>

#include "onlink/engine/neighbor_table_core.hpp"
#include "onlink/engine/nud_classify.hpp"

namespace onlink::inline v0 {

void NeighborTable::Core::fail(const TableCall& call, const IpAddress& address, std::uint64_t cookie,
                               SendFailure reason, bool reported) {
  call.output.events.emplace_back(
      SendFailed{.time = call.now, .next_hop = address, .cookie = cookie, .reason = reason, .reported = reported});
}

void NeighborTable::Core::enqueue(const TableCall& call, EntryHandle handle, const PacketToSend& packet) {
  const NeighborParameters& limits = parameters(packet.next_hop);
  NeighborCounters& counters = of(packet.next_hop).counters;
  const auto dropped = [&](std::uint64_t cookie) {
    ++counters.unresolved_discards;
    fail(call, packet.next_hop, cookie, SendFailure::queue_full);
  };
  last_packet_dropped = !pending.push(times(handle).queue, {packet.packet, packet.cookie, packet.source_mac},
                                      {limits.unres_qlen_bytes, limits.unres_qlen}, dropped);
  if (last_packet_dropped) dropped(packet.cookie);
}

// Unicast first, which INCOMPLETE begins after; then user space; then everybody.
void NeighborTable::Core::solicit(const TableCall& call, EntryHandle handle) {
  const TableEntry& it = entry(handle);
  TableTimes& its = times(handle);
  const IpAddress address = store.address(handle);
  const NeighborParameters& counts = parameters(address);
  const std::uint64_t probe = its.probes;
  if (its.probes != std::numeric_limits<std::uint32_t>::max()) ++its.probes;
  const bool unicast = probe < counts.ucast_solicit && it.valid();
  if (!unicast && probe >= counts.ucast_solicit && probe < std::uint64_t{counts.ucast_solicit} + counts.app_solicit) {
    call.output.events.emplace_back(ResolutionWanted{call.now, address, it.known_mac()});
    return;
  }
  // In Linux a unicast NS goes to its target through the cache; an ARP request goes past it.
  if (unicast && address.is_ipv6()) its.used = call.now;
  link.solicit(
      link.owner, call.now,
      {.address = address, .mac = unicast ? std::optional{it.mac} : std::nullopt, .newest = pending.newest(its.queue)},
      call.output);
}

void NeighborTable::Core::transmit(const TableCall& call, EntryHandle handle, const PendingPacket& packet) {
  // Linux: neigh_resolve_output, which the first packet goes through in any state, and which builds the cached header.
  if (!entry(handle).flags.has(NeighborFlag::header_cached)) times(handle).used = call.now;
  entry(handle).flags.set(NeighborFlag::header_cached, true);
  link.transmit(link.owner, call.now,
                {.address = store.address(handle),
                 .mac = entry(handle).mac,
                 .packet = packet.packet,
                 .source_mac = packet.source_mac},
                call.output);
}

// In order, each as if it were sent now: the first one through STALE begins DELAY.
void NeighborTable::Core::flush_queue(const TableCall& call, EntryHandle handle) {
  const NeighborParameters& counts = parameters(store.address(handle));
  PendingQueue::List waiting = std::exchange(times(handle).queue, PendingQueue::List::none);
  const auto send_on = [&](const PendingPacket& packet) {
    times(handle).used = call.now;  // what waited takes the slow path, whatever the state (neigh_resolve_output)
    const PacketToSend again{.next_hop = store.address(handle),
                             .packet = packet.packet,
                             .cookie = packet.cookie,
                             .source_mac = packet.source_mac};
    apply(call, handle, classify_send(counts, true), {.packet = &again});
  };
  while (pending.pop(waiting, send_on)) {
  }
}

void NeighborTable::Core::fail_queue(const TableCall& call, EntryHandle handle, SendFailure reason, bool reported) {
  const IpAddress address = store.address(handle);
  while (pending.pop(times(handle).queue,
                     [&](const PendingPacket& packet) { fail(call, address, packet.cookie, reason, reported); })) {
  }
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// What comes from outside: packets about a neighbour, packets to it, and upper layers' word for it.
#include "onlink/engine/neighbor_table_core.hpp"
#include "onlink/engine/nud_classify.hpp"

namespace onlink::inline v0 {

LearnResult NeighborTable::learn(Instant now, const Learned& learned, Output& output) {
  Core& core = *core_;
  const TableCall call{now, output, learned.cause};
  EntryHandle handle = core.find(call, learned.address);
  const bool created = handle == EntryHandle::none;
  if (created && !learned.create) return LearnResult::unknown;
  if (created) handle = core.create(call, learned.address, false);
  if (handle == EntryHandle::none) return LearnResult::table_full;
  const TableEntry& entry = core.entry(handle);
  if (!created && entry.state == NudState::failed && !learned.revive_failed) return LearnResult::unknown;
  const LearnFacts facts{.state = entry.state,
                         .answers = learned.state == NudState::reachable,
                         .mac_told = learned.mac.has_value(),
                         .mac_same = learned.mac == entry.mac,
                         .unlocked = now > core.times(handle).updated + core.parameters(learned.address).locktime,
                         .may_override = learned.may_override};
  core.apply(call, handle, classify_learned(facts), {.mac = learned.mac, .router = learned.router, .created = created});
  return created ? LearnResult::created : LearnResult::known;
}

SendResult NeighborTable::send(Instant now, const PacketToSend& packet, Output& output) {
  Core& core = *core_;
  const TableCall call{now, output, NeighborCause::packet_sent};
  EntryHandle handle = core.find(call, packet.next_hop);
  const bool created = handle == EntryHandle::none;
  if (created) handle = core.create(call, packet.next_hop, false);
  if (handle == EntryHandle::none) {
    Core::fail(call, packet.next_hop, packet.cookie, SendFailure::table_full);
    return SendResult::dropped;
  }
  if (packet.confirms) core.apply({now, output, NeighborCause::confirmation}, handle, NudEvent::confirm, {});
  const NudEvent event = classify_send(core.parameters(packet.next_hop), true);
  const NudActions done = core.apply(call, handle, event, {.packet = &packet, .created = created}).actions;
  if (done.has(NudAction::transmit)) return SendResult::sent;
  if (done.has(NudAction::enqueue) && !core.last_packet_dropped) return SendResult::queued;
  return SendResult::dropped;
}

void NeighborTable::confirm(Instant now, const IpAddress& address, Output& output) {
  const TableCall call{now, output, NeighborCause::confirmation};
  const EntryHandle handle = core_->find(call, address);
  if (handle != EntryHandle::none) core_->apply(call, handle, NudEvent::confirm, {});
}

}  // namespace onlink::inline v0

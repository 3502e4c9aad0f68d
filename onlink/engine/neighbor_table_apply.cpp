// SPDX-License-Identifier: Apache-2.0
// The actions of a step, done in the order of NudAction.
#include <algorithm>

#include "onlink/engine/neighbor_table_core.hpp"

namespace onlink::inline v0 {
namespace {

constexpr Duration shortest_wait = std::chrono::milliseconds{10};  // of a timer that is armed again

}  // namespace

NudStep NeighborTable::Core::apply(const TableCall& call, EntryHandle handle, NudEvent event, const TableInput& input) {
  const TableEntry before = entry(handle);
  const NudStep step = onlink::step(before.state, event, config.rules);
  write_fields(call, handle, step, input);
  file(handle, before);
  set_deadline(call, handle, step.actions);
  report(call, handle, before, step.actions, input);
  move_packets(call, handle, step.actions, input);
  if (step.actions.has(NudAction::erase)) erase(call, handle);
  return step;
}

void NeighborTable::Core::write_fields(const TableCall& call, EntryHandle handle, NudStep step,
                                       const TableInput& input) {
  using enum NudAction;
  TableEntry& it = entry(handle);
  TableTimes& its = times(handle);
  const NeighborParameters& configured = parameters(store.address(handle));
  const NudActions actions = step.actions;
  if (actions.has(store_address) && input.mac) it.mac = *input.mac;
  if (actions.has(set_confirmed)) its.confirmed = call.now;
  if (actions.has(forget_confirmed)) its.confirmed = call.now - 2 * configured.base_reachable_time;
  if (actions.has(touch_used)) its.used = call.now;
  if (actions.has(touch_updated)) its.updated = call.now;
  if (actions.has(set_router) && input.router) it.flags.set(NeighborFlag::router, *input.router);
  if (actions.has(reset_probes)) its.probes = 0;
  if (actions.has(start_probes)) its.probes = configured.ucast_solicit;
  it.state = step.next;
}

void NeighborTable::Core::set_deadline(const TableCall& call, EntryHandle handle, NudActions actions) {
  using enum NudAction;
  if (actions.has(disarm)) store.disarm(handle);
  if (!actions.any(nud_arms)) return;
  const Family family = store.address(handle).family();
  const NeighborParameters& configured = config.parameters.of(family);
  const FamilyTable& table = families[index(family)];
  if (actions.any(arm_reachable | arm_confirmed) && !config.reachable_time[index(family)] &&
      call.now - table.drawn >= std::chrono::seconds{300})
    draw_reachable_time(call.now, family);
  // Of the timers that packets and senders arm only retransmission has a shortest time; and whatever arms one makes of
  // the last confirmation a use (neigh_add_timer).
  const bool again = call.cause == NeighborCause::timer;
  TableTimes& its = times(handle);
  if (!again) its.used = std::max(its.used, its.confirmed);
  if (actions.has(arm_now)) store.arm(handle, call.now);
  if (actions.has(arm_retrans)) store.arm(handle, call.now + std::max(configured.retrans_time, shortest_wait));
  if (actions.has(arm_delay))
    store.arm(handle, call.now + std::max(configured.delay_first_probe_time, again ? shortest_wait : Duration{}));
  if (actions.has(arm_reachable)) store.arm(handle, call.now + table.reachable_time);
  if (actions.has(arm_confirmed))
    store.arm(handle, std::max(its.confirmed + table.reachable_time, call.now + shortest_wait));
}

void NeighborTable::Core::report(const TableCall& call, EntryHandle handle, const TableEntry& before,
                                 NudActions actions, const TableInput& input) {
  const TableEntry& it = entry(handle);
  const bool router = it.flags.has(NeighborFlag::router);
  const bool router_changed = router != before.flags.has(NeighborFlag::router);
  const bool mac_changed = it.known_mac() != before.known_mac();
  const bool differs =
      input.created || input.flags_changed || router_changed || mac_changed || it.state != before.state;
  const bool announced = actions.has(NudAction::announce) || router_changed || input.flags_changed;
  if (!differs || (actions.has(NudAction::erase) && !announced)) return;
  call.output.events.emplace_back(NeighborChanged{.time = call.now,
                                                  .address = store.address(handle),
                                                  .before = input.created ? NudState::none : before.state,
                                                  .after = it.state,
                                                  .mac_before = input.created ? std::nullopt : before.known_mac(),
                                                  .mac = it.known_mac(),
                                                  .created = input.created,
                                                  .router = router,
                                                  .announced = announced,
                                                  .cause = call.cause});
}

void NeighborTable::Core::move_packets(const TableCall& call, EntryHandle handle, NudActions actions,
                                       const TableInput& input) {
  if (input.packet != nullptr) {
    const PacketToSend& packet = *input.packet;
    if (actions.has(NudAction::enqueue)) enqueue(call, handle, packet);
    if (actions.has(NudAction::drop_packet)) fail(call, packet.next_hop, packet.cookie, SendFailure::no_solicitation);
  }
  if (actions.has(NudAction::solicit)) solicit(call, handle);
  if (actions.has(NudAction::transmit) && input.packet != nullptr)
    transmit(call, handle, {input.packet->packet, input.packet->cookie, input.packet->source_mac});
  if (actions.has(NudAction::flush_queue)) flush_queue(call, handle);
  if (!actions.has(NudAction::fail_queue)) return;
  ++of(store.address(handle)).counters.res_failed;
  fail_queue(call, handle, actions.has(NudAction::erase) ? SendFailure::entry_removed : SendFailure::unreachable, true);
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// By hand: RTM_NEWNEIGH and RTM_DELNEIGH as Linux's neigh_add and neigh_delete do them (nud.md section 2.8).
#include "onlink/engine/neighbor_table_core.hpp"
#include "onlink/engine/nud_classify.hpp"

namespace onlink::inline v0 {
namespace {

// use and managed leave the state to resolution, which cannot begin in PERMANENT.
[[nodiscard]] NudState proposed(const AdminRequest& request, NudState now) noexcept {
  if (!request.use && !request.managed) return request.state;
  return now == NudState::permanent ? NudState::none : now;
}

}  // namespace

bool NeighborTable::Core::set_flags(EntryHandle handle, const AdminRequest& request) {
  TableEntry& it = entry(handle);
  const TableEntry before = it;
  it.flags.set(NeighborFlag::externally_learned, request.externally_learned);
  it.flags.set(NeighborFlag::managed, request.managed);
  it.flags.set(NeighborFlag::validated, request.validated);
  FamilyTable& table = of(request.address);
  if (before.flags.has(NeighborFlag::managed)) --table.managed;
  if (request.managed) ++table.managed;
  file(handle, before);
  return it.flags != before.flags;
}

AdminResult NeighborTable::Core::set(const TableCall& call, const AdminRequest& request) {
  EntryHandle handle = find(call, request.address);
  const bool created = handle == EntryHandle::none;
  if (created && request.verb == AdminVerb::change) return AdminResult::absent;
  if (!created && request.verb == AdminVerb::add) return AdminResult::exists;
  if (created && request.managed && request.state == NudState::permanent) return AdminResult::invalid;
  const NudState now = created ? NudState::none : entry(handle).state;
  const NudState wanted = proposed(request, now);
  if (request.validated && !nud_valid.has(wanted)) return AdminResult::invalid;
  const bool exempt = wanted == NudState::permanent || request.externally_learned || request.validated;
  if (created) handle = create(call, request.address, exempt);
  if (handle == EntryHandle::none) return AdminResult::table_full;

  TableInput input{.mac = request.mac, .router = request.router, .created = created};
  input.flags_changed = set_flags(handle, request) && !created;
  const TableEntry& it = entry(handle);
  if (request.use || request.managed) {
    apply(call, handle, classify_send(parameters(request.address), false), input);
    schedule(call.now, request.address.family());
    return AdminResult::done;
  }
  if (nud_valid.has(request.state) && !request.mac && !it.valid()) {
    if (created && config.rules.has(NeighborRule::refusal_leaves_nothing)) {
      forget(handle);
    } else {
      report(call, handle, it, {}, input);
    }
    return AdminResult::mac_missing;
  }
  const bool same = it.valid() && (!request.mac || *request.mac == it.mac);
  apply(call, handle, classify_set(request.state, same), input);
  schedule(call.now, request.address.family());
  return AdminResult::done;
}

AdminResult NeighborTable::admin(Instant now, const AdminRequest& request, Output& output) {
  const TableCall call{now, output, NeighborCause::administration};
  if (request.verb != AdminVerb::remove) return core_->set(call, request);
  const EntryHandle handle = core_->find(call, request.address);
  if (handle == EntryHandle::none) return AdminResult::absent;
  core_->apply(call, handle, NudEvent::remove, {});
  return AdminResult::done;
}

}  // namespace onlink::inline v0

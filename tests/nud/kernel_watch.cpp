// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/kernel_watch.hpp"

#include <stdexcept>
#include <utility>

#include "onlink/kernel/neighbor_tables.hpp"
#include "tests/nud/kernel_lan.hpp"

namespace onlink::differential {
namespace {

TraceRecord record_of(TraceEvent event, const kernel::NeighborEntry& entry) {
  TraceRecord record;
  record.ev = event;
  record.key = to_string(entry.address);
  record.state = to_string(entry.state);
  if (entry.mac) record.mac = to_string(*entry.mac);
  if (entry.router) record.flags = "router";
  return record;
}

}  // namespace

KernelWatch::KernelWatch(kernel::Netlink& netlink, int interface)
    : netlink_(netlink), interface_(interface), monitor_(must(kernel::NeighborMonitor::open())) {
  overflows_ = overflows();
}

// Linux keeps rows for groups and broadcasts that were sent to; nothing is resolved for them.
bool KernelWatch::is_watched(const kernel::NeighborEntry& entry) const noexcept {
  const bool for_all = entry.state == NudState::noarp && entry.mac && entry.mac->is_broadcast();
  return entry.interface == interface_ && !entry.proxy && !entry.address.is_multicast() && !for_all;
}

void KernelWatch::see(const kernel::NeighborEntry& entry, const Sink& sink) {
  if (!is_watched(entry)) return;
  const Seen now{.state = entry.state, .mac = entry.mac, .router = entry.router};
  const auto [place, is_new] = seen_.try_emplace(entry.address, now);
  if (!is_new && place->second == now) return;
  place->second = now;
  sink(record_of(TraceEvent::state, entry));
}

void KernelWatch::forget(const kernel::NeighborEntry& entry, const Sink& sink) {
  if (!is_watched(entry)) return;
  seen_.erase(entry.address);
  sink(record_of(TraceEvent::del, entry));
}

void KernelWatch::read_notices(const Sink& sink) {
  const auto reading = must(monitor_.read([&](const kernel::NeighborNotice& notice) {
    switch (notice.kind) {
      case kernel::NoticeKind::changed:
        return see(notice.entry, sink);
      case kernel::NoticeKind::removed:
        return forget(notice.entry, sink);
      case kernel::NoticeKind::wanted:
        if (is_watched(notice.entry)) sink(record_of(TraceEvent::miss, notice.entry));
    }
  }));
  if (reading.overrun) throw std::runtime_error("notices of the neighbour table were lost");
}

// A change between the last notice read and the table would be told twice, in the wrong order; then the table is read
// again.
void KernelWatch::read_table(const Sink& sink) {
  constexpr int tries = 4;
  for (int left = tries; left > 0; --left) {
    read_notices(sink);
    const auto table = must(netlink_.neighbors(interface_));
    bool overtaken = false;
    read_notices([&](TraceRecord record) {
      overtaken = true;
      sink(std::move(record));
    });
    if (overtaken) continue;
    for (const kernel::NeighborEntry& entry : table) {
      see(entry, [&](TraceRecord record) {
        record.silent = true;
        sink(std::move(record));
      });
    }
    return;
  }
}

std::uint64_t KernelWatch::overflows() {
  std::uint64_t sum = 0;
  for (const kernel::NeighborTableState& table : must(kernel::neighbor_tables(netlink_))) sum += table.table_fulls;
  return sum;
}

void KernelWatch::read_overflows(const Sink& sink) {
  const std::uint64_t now = overflows();
  if (now == std::exchange(overflows_, now)) return;
  TraceRecord record;
  record.ev = TraceEvent::full;
  sink(std::move(record));
}

TraceRecord KernelWatch::look_up(const IpAddress& address) {
  if (const auto entry = must(netlink_.neighbor(interface_, address))) return record_of(TraceEvent::poll, *entry);
  TraceRecord record;
  record.ev = TraceEvent::poll;
  record.key = to_string(address);
  record.state = "absent";
  return record;
}

}  // namespace onlink::differential

// SPDX-License-Identifier: Apache-2.0
// Whatever happens to a neighbour table, in whatever order, with whatever rules: what always holds of it.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <variant>

#include "onlink/engine/nud.hpp"
#include "tests/nud_property/table_action.hpp"

namespace rc {

template <>
struct Arbitrary<onlink::testing::TableAction> {
  static Gen<onlink::testing::TableAction> arbitrary() {
    using namespace onlink::testing;
    // Rather more packets than changes of the link; a wait often ends a state, seldom an hour.
    const auto kind = gen::weightedElement<ActionKind>({{6, ActionKind::send},
                                                        {6, ActionKind::learn},
                                                        {2, ActionKind::confirm},
                                                        {3, ActionKind::set},
                                                        {1, ActionKind::remove},
                                                        {1, ActionKind::use},
                                                        {1, ActionKind::flush},
                                                        {1, ActionKind::parameters},
                                                        {6, ActionKind::wait}});
    return gen::build<TableAction>(
        gen::set(&TableAction::kind, kind), gen::set(&TableAction::host, gen::inRange<std::uint8_t>(0, 24)),
        gen::set(&TableAction::mac, gen::inRange<std::uint8_t>(0, 4)), gen::set(&TableAction::choice),
        gen::set(&TableAction::amount, gen::inRange<std::uint16_t>(0, 40'000)), gen::set(&TableAction::flags));
  }
};

}  // namespace rc

namespace onlink {
namespace {

using namespace onlink::testing;
using namespace std::chrono_literals;
using Actions = std::vector<TableAction>;

constexpr std::uint32_t most_entries = 12;

NeighborTableConfig config(bool strict) {
  NeighborTableConfig config{.rules = strict ? NeighborRules::strict() : NeighborRules::linux_compatible(),
                             .packet_overhead = 100,
                             .queued_octets = 20'000,
                             .seed = 42};
  for (NeighborParameters* parameters : {&config.parameters.ipv4, &config.parameters.ipv6}) {
    parameters->unres_qlen = 4;
    parameters->unres_qlen_bytes = 3'000;
    parameters->gc_stale_time = 20s;
  }
  config.parameters.gc_ipv4 = {.gc_thresh1 = 4, .gc_thresh2 = 6, .gc_thresh3 = most_entries};
  config.parameters.gc_ipv6 = {.gc_thresh1 = 0, .gc_thresh2 = 2, .gc_thresh3 = 4};
  return config;
}

std::vector<NeighborEntry> entries(const NeighborTable& table) {
  std::vector<NeighborEntry> all;
  for (const Family family : {Family::ipv4, Family::ipv6})
    table.for_each(family, [&](const NeighborEntry& entry) { all.push_back(entry); });
  return all;
}

RC_GTEST_PROP(NeighborTableProperty, ADeadlineIsSetExactlyInTimedStates, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  for (const TableAction& action : actions) {
    run.act(action);
    for (const NeighborEntry& entry : entries(run.table)) {
      if (entry.state == NudState::incomplete && !strict) continue;  // by hand Linux lets it wait for ever
      RC_ASSERT(entry.deadline.has_value() == nud_in_timer.has(entry.state));
    }
  }
}

RC_GTEST_PROP(NeighborTableProperty, NoDeadlineIsEarlierThanTheTablesOwn, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  for (const TableAction& action : actions) {
    run.act(action);
    const auto next = run.table.next_deadline();
    for (const NeighborEntry& entry : entries(run.table)) {
      if (!entry.deadline) continue;
      RC_ASSERT(next.has_value());
      RC_ASSERT(*next <= *entry.deadline);
    }
  }
}

RC_GTEST_PROP(NeighborTableProperty, QueuesAreBoundedAndOnlyWhatWaitsIsQueued, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  for (const TableAction& action : actions) {
    run.act(action);
    for (const NeighborEntry& entry : entries(run.table)) {
      RC_ASSERT(entry.queued <= 4U);
      if (entry.queued > 0)  // NONE by hand keeps what waited, for the resolution to come
        RC_ASSERT(entry.state == NudState::incomplete || entry.state == NudState::none);
    }
  }
}

// What becomes of packets adds up: each leaves, fails, or still waits.
RC_GTEST_PROP(NeighborTableProperty, NoPacketIsLostOrSentTwice, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  std::size_t given = 0;
  std::size_t left = 0;
  std::size_t failed = 0;
  for (const TableAction& action : actions) {
    given += action.kind == ActionKind::send ? 1 : 0;
    run.act(action);
    left += static_cast<std::size_t>(std::ranges::count(run.sent, false, &SentRecord::solicitation));
    failed += static_cast<std::size_t>(std::ranges::count_if(
        run.output.events, [](const Event& event) { return std::holds_alternative<SendFailed>(event); }));
    std::size_t waiting = 0;
    for (const NeighborEntry& entry : entries(run.table)) waiting += entry.queued;
    RC_ASSERT(given == left + failed + waiting);
  }
}

// The MAC that a frame goes to is, before or after the call, the one that the entry is known by.
RC_GTEST_PROP(NeighborTableProperty, NothingIsSentToAnUnusableEntry, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  for (const TableAction& action : actions) {
    if (action.kind == ActionKind::wait) {
      run.act(action);
      for (const SentRecord& frame : run.sent) RC_ASSERT(frame.solicitation);
      continue;
    }
    run.act(action);
    for (const SentRecord& frame : run.sent) {
      if (!frame.mac) continue;
      const auto entry = run.table.find(frame.address);
      RC_ASSERT(entry.has_value());
      RC_ASSERT(entry->mac == frame.mac);
    }
  }
}

RC_GTEST_PROP(NeighborTableProperty, EntriesAreBounded, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  for (const TableAction& action : actions) {
    run.act(action);
    std::size_t countable = 0;
    std::size_t all = 0;
    run.table.for_each(Family::ipv4, [&](const NeighborEntry& entry) {
      ++all;
      countable += entry.state != NudState::permanent && !entry.externally_learned && !entry.validated ? 1 : 0;
    });
    RC_ASSERT(all == run.table.size(Family::ipv4));
    RC_ASSERT(countable <= most_entries + 24U);  // what ceases to be exempt is not turned away
    const NeighborCounters& counters = run.table.counters(Family::ipv4);
    RC_ASSERT(counters.allocs - counters.destroys == all);
  }
}

RC_GTEST_PROP(NeighborTableProperty, TimesOfAnEntryNeverGoBackNorIntoTheFuture, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  std::map<IpAddress, NeighborEntry> before;
  for (const TableAction& action : actions) {
    run.act(action);
    for (const Event& event : run.output.events)
      if (const auto* gone = std::get_if<NeighborRemoved>(&event)) before.erase(gone->address);
    for (const NeighborEntry& entry : entries(run.table)) {
      RC_ASSERT(entry.used <= run.now);
      RC_ASSERT(entry.updated <= run.now);
      RC_ASSERT(entry.confirmed <= run.now);
      if (const auto found = before.find(entry.address); found != before.end()) {
        RC_ASSERT(found->second.used <= entry.used);
        RC_ASSERT(found->second.updated <= entry.updated);
      }
      before.insert_or_assign(entry.address, entry);
    }
  }
}

// Who follows the events knows the table.
RC_GTEST_PROP(NeighborTableProperty, EventsTellEverything, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  std::map<IpAddress, NeighborChanged> told;
  for (const TableAction& action : actions) {
    run.act(action);
    for (const Event& event : run.output.events) {
      if (const auto* gone = std::get_if<NeighborRemoved>(&event)) {
        RC_ASSERT(told.erase(gone->address) == 1U);
      } else if (const auto* changed = std::get_if<NeighborChanged>(&event)) {
        const auto known = told.find(changed->address);
        RC_ASSERT(changed->created == (known == told.end()));
        if (known != told.end()) {
          RC_ASSERT(known->second.after == changed->before);
          RC_ASSERT(known->second.mac == changed->mac_before);
        }
        told.insert_or_assign(changed->address, *changed);
      }
    }
    const std::vector<NeighborEntry> all = entries(run.table);
    for (const NeighborEntry& entry : all) {
      const auto known = told.find(entry.address);
      RC_ASSERT(known != told.end());
      RC_ASSERT(known->second.after == entry.state);
      RC_ASSERT(known->second.mac == entry.mac);
      RC_ASSERT(known->second.router == entry.router);
    }
    RC_ASSERT(told.size() == all.size());
  }
}

RC_GTEST_PROP(NeighborTableProperty, SameSeedSameDoings, (const Actions& actions, bool strict)) {
  ActedTable one{config(strict)};
  ActedTable other{config(strict)};
  for (const TableAction& action : actions) {
    one.act(action);
    other.act(action);
    RC_ASSERT(one.sent == other.sent);
    RC_ASSERT(one.output.events.size() == other.output.events.size());
    RC_ASSERT(one.table.next_deadline() == other.table.next_deadline());
    RC_ASSERT(entries(one.table) == entries(other.table));
  }
}

// Left alone, a table comes to rest: nothing is solicited for ever, but for managed entries.
RC_GTEST_PROP(NeighborTableProperty, LeftAloneItComesToRest, (const Actions& actions, bool strict)) {
  ActedTable run{config(strict)};
  for (const TableAction& action : actions)
    if (action.kind != ActionKind::use) run.act(action);
  for (int hour = 0; hour < 60; ++hour) run.act({.kind = ActionKind::wait, .amount = 60'000});
  RC_ASSERT(run.sent.empty());
  for (const NeighborEntry& entry : entries(run.table))
    RC_ASSERT(!nud_in_timer.has(entry.state) || (!strict && entry.state == NudState::incomplete));
}

}  // namespace
}  // namespace onlink

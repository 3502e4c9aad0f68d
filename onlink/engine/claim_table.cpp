// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/claim_table.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace onlink::inline v0 {
namespace {

using S = ClaimState;
using E = ClaimEvent;
using A = ClaimAction;

constexpr ClaimRow rows[] = {
    {S::idle, E::start, S::waiting, A::arm_wait, "2.1.1: a random delay of zero to PROBE_WAIT"},
    {S::refused, E::start, S::waiting, A::arm_wait, "2.1.1: another attempt, no sooner than its limit allows"},
    {S::lost, E::start, S::waiting, A::arm_wait, "2.4: probed for like a new one"},
    {S::idle, E::start_optimistic, S::waiting, A::tell_optimistic | A::arm_wait,
     "RFC 4429 3.1: used while it is checked"},
    {S::refused, E::start_optimistic, S::waiting, A::tell_optimistic | A::arm_wait, "RFC 4429 3.1: likewise"},
    {S::lost, E::start_optimistic, S::waiting, A::tell_optimistic | A::arm_wait, "RFC 4429 3.1: likewise"},

    {S::waiting, E::probe_due, S::probing, A::send_probe | A::arm_probe, "2.1.1: PROBE_NUM probes"},
    {S::waiting, E::last_probe_due, S::settling, A::send_probe | A::arm_settle, "2.1.1: the only probe"},
    {S::waiting, E::settled, S::announcing, A::tell_ready | A::send_announcement | A::arm_announcement,
     "2.3: without probes"},
    {S::waiting, E::settled_quietly, S::bound, A::tell_ready | A::send_announcement | A::disarm, "2.3: without probes"},
    {S::probing, E::probe_due, S::probing, A::send_probe | A::arm_probe, "2.1.1: PROBE_MIN to PROBE_MAX apart"},
    {S::probing, E::last_probe_due, S::settling, A::send_probe | A::arm_settle, "2.1.1: then ANNOUNCE_WAIT"},
    {S::settling, E::settled, S::announcing, A::tell_ready | A::send_announcement | A::arm_announcement,
     "2.3: it may be used, and is announced"},
    {S::settling, E::settled_quietly, S::bound, A::tell_ready | A::send_announcement | A::disarm,
     "2.3: it may be used, and is announced once"},
    {S::announcing, E::announcement_due, S::announcing, A::send_announcement | A::arm_announcement,
     "2.3: ANNOUNCE_INTERVAL apart"},
    {S::announcing, E::last_announcement_due, S::bound, A::send_announcement | A::disarm, "2.3: ANNOUNCE_NUM of them"},

    {S::waiting, E::contested, S::refused, A::tell_conflict | A::disarm, "2.1.1: from the beginning of the probing"},
    {S::probing, E::contested, S::refused, A::tell_conflict | A::disarm, "2.1.1: the address must not be used"},
    {S::settling, E::contested, S::refused, A::tell_conflict | A::disarm, "2.1.1: until ANNOUNCE_WAIT is over"},
    {S::waiting, E::contested_optimistic, S::lost, A::tell_lost | A::disarm, "RFC 4429 3.3: it must no longer be used"},
    {S::probing, E::contested_optimistic, S::lost, A::tell_lost | A::disarm, "RFC 4429 3.3: likewise"},
    {S::settling, E::contested_optimistic, S::lost, A::tell_lost | A::disarm, "RFC 4429 3.3: likewise"},

    {S::announcing, E::attacked, S::announcing, A::defend | A::tell_defended, "2.4 (b), (c): one announcement"},
    {S::announcing, E::attacked_again, S::announcing, A::tell_conflict, "2.4 (c): no more than one in DEFEND_INTERVAL"},
    {S::announcing, E::overrun, S::lost, A::tell_lost | A::disarm, "2.4 (a), (b): given up"},
    {S::bound, E::attacked, S::bound, A::defend | A::tell_defended, "2.4 (b), (c): one announcement"},
    {S::bound, E::attacked_again, S::bound, A::tell_conflict, "2.4 (c): no more than one in DEFEND_INTERVAL"},
    {S::bound, E::overrun, S::lost, A::tell_lost | A::disarm, "2.4 (a), (b): given up"},

    {S::waiting, E::link_lost, S::idle, A::disarm, "2.1: probed for anew once the link is back"},
    {S::probing, E::link_lost, S::idle, A::disarm, "2.1: what was not sent proves nothing"},
    {S::settling, E::link_lost, S::idle, A::disarm, "2.1: what was not heard proves nothing"},
    {S::waiting, E::link_lost_optimistic, S::idle, A::tell_lost | A::disarm, "RFC 4429: what was used is checked anew"},
    {S::probing, E::link_lost_optimistic, S::idle, A::tell_lost | A::disarm, "RFC 4429: likewise"},
    {S::settling, E::link_lost_optimistic, S::idle, A::tell_lost | A::disarm, "RFC 4429: likewise"},
    {S::announcing, E::link_lost, S::idle, A::tell_lost | A::disarm, "2.1: probed for anew once the link is back"},
    {S::bound, E::link_lost, S::idle, A::tell_lost | A::disarm, "2.1: it may be another link by then"},
};

using Table = std::array<std::array<ClaimStep, claim_event_count>, claim_state_count>;

consteval Table make_table() {
  Table table{};
  std::array<std::array<bool, claim_event_count>, claim_state_count> taken{};
  for (std::size_t state = 0; state < claim_state_count; ++state) {
    for (ClaimStep& cell : table[state]) cell.next = static_cast<ClaimState>(state);
  }
  for (const ClaimRow& row : rows) {
    const auto from = static_cast<std::size_t>(row.from);
    const auto on = static_cast<std::size_t>(row.on);
    if (taken[from][on]) std::unreachable();  // two rows for one cell: no constant expression, so it does not compile
    taken[from][on] = true;
    table[from][on] = {row.next, row.actions};
  }
  return table;
}
constexpr Table table = make_table();

constexpr ClaimStep cell(ClaimState state, ClaimEvent event) {
  return table[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
}

// RFC 5227 section 2.1.1: "... MUST NOT be used"; section 2.4: never two defences within DEFEND_INTERVAL.
static_assert(cell(S::settling, E::contested).next == S::refused);
static_assert(!has(cell(S::bound, E::attacked_again).actions, A::defend));
static_assert(cell(S::refused, E::probe_due) == ClaimStep{S::refused, A::none});

}  // namespace

ClaimStep step(ClaimState state, ClaimEvent event) noexcept { return cell(state, event); }

std::span<const ClaimRow> claim_rows() noexcept { return rows; }

std::string_view to_string(ClaimState state) noexcept {
  constexpr std::array<std::string_view, claim_state_count> names{"idle",       "waiting", "probing", "settling",
                                                                  "announcing", "bound",   "refused", "lost"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(ClaimEvent event) noexcept {
  constexpr std::array<std::string_view, claim_event_count> names{"start",
                                                                  "start optimistic",
                                                                  "probe due",
                                                                  "last probe due",
                                                                  "settled",
                                                                  "settled quietly",
                                                                  "announcement due",
                                                                  "last announcement due",
                                                                  "contested",
                                                                  "contested optimistic",
                                                                  "attacked",
                                                                  "attacked again",
                                                                  "overrun",
                                                                  "link lost",
                                                                  "link lost optimistic"};
  return names[static_cast<std::size_t>(event)];
}

std::string to_string(ClaimAction actions) {
  constexpr std::array<std::string_view, 13> names{
      "arm wait",      "arm probe",         "arm settle", "arm announcement", "disarm",
      "send probe",    "send announcement", "defend",     "tell optimistic",  "tell ready",
      "tell conflict", "tell defended",     "tell lost"};
  std::string text;
  for (std::size_t bit = 0; bit < names.size(); ++bit) {
    if (!has(actions, static_cast<ClaimAction>(1U << bit))) continue;
    if (!text.empty()) text += ", ";
    text += names[bit];
  }
  return text;
}

}  // namespace onlink::inline v0

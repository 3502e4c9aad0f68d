// SPDX-License-Identifier: Apache-2.0
// The life of a claimed address as data (RFC 5227 section 2): what has happened is classified first, then the table
// says what is done and what comes next. How often and how long is the claimer's business, what follows what is this
// table's. IPv6's duplicate address detection (RFC 4862 section 5.4) takes the same way with other numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace onlink::inline v0 {

enum class ClaimState : std::uint8_t {
  idle,        // not asked for, or the link is down
  waiting,     // a random while before the first probe
  probing,     // probes go out
  settling,    // after the last probe: ANNOUNCE_WAIT
  announcing,  // ours; announcements go out
  bound,       // ours
  refused,     // somebody else had it, or wanted it too
  lost,        // it was ours, and was given up to another
};
inline constexpr std::size_t claim_state_count = 8;
[[nodiscard]] std::string_view to_string(ClaimState state) noexcept;

enum class ClaimEvent : std::uint8_t {
  start,
  start_optimistic,  // in use while it is checked (RFC 4429)
  probe_due,         // and it is not the last one
  last_probe_due,
  settled,           // ANNOUNCE_WAIT is over, and announcements follow
  settled_quietly,   // and none follow: ANNOUNCE_NUM is 1 or 0
  announcement_due,  // and it is not the last one
  last_announcement_due,
  contested,             // somebody else has it or wants it, before it is ours
  contested_optimistic,  // and it is in use
  attacked,              // somebody else uses it: to be answered by a defence
  attacked_again,        // within DEFEND_INTERVAL, under a policy that bears it
  overrun,               // and under one that does not
  link_lost,
  link_lost_optimistic,  // before the check is over, and the address is in use
};
inline constexpr std::size_t claim_event_count = 15;
[[nodiscard]] std::string_view to_string(ClaimEvent event) noexcept;

enum class ClaimAction : std::uint16_t {
  none = 0,
  arm_wait = 1U << 0U,          // [0, PROBE_WAIT], or what the limit of attempts demands
  arm_probe = 1U << 1U,         // [PROBE_MIN, PROBE_MAX]
  arm_settle = 1U << 2U,        // ANNOUNCE_WAIT
  arm_announcement = 1U << 3U,  // ANNOUNCE_INTERVAL
  disarm = 1U << 4U,
  send_probe = 1U << 5U,
  send_announcement = 1U << 6U,
  defend = 1U << 7U,           // an announcement, and the time of it is kept
  tell_optimistic = 1U << 8U,  // ready, before the check is over
  tell_ready = 1U << 9U,
  tell_conflict = 1U << 10U,
  tell_defended = 1U << 11U,
  tell_lost = 1U << 12U,
};
[[nodiscard]] constexpr ClaimAction operator|(ClaimAction a, ClaimAction b) noexcept {
  return static_cast<ClaimAction>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
[[nodiscard]] constexpr bool has(ClaimAction all, ClaimAction one) noexcept {
  return (static_cast<unsigned>(all) & static_cast<unsigned>(one)) != 0;
}

struct ClaimStep {
  ClaimState next = ClaimState::idle;
  ClaimAction actions = ClaimAction::none;
  bool operator==(const ClaimStep&) const = default;
};

// What has no row in the table happens without consequence: the state stays.
[[nodiscard]] ClaimStep step(ClaimState state, ClaimEvent event) noexcept;

struct ClaimRow {
  ClaimState from;
  ClaimEvent on;
  ClaimState next;
  ClaimAction actions;
  std::string_view why;  // RFC 5227's section unless another is named, and what it says
};
[[nodiscard]] std::span<const ClaimRow> claim_rows() noexcept;
// "send probe, arm probe"; empty for none.
[[nodiscard]] std::string to_string(ClaimAction actions);

}  // namespace onlink::inline v0

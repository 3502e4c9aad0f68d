// SPDX-License-Identifier: Apache-2.0
// Every sentence that explains something to a person, in every language that --lang knows. Only explanations stand
// here: rows, errors and JSON have one language.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/context.hpp"

namespace onlink::inline v0::cli {

enum class Message : std::uint8_t {
  // A length of time, {0} a number.
  milliseconds,
  seconds,
  minutes,
  hours,
  days,
  // How the parts of a sentence are joined.
  clause_separator,
  list_separator,
  list_last,
  after_state,  // {0} the state's name

  // What a neighbour is asked with, {0} how often.
  unicast_probe,
  unicast_probes,
  broadcast_request,
  broadcast_requests,
  multicast_solicitation,
  multicast_solicitations,
  program_round,
  program_rounds,
  nothing_asked,
  apart,  // {0} requests, {1} time between them

  // The state of a neighbour, and what comes next.
  usable,
  still_usable,
  stale_next,           // {0} delay, {1} requests
  stale_managed,        // {0} interval
  reachable_confirmed,  // {0} age
  reachable_until,      // {0} rest, {1} drawn, {2} least, {3} most
  reachable_range,      // {0} rest at least, {1} at most, {2} least, {3} most
  reachable_due,        // any moment now
  reachable_to_delay,   // {0} rest, {1} the window of use
  delay_waits,          // {0} rest, {1} requests
  delay_confirmed,      // {0} age of the confirmation, {1} rest
  probe_sent,
  probe_due,         // {0} sent, {1} of
  probe_fails,       // {0} rest
  probe_spared,      // {0} rest; user space vouches for it
  incomplete_asked,  // {0} sent, {1} of
  incomplete_fails,  // {0} rest
  incomplete_by_hand,
  failed_since,      // {0} age
  next_packet_asks,  // {0} requests
  next_packet_dropped,
  managed_asks,  // {0} interval
  none_yet,
  noarp_link,
  noarp_group,
  permanent_by_hand,
  permanent_ends,
  proxy_ipv4,  // {0} longest delay
  proxy_ipv6,

  // How long an entry is kept.
  kept_below_threshold,  // {0} gc_thresh1, {1} entries now
  collected_next,
  collected_when_unused,  // {0} rest
  kept_external,
  kept_validated,

  // Sysctls of neighbours.
  parameter_default,     // {0} the default
  parameter_deprecated,  // {0} what to use
  parameter_effective,   // {0} what holds, {1} all's value
  parameter_joined_max,
  parameter_joined_or,
  parameter_joined_and,
  set_by_kernel,
  set_by_file,  // {0} file:line
  set_by_default,
  set_by_default_from,  // {0} file:line
  set_by_router,
  set_by_router_maybe,
  set_by_unknown,
  file_says_otherwise,  // {0} file:line, {1} its value
  only_initial_namespace,

  // Why a neighbour changed.
  change_by_program,  // {0} its name, {1} its netlink port
  change_by_port,     // {0} netlink port
  change_wanted,
  change_asked,  // a packet waits
  change_sent,
  change_answered,
  change_answered_probe,
  change_answered_unasked,
  change_confirmed,
  change_heard,
  change_heard_and_used,
  change_expired,  // {0} reachable time
  change_contradicted,
  change_expired_in_use,  // {0} reachable time
  change_unconfirmed,     // {0} delay
  change_unanswered,      // {0} requests
  change_spared,          // {0} requests
  change_moved_heard,
  change_moved_answered,
  change_router,
  change_no_router,
  change_link_gone,
  change_link_down,
  change_no_carrier,
  change_collected,
  change_removed,

  count_of_messages,  // not a message
};

// The message with its {0}, {1}, ... put in. Arguments are taken as they are.
[[nodiscard]] std::string say(Language language, Message message,
                              std::initializer_list<std::string_view> arguments = {});
// As it stands in the catalogue.
[[nodiscard]] std::string_view pattern(Language language, Message message) noexcept;

// "350 ms", "4.2 s", "21 s", "3 min", "5 h", "12 days", rounded as one would say it. Negative counts as 0.
[[nodiscard]] std::string span_text(Language language, Duration duration);
// "a", "a and b", "a, b and c".
[[nodiscard]] std::string list_text(Language language, std::span<const std::string> parts);

}  // namespace onlink::inline v0::cli

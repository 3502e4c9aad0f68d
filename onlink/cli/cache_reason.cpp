// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_reason.hpp"

#include <chrono>

#include "onlink/cli/catalogue.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborChange;
using kernel::NeighborEntry;
using kernel::NoticeKind;

// The kernel's timers are late by some ticks, never early.
constexpr Duration slack = std::chrono::milliseconds{100};

class ReasonFinder {
 public:
  ReasonFinder(const NeighborChange& change, const ChangeSurroundings& surroundings, Language language)
      : change_(change), around_(surroundings), language_(language) {}

  [[nodiscard]] std::string find() const {
    if (change_.kind == NoticeKind::wanted) return words(Message::change_wanted);
    if (change_.sender != 0) return by_whom();
    if (change_.kind == NoticeKind::removed) return removal();
    if (!change_.after || change_.after->proxy) return {};
    if (moved()) {
      return words(change_.after->state == NudState::reachable ? Message::change_moved_answered
                                                               : Message::change_moved_heard);
    }
    if (change_.before && change_.before->state == change_.after->state) return flags();
    return state();
  }

 private:
  [[nodiscard]] std::string words(Message message, std::initializer_list<std::string_view> arguments = {}) const {
    return say(language_, message, arguments);
  }
  [[nodiscard]] std::string time(Duration duration) const { return span_text(language_, duration); }

  [[nodiscard]] std::string by_whom() const {
    const std::string port = std::to_string(change_.sender);
    return around_.program.empty() ? words(Message::change_by_port, {port})
                                   : words(Message::change_by_program, {around_.program, port});
  }

  [[nodiscard]] std::string removal() const {
    switch (around_.link) {
      case LinkCondition::gone:
        return words(Message::change_link_gone);
      case LinkCondition::down:
        return words(Message::change_link_down);
      case LinkCondition::no_carrier:
        return words(Message::change_no_carrier);
      case LinkCondition::running:
        break;
    }
    const NudState last = change_.before->state;
    const bool collectable = last == NudState::stale || last == NudState::failed || last == NudState::noarp;
    return words(collectable ? Message::change_collected : Message::change_removed);
  }

  [[nodiscard]] bool moved() const {
    return change_.before && change_.before->mac && change_.after->mac && *change_.before->mac != *change_.after->mac;
  }

  [[nodiscard]] std::string flags() const {
    if (change_.before->router == change_.after->router) return {};
    return words(change_.after->router ? Message::change_router : Message::change_no_router);
  }

  [[nodiscard]] std::string state() const {
    switch (change_.after->state) {
      case NudState::incomplete:
        return words(Message::change_asked);
      case NudState::reachable:
        return reachable();
      case NudState::stale:
        return stale();
      case NudState::delay:
        return delay();
      case NudState::probe:
        return words(Message::change_unconfirmed, {time(around_.times.delay_first_probe_time)});
      case NudState::failed:
        return words(Message::change_unanswered, {requests()});
      case NudState::none:
      case NudState::noarp:
      case NudState::permanent:
        break;
    }
    return {};
  }

  // Absent, none and failed alike: what was asked for is announced when it is found, not before.
  [[nodiscard]] NudState state_before() const noexcept {
    return change_.before ? change_.before->state : NudState::none;
  }

  [[nodiscard]] std::string reachable() const {
    switch (state_before()) {
      case NudState::delay:
        return words(Message::change_confirmed);
      case NudState::probe:
        return words(Message::change_answered_probe);
      // Delay comes without a notice, so that stale may have been delay, and even probe's answer is no surprise.
      case NudState::stale:
        return words(change_.after->ages.used <= around_.times.delay_first_probe_time + slack
                         ? Message::change_confirmed
                         : Message::change_answered_unasked);
      case NudState::none:
      case NudState::incomplete:
      case NudState::reachable:
      case NudState::failed:
      case NudState::noarp:
      case NudState::permanent:
        break;
    }
    return words(Message::change_answered);
  }

  [[nodiscard]] std::string stale() const {
    if (state_before() == NudState::probe) return words(Message::change_spared, {requests()});
    if (state_before() != NudState::reachable) return words(Message::change_heard);
    // The kernel moves `confirmed` back when an advertisement contradicts it, never when time is up.
    const Duration age = change_.after->ages.confirmed;
    const Duration limit = around_.times.reachable_time;
    return age + slack >= limit ? words(Message::change_expired, {time(limit)}) : words(Message::change_contradicted);
  }

  [[nodiscard]] std::string delay() const {
    if (state_before() == NudState::stale) return words(Message::change_sent);
    if (state_before() == NudState::reachable) {
      return words(Message::change_expired_in_use, {time(around_.times.reachable_time)});
    }
    return words(Message::change_heard_and_used);
  }

  [[nodiscard]] std::string count(std::uint32_t number, Message one, Message several) const {
    return words(number == 1 ? one : several, {std::to_string(number)});
  }

  // Those that had no answer before an entry fails (nud.md section 2.5).
  [[nodiscard]] std::string requests() const {
    std::vector<std::string> parts;
    const bool probed = state_before() == NudState::probe;
    const kernel::NeighborTimes& times = around_.times;
    const std::uint32_t group = probed ? times.mcast_resolicit : times.mcast_solicit;
    if (probed && times.ucast_solicit != 0) {
      parts.push_back(count(times.ucast_solicit, Message::unicast_probe, Message::unicast_probes));
    }
    if (times.app_solicit != 0) {
      parts.push_back(count(times.app_solicit, Message::program_round, Message::program_rounds));
    }
    if (group != 0) {
      parts.push_back(change_.entry().address.is_ipv4()
                          ? count(group, Message::broadcast_request, Message::broadcast_requests)
                          : count(group, Message::multicast_solicitation, Message::multicast_solicitations));
    }
    return parts.empty() ? words(Message::nothing_asked) : list_text(language_, parts);
  }

  const NeighborChange& change_;
  const ChangeSurroundings& around_;
  Language language_;
};

}  // namespace

std::string reason(const NeighborChange& change, const ChangeSurroundings& surroundings, Language language) {
  return ReasonFinder(change, surroundings, language).find();
}

}  // namespace onlink::inline v0::cli

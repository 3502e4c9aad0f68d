// SPDX-License-Identifier: Apache-2.0
// The rules that speak here are those of nud.md sections 2.4, 2.5 and 3.1.
#include "onlink/cli/cache_explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "onlink/cli/catalogue.hpp"
#include "onlink/engine/neighbor_parameters.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEntry;
using kernel::NeighborTableState;
using kernel::NeighborTimes;

constexpr Duration shortest_retransmission = std::chrono::milliseconds{10};
// Kernel timers come late, each by a tick or two: an entry this much behind its time has no timer at all.
constexpr Duration timer_slack = std::chrono::seconds{2};

class Sentence {
 public:
  Sentence(const NeighborEntry& entry, const NeighborTimes& times, const NeighborTableState& table, Language language)
      : entry_(entry), times_(times), table_(table), language_(language) {}

  std::string text() {
    const std::string state = entry_.proxy ? "proxy" : std::string{to_string(entry_.state)};
    entry_.proxy ? proxy() : by_state();
    std::string all = say(language_, Message::after_state, {state});
    for (std::size_t i = 0; i < clauses_.size(); ++i) {
      if (i > 0) all += pattern(language_, Message::clause_separator);
      all += clauses_[i];
    }
    return all;
  }

 private:
  void by_state() {
    switch (entry_.state) {
      case NudState::none:
        add(Message::none_yet);
        next_question();
        return kept();
      case NudState::incomplete:
        return incomplete();
      case NudState::reachable:
        return reachable();
      case NudState::stale:
        return stale();
      case NudState::delay:
        return delay();
      case NudState::probe:
        return probe();
      case NudState::failed:
        return failed();
      case NudState::noarp:
        add(entry_.address.is_multicast() ? Message::noarp_group : Message::noarp_link);
        return kept();
      case NudState::permanent:
        add(Message::permanent_by_hand);
        return add(Message::permanent_ends);
    }
  }

  void incomplete() {
    const std::uint32_t most = times_.app_solicit + times_.mcast_solicit;
    const Duration rest = most * retransmission() - entry_.ages.updated;
    // A resolution starts with `probes` at ucast_solicit and asks at once (nud.md section 2.4).
    if (entry_.probes <= times_.ucast_solicit || rest < -timer_slack) return add(Message::incomplete_by_hand);
    const std::uint32_t sent = std::min(entry_.probes - times_.ucast_solicit, most);
    add(Message::incomplete_asked, {number(sent), number(most)});
    add(Message::incomplete_fails, {span(rest)});
  }

  void reachable() {
    add(Message::usable);
    add(Message::reachable_confirmed, {span(entry_.ages.confirmed)});
    const Duration base = times_.base_reachable_time;
    if (times_.reachable_time == Duration{}) {
      const Duration least = base / 2, most = base + base / 2;
      return add(Message::reachable_range,
                 {span(least - entry_.ages.confirmed), span(most - entry_.ages.confirmed), span(least), span(most)});
    }
    const Duration rest = times_.reachable_time - entry_.ages.confirmed;
    if (rest <= Duration{}) return add(Message::reachable_due);
    if (entry_.ages.used + rest <= times_.delay_first_probe_time) {
      return add(Message::reachable_to_delay, {span(rest), span(times_.delay_first_probe_time)});
    }
    add(Message::reachable_until, {span(rest), span(times_.reachable_time), span(base / 2), span(base + base / 2)});
  }

  void stale() {
    add(Message::usable);
    add(Message::stale_next, {span(times_.delay_first_probe_time), probe_plan()});
    if (entry_.managed) add(Message::stale_managed, {span(times_.interval_probe_time)});
    kept();
  }

  void delay() {
    add(Message::usable);
    const Duration rest = std::max(Duration{}, times_.delay_first_probe_time - entry_.ages.updated);
    if (entry_.ages.confirmed + rest <= times_.delay_first_probe_time) {
      return add(Message::delay_confirmed, {span(entry_.ages.confirmed), span(rest)});
    }
    add(Message::delay_waits, {span(rest), probe_plan()});
  }

  void probe() {
    const std::uint32_t most = times_.ucast_solicit + times_.app_solicit + times_.mcast_resolicit;
    add(Message::still_usable);
    if (entry_.probes == 0) {
      add(Message::probe_due, {number(most)});
    } else {
      add(Message::probe_sent, {number(std::min(entry_.probes, most)), number(most)});
    }
    const Duration rest = most * retransmission() - entry_.ages.updated;
    add(entry_.externally_validated ? Message::probe_spared : Message::probe_fails, {span(rest)});
  }

  void failed() {
    add(Message::failed_since, {span(entry_.ages.updated)});
    next_question();
    if (entry_.managed) add(Message::managed_asks, {span(times_.interval_probe_time)});
    kept();
  }

  void proxy() {
    add(entry_.address.is_ipv4() ? Message::proxy_ipv4 : Message::proxy_ipv6, {span(times_.proxy_delay)});
  }

  void next_question() {
    if (times_.mcast_solicit + times_.app_solicit == 0) return add(Message::next_packet_dropped);
    add(Message::next_packet_asks, {plan(0, times_.mcast_solicit)});
  }

  // Who is never collected, when nobody is, and when this entry may be (nud.md section 3.1).
  void kept() {
    if (entry_.externally_validated) return add(Message::kept_validated);
    if (entry_.externally_learned) return add(Message::kept_external);
    if (table_.entries < table_.gc_thresh1) {
      return add(Message::kept_below_threshold, {number(table_.gc_thresh1), number(table_.entries)});
    }
    const Duration idle = std::min(entry_.ages.used, entry_.ages.confirmed);
    if (entry_.state == NudState::failed || idle >= times_.gc_stale_time) return add(Message::collected_next);
    add(Message::collected_when_unused, {span(times_.gc_stale_time - idle)});
  }

  std::string probe_plan() { return plan(times_.ucast_solicit, times_.mcast_resolicit); }

  // "3 unicast probes and 2 broadcast requests, 1 s apart".
  std::string plan(std::uint32_t unicast, std::uint32_t multicast) {
    const bool v4 = entry_.address.is_ipv4();
    std::vector<std::string> parts;
    const auto part = [&](std::uint32_t times, Message one, Message many) {
      if (times > 0) parts.push_back(say(language_, times == 1 ? one : many, {number(times)}));
    };
    part(unicast, Message::unicast_probe, Message::unicast_probes);
    part(times_.app_solicit, Message::program_round, Message::program_rounds);
    part(multicast, v4 ? Message::broadcast_request : Message::multicast_solicitation,
         v4 ? Message::broadcast_requests : Message::multicast_solicitations);
    if (parts.empty()) return say(language_, Message::nothing_asked);
    std::string text = list_text(language_, parts);
    const bool several = unicast + times_.app_solicit + multicast > 1;
    return several ? say(language_, Message::apart, {text, span(retransmission())}) : text;
  }

  [[nodiscard]] Duration retransmission() const { return std::max(times_.retrans_time, shortest_retransmission); }
  [[nodiscard]] std::string span(Duration duration) const { return span_text(language_, duration); }
  [[nodiscard]] static std::string number(std::uint32_t value) { return std::to_string(value); }
  void add(Message message, std::initializer_list<std::string_view> arguments = {}) {
    clauses_.push_back(say(language_, message, arguments));
  }

  const NeighborEntry& entry_;
  const NeighborTimes& times_;
  const NeighborTableState& table_;
  Language language_;
  std::vector<std::string> clauses_;
};

// What Linux starts with.
NeighborTimes default_times(Family family) {
  const NeighborParameters linux_defaults = LinkParameters{}.of(family);
  return {.family = family,
          .base_reachable_time = linux_defaults.base_reachable_time,
          .retrans_time = linux_defaults.retrans_time,
          .gc_stale_time = linux_defaults.gc_stale_time,
          .delay_first_probe_time = linux_defaults.delay_first_probe_time,
          .proxy_delay = linux_defaults.proxy_delay,
          .interval_probe_time = linux_defaults.interval_probe_time,
          .app_solicit = linux_defaults.app_solicit,
          .ucast_solicit = linux_defaults.ucast_solicit,
          .mcast_solicit = linux_defaults.mcast_solicit,
          .mcast_resolicit = linux_defaults.mcast_resolicit};
}

NeighborTableState default_table(Family family) {
  const NeighborGcParameters thresholds;
  return {.family = family,
          .gc_thresh1 = thresholds.gc_thresh1,
          .gc_thresh2 = thresholds.gc_thresh2,
          .gc_thresh3 = thresholds.gc_thresh3};
}

}  // namespace

std::string explain(const NeighborEntry& entry, const NeighborTimes& times, const NeighborTableState& table,
                    Language language) {
  return Sentence{entry, times, table, language}.text();
}

std::expected<Explainer, Error> Explainer::open(kernel::Netlink& netlink) {
  auto times = kernel::neighbor_times(netlink);
  if (!times) return std::unexpected(std::move(times.error()));
  auto tables = kernel::neighbor_tables(netlink);
  if (!tables) return std::unexpected(std::move(tables.error()));
  return Explainer{*std::move(times), *std::move(tables)};
}

Explainer::Explainer(std::vector<NeighborTimes> times, std::vector<NeighborTableState> tables)
    : times_(std::move(times)), tables_(std::move(tables)) {
  std::ranges::sort(times_, {}, [](const NeighborTimes& t) { return std::pair{t.interface, t.family}; });
}

std::string Explainer::explain(const NeighborEntry& entry, Language language) const {
  const Family family = entry.address.family();
  const auto key = std::pair{entry.interface, family};
  const auto times = std::ranges::lower_bound(times_, key, {},
                                              [](const NeighborTimes& t) { return std::pair{t.interface, t.family}; });
  const bool known = times != times_.end() && times->interface == entry.interface && times->family == family;
  const auto table = std::ranges::find(tables_, family, &NeighborTableState::family);
  return cli::explain(entry, known ? *times : default_times(family),
                      table != tables_.end() ? *table : default_table(family), language);
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// What the engine did, as records.
#include <algorithm>
#include <utility>

#include "tests/nud/engine_world.hpp"
#include "tests/nud/peer_frames.hpp"

namespace onlink::differential {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration link_watch_period = seconds{1};   // net/core/link_watch.c: at most one report a second
constexpr Duration collection_period = seconds{16};  // base_reachable_time / 2 of `default`, wherever it stands
constexpr Duration first_probe_delay = seconds{1};   // router_solicitation_delay

bool has_address(NudState state) {
  return state != NudState::none && state != NudState::incomplete && state != NudState::failed;
}

std::string mac_text(const std::optional<MacAddress>& mac) { return mac ? to_string(*mac) : std::string{}; }

std::string_view errno_of(SendFailure failure) {
  switch (failure) {
    case SendFailure::unreachable:
    case SendFailure::entry_removed:
    case SendFailure::queue_full:
    case SendFailure::no_solicitation:
      return "EHOSTUNREACH";
    case SendFailure::table_full:
      return "ENOBUFS";
  }
  return {};
}

struct EventRecord {
  std::optional<TraceRecord> operator()(const NeighborChanged& e) const {
    return TraceRecord{.ev = TraceEvent::state,
                       .key = to_string(e.address),
                       .state = std::string{to_string(e.after)},
                       .mac = has_address(e.after) ? mac_text(e.mac) : std::string{},
                       .flags = e.router ? "router" : "",
                       .silent = !e.announced};
  }
  std::optional<TraceRecord> operator()(const NeighborRemoved& e) const {
    return TraceRecord{.ev = TraceEvent::del,
                       .key = to_string(e.address),
                       .state = std::string{to_string(e.state)},
                       .mac = has_address(e.state) ? mac_text(e.mac) : std::string{},
                       .flags = e.router ? "router" : ""};
  }
  std::optional<TraceRecord> operator()(const ResolutionWanted& e) const {
    return TraceRecord{.ev = TraceEvent::miss, .key = to_string(e.address), .mac = mac_text(e.mac)};
  }
  std::optional<TraceRecord> operator()(const auto& /*other*/) const { return std::nullopt; }
};

}  // namespace

void EngineWorld::settle(TimerWatch::Cause cause) {
  // What is put into output_ from here on comes of answers.
  const Output output = std::exchange(output_, {});
  note_delays(output, cause);
  for (const Event& event : output.events) record_event(event, cause);
  timers_.look(cache_, now(), cause);
  if (!carrier_ || !up_) return;
  for (std::size_t i = 0; i < output.frames.size(); ++i) record_frame(output.frames[i], cause);
  if (!acting_) deliver_due();
}

void EngineWorld::add(TraceRecord record, const TimerWatch::Cause& cause) {
  if (!recording_) return;
  const TimerWatch::Slack slack = cause.slack_of(record.key);
  record.t = now_;
  if (record.slack == Duration{}) record.slack = slack.late;
  if (slack.early != Duration{} && !record.earliest) record.earliest = now_ - slack.early;
  if (cause.carrier) record.latest = now_ + link_watch_period;
  trace_.records.push_back(std::move(record));
}

void EngineWorld::fail(std::string_view kind, const IpAddress& key, std::string_view error) {
  add({.ev = TraceEvent::err, .key = to_string(key), .kind = std::string{kind}, .flags = std::string{error}}, {});
}

void EngineWorld::record_event(const Event& event, const TimerWatch::Cause& cause) {
  if (const auto* failed = std::get_if<SendFailed>(&event)) {
    // A socket that hears of errors hears of a full table; others do not (nud.md section 3.1).
    const bool told = failed->reported || failed->reason == SendFailure::table_full;
    if (!told || failed->cookie >= sent_.size()) return;
    const Sent& sent = sent_[failed->cookie];
    const auto is_its = [&](const Handshake& other) { return other.step.to == sent.destination; };
    if (sent.tcp && std::erase_if(handshakes_, is_its) == 0) return;  // the connection has failed already
    add({.ev = TraceEvent::err,
         .key = to_string(sent.destination),
         .kind = sent.tcp ? "connect" : "send",
         .flags = std::string{errno_of(failed->reason)},
         .slack = cause.slack_of(to_string(failed->next_hop)).late},
        cause);
    return;
  }
  auto record = std::visit(EventRecord{}, event);
  if (!record) return;
  const auto* removed = std::get_if<NeighborRemoved>(&event);
  if (removed != nullptr && removed->cause == NeighborCause::garbage_collection) {
    record->earliest = now_ - collection_period;
    record->latest = now_ + collection_period;
  }
  add(std::move(*record), cause);
}

void EngineWorld::record_frame(Bytes frame, const TimerWatch::Cause& cause) {
  TraceRecord record = describe_frame(frame);
  const TimerWatch::Slack slack = cause.slack_of(record.key);
  if (record.kind == "ns-dad") {
    note_probe(record);
    if (reflecting_) deliveries_.push_back({now_, {frame.begin(), frame.end()}, slack});
  }
  add(std::move(record), cause);
  answer(frame, slack);
}

// A probe of an address of ours: the first comes after a random time.
void EngineWorld::note_probe(TraceRecord& record) {
  const auto added = added_.find(record.key);
  if (added == added_.end()) return;
  std::uint32_t& count = probed_[record.key];
  record.earliest = added->second + count * cache_.parameters().ipv6.retrans_time;
  record.latest = *record.earliest + first_probe_delay;
  record.slack = count * milliseconds{40};
  ++count;
}

// Answers on behalf of others come after a random time, and with them whatever they lead to.
void EngineWorld::note_delays(const Output& output, TimerWatch::Cause& cause) const {
  for (std::size_t i = 0; i < output.frames.size(); ++i) {
    const TraceRecord record = describe_frame(output.frames[i]);
    if (record.kind != "arp-reply" && record.kind != "na") continue;
    const auto asked = asked_.find(record.src);
    const bool own = std::ranges::any_of(cache_.host().addresses, [&](const HostAddress& address) {
      return !address.anycast && to_string(address.prefix.address) == record.src;
    });
    if (own || asked == asked_.end() || asked->second == now_) continue;
    const Duration delay = cache_.parameters().of(record.kind == "na" ? Family::ipv6 : Family::ipv4).proxy_delay;
    cause.slack = {asked->second + delay - now_ + milliseconds{40}, now_ - asked->second};
  }
}

void EngineWorld::answer(Bytes frame, const TimerWatch::Slack& slack) {
  for (const AnswerStep& answer : answers_) {
    auto reply = answer_to(answer, frame);
    if (reply) deliveries_.push_back({now_ + answer.delay, std::move(*reply), slack});
  }
}

// An answer without delay comes before anything else happens.
void EngineWorld::deliver_due() {
  const auto due = [this](const Delivery& delivery) { return delivery.at <= now_; };
  for (auto next = std::ranges::find_if(deliveries_, due); next != deliveries_.end();
       next = std::ranges::find_if(deliveries_, due)) {
    const Delivery delivery = std::move(*next);
    deliveries_.erase(next);
    receive(delivery);
  }
}

void EngineWorld::act(const StateStep& step) {
  const auto entry = cache_.find(step.address);
  TraceRecord record{.ev = TraceEvent::poll, .key = to_string(step.address), .state = "absent"};
  if (entry) {
    record.state = to_string(entry->state);
    record.mac = has_address(entry->state) ? mac_text(entry->mac) : std::string{};
    record.flags = entry->router ? "router" : "";
  }
  add(std::move(record), {});
}

Trace EngineWorld::take_trace() && { return std::move(trace_); }

}  // namespace onlink::differential

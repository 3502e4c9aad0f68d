// SPDX-License-Identifier: Apache-2.0
// Traces as JSON lines. Written by hand, as rows are (docs/decisions/003-json.md); read by Boost.JSON.
#include "tests/nud/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "onlink/base/text.hpp"

namespace onlink::differential {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 8> event_names{"tx", "state", "del", "err", "miss", "full", "poll", "step"};

class ObjectWriter {
 public:
  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    begin(key) += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text_ += '\\';
      if (static_cast<unsigned char>(c) < 0x20) {
        text_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }
  // Milliseconds, to the microsecond.
  void time(std::string_view key, Duration value) {
    std::string digits = fmt::format("{:.3f}", static_cast<double>(value.count()) / 1e6);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
    begin(key) += digits == "-0" ? "0" : digits;
  }
  void number(std::string_view key, std::uint64_t value) { begin(key) += std::to_string(value); }
  void yes(std::string_view key) { begin(key) += "true"; }
  std::string take() && { return std::move(text_ += '}'); }

 private:
  std::string& begin(std::string_view key) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += key;
    return text_ += "\":";
  }
  std::string text_;
};

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::optional<Duration> time_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return Duration{std::llround(value->to_number<double>() * 1e6)};
}

TraceHeader header_of(const json::object& object) {
  TraceHeader header{.runner = text_of(object, "trace"), .scenario = text_of(object, "scenario")};
  header.reachable_ipv4 = time_of(object, "reachable_ipv4_ms");
  header.reachable_ipv6 = time_of(object, "reachable_ipv6_ms");
  if (const json::value* attempts = object.if_contains("attempts"); attempts != nullptr && attempts->is_int64()) {
    header.attempts = static_cast<std::uint32_t>(attempts->get_int64());
  }
  header.latest_step = time_of(object, "latest_step_ms").value_or(Duration{});
  return header;
}

std::optional<TraceRecord> record_of(const json::object& object) {
  TraceRecord record;
  const std::string event = text_of(object, "ev");
  const auto time = time_of(object, "t");
  const auto* found = std::ranges::find(event_names, event);
  if (!time || found == event_names.end()) return std::nullopt;
  record.t = *time;
  record.ev = static_cast<TraceEvent>(found - event_names.begin());
  record.key = text_of(object, "key");
  record.state = text_of(object, "state");
  record.mac = text_of(object, "mac");
  record.kind = text_of(object, "kind");
  record.src = text_of(object, "src");
  record.dst_mac = text_of(object, "dst_mac");
  record.flags = text_of(object, "flags");
  record.silent = object.contains("silent");
  record.slack = time_of(object, "slack").value_or(Duration{});
  record.earliest = time_of(object, "earliest");
  record.latest = time_of(object, "latest");
  record.late = time_of(object, "late").value_or(Duration{});
  return record;
}

}  // namespace

std::string_view to_string(TraceEvent event) noexcept { return event_names[static_cast<std::size_t>(event)]; }

std::string to_json(const TraceHeader& header) {
  ObjectWriter object;
  object.text("trace", header.runner);
  object.text("scenario", header.scenario);
  if (header.reachable_ipv4) object.time("reachable_ipv4_ms", *header.reachable_ipv4);
  if (header.reachable_ipv6) object.time("reachable_ipv6_ms", *header.reachable_ipv6);
  object.number("attempts", header.attempts);
  if (header.latest_step != Duration{}) object.time("latest_step_ms", header.latest_step);
  return std::move(object).take();
}

std::string to_json(const TraceRecord& record) {
  ObjectWriter object;
  object.time("t", record.t);
  object.text("ev", to_string(record.ev));
  object.text("key", record.key);
  object.text("state", record.state);
  object.text("mac", record.mac);
  object.text("kind", record.kind);
  object.text("src", record.src);
  object.text("dst_mac", record.dst_mac);
  object.text("flags", record.flags);
  if (record.silent) object.yes("silent");
  if (record.slack != Duration{}) object.time("slack", record.slack);
  if (record.earliest) object.time("earliest", *record.earliest);
  if (record.latest) object.time("latest", *record.latest);
  if (record.late != Duration{}) object.time("late", record.late);
  return std::move(object).take();
}

std::string to_json_lines(const Trace& trace) {
  std::string text = to_json(trace.header) + '\n';
  for (const TraceRecord& record : trace.records) text += to_json(record) + '\n';
  return text;
}

std::expected<Trace, Error> read_trace(std::string_view text, std::string_view name) {
  Trace trace;
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    ++number;
    if (line.empty()) continue;
    boost::system::error_code failed;
    const json::value value = json::parse({line.data(), line.size()}, failed);
    const auto wrong = [&](std::string_view why) {
      return std::unexpected(usage_error(fmt::format("{}:{}: {}", name, number, why)));
    };
    if (failed || !value.is_object()) return wrong("not a JSON object");
    const json::object& object = value.get_object();
    if (object.contains("trace")) {
      trace.header = header_of(object);
    } else if (auto record = record_of(object)) {
      trace.records.push_back(std::move(*record));
    } else {
      return wrong("not a record: it lacks `t`, or its `ev` is none");
    }
  }
  if (trace.header.runner.empty()) {
    return std::unexpected(usage_error(fmt::format("{}: no header: not a trace", name)));
  }
  return trace;
}

}  // namespace onlink::differential

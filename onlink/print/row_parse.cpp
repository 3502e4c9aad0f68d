// SPDX-License-Identifier: Apache-2.0
// The only file that includes Boost.JSON.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "onlink/print/row.hpp"

namespace onlink::inline v0 {
namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

// The value of a key that holds a string; nothing when there is none.
std::optional<std::string_view> text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return view(value->get_string());
}

template <class Enum, std::size_t N>
std::optional<Enum> enum_of(const std::array<Enum, N>& all, std::string_view word) {
  const auto found = std::ranges::find(all, word, [](Enum e) { return to_string(e); });
  return found == all.end() ? std::nullopt : std::optional{*found};
}

// Two digits and more, by position; RFC 3339 in UTC as to_rfc3339() writes it.
std::optional<SystemTime> parse_time(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00.000000Z";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t size) {
    unsigned value = 0;
    std::from_chars(text.data() + at, text.data() + at + size, value);
    return value;
  };
  using namespace std::chrono;
  const year_month_day date{year{static_cast<int>(number(0, 4))}, month{number(5, 2)}, day{number(8, 2)}};
  if (!date.ok()) return std::nullopt;
  return SystemTime{sys_days{date}.time_since_epoch() + hours{number(11, 2)} + minutes{number(14, 2)} +
                    seconds{number(17, 2)} + microseconds{number(20, 6)}};
}

std::optional<VlanStack> vlans_of(const json::object& object) {
  VlanStack stack;
  const json::value* list = object.if_contains("vlan");
  if (list == nullptr) return stack;
  if (!list->is_array()) return std::nullopt;
  for (const json::value& item : list->get_array()) {
    if (!item.is_object()) return std::nullopt;
    const auto tpid = text_of(item.get_object(), "tpid");
    const json::value* id = item.get_object().if_contains("id");
    const json::value* priority = item.get_object().if_contains("priority");
    const json::value* drop = item.get_object().if_contains("drop_eligible");
    if (!tpid || tpid->size() != 6 || id == nullptr || !id->is_int64()) return std::nullopt;
    std::uint16_t type = 0;
    std::from_chars(tpid->data() + 2, tpid->data() + 6, type, 16);
    auto tci = static_cast<std::uint16_t>(id->get_int64() & 0xfff);
    if (priority != nullptr && priority->is_int64())
      tci = static_cast<std::uint16_t>(tci | (priority->get_int64() & 7) << 13);
    if (drop != nullptr && drop->is_bool() && drop->get_bool()) tci |= 0x1000;
    if (!stack.push({EtherType{type}, tci})) return std::nullopt;
  }
  return stack;
}

// Sources are words of ours; others come out empty rather than as a dangling view.
std::string_view known_source(std::string_view word) {
  constexpr std::array<std::string_view, 6> sources{"ptr", "mdns", "llmnr", "netbios", "argument", "hosts"};
  const auto found = std::ranges::find(sources, word);
  return found == sources.end() ? std::string_view{} : *found;
}

void read_lists(const json::object& object, Row& row) {
  if (const json::value* names = object.if_contains("names"); names != nullptr && names->is_array()) {
    for (const json::value& item : names->get_array()) {
      if (!item.is_object()) continue;
      const auto name = text_of(item.get_object(), "name");
      if (name)
        row.names.push_back({std::string{*name}, known_source(text_of(item.get_object(), "source").value_or(""))});
    }
  }
  if (const json::value* notes = object.if_contains("notes"); notes != nullptr && notes->is_array()) {
    for (const json::value& item : notes->get_array()) {
      const auto kind = item.is_string() ? enum_of(all_note_kinds, view(item.get_string())) : std::nullopt;
      if (kind) row.notes.push_back({*kind, {}});
    }
  }
}

}  // namespace

std::expected<Row, Error> parse_row(std::string_view text) {
  json::error_code failure;
  const json::value parsed = json::parse({text.data(), text.size()}, failure);
  if (failure || !parsed.is_object()) return std::unexpected(usage_error("not a JSON object"));
  const json::object& object = parsed.get_object();
  const auto wrong = [](std::string_view key) {
    return std::unexpected(usage_error(fmt::format("\"{}\" is missing or wrong", key)));
  };
  Row row;
  const auto kind = enum_of(all_row_kinds, text_of(object, "kind").value_or(""));
  if (!kind) return wrong("kind");
  row.kind = *kind;
  if (const auto time = text_of(object, "time")) {
    row.time = parse_time(*time);
    if (!row.time) return wrong("time");
  }
  if (const auto ip = text_of(object, "ip")) {
    const auto address = parse_ip(*ip);
    if (!address) return wrong("ip");
    row.ip = *address;
  }
  if (const auto mac = text_of(object, "mac")) {
    const auto address = parse_mac(*mac);
    if (!address) return wrong("mac");
    row.mac = *address;
  }
  const auto vlans = vlans_of(object);
  if (!vlans) return wrong("vlan");
  row.vlans = *vlans;
  row.interface = text_of(object, "interface").value_or("");
  row.vendor = text_of(object, "vendor").value_or("");
  if (const json::value* rtt = object.if_contains("rtt_ms"); rtt != nullptr && rtt->is_number()) {
    row.round_trip = std::chrono::round<Duration>(std::chrono::duration<double, std::milli>(rtt->to_number<double>()));
  }
  read_lists(object, row);
  return row;
}

}  // namespace onlink::inline v0

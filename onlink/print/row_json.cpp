// SPDX-License-Identifier: Apache-2.0
// Rows as JSON objects. Written by hand: the object is flat, and Boost.JSON writes 0.312 as 3.12E-1, which people and
// some tools stumble over (docs/decisions/003-json.md). Reading is Boost.JSON's: row_parse.cpp.
#include <fmt/format.h>

#include <iterator>

#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0 {
namespace {

class ObjectWriter {
 public:
  ObjectWriter() { text_.reserve(usual_size); }

  // Keys are ours: plain words.
  std::string& key(std::string_view name) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += name;
    text_ += "\":";
    return text_;
  }
  void string(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  // Milliseconds, to the nanosecond, without zeros at the end: 0.312, 12, 1500.25.
  void milliseconds(std::string_view name, Duration value) {
    const bool negative = value.count() < 0;
    const std::uint64_t nanos =
        negative ? 0 - static_cast<std::uint64_t>(value.count()) : static_cast<std::uint64_t>(value.count());
    std::string digits = fmt::format("{}{}.{:06}", negative ? "-" : "", nanos / 1'000'000, nanos % 1'000'000);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
    key(name) += digits;
  }
  std::string take() && {
    if (text_.empty()) text_ = "{";
    text_ += '}';
    return std::move(text_);
  }

 private:
  static constexpr std::size_t usual_size = 320;

  std::string text_;
};

template <class List, class Append>
void append_array(std::string& out, const List& list, Append append) {
  out += '[';
  bool first = true;
  for (const auto& item : list) {
    if (!std::exchange(first, false)) out += ',';
    append(out, item);
  }
  out += ']';
}

void append_vlans(std::string& out, const VlanStack& vlans) {
  append_array(out, vlans, [](std::string& to, const VlanTag& tag) {
    fmt::format_to(std::back_inserter(to), R"({{"tpid":"0x{:04x}","id":{},"priority":{},"drop_eligible":{}}})",
                   static_cast<unsigned>(tag.tpid), tag.id(), tag.priority(), tag.drop_eligible());
  });
}

struct FieldWriter {
  ObjectWriter& object;
  std::string_view key;

  void operator()(bool value) const { object.key(key) += value ? "true" : "false"; }
  void operator()(std::uint64_t value) const { object.key(key) += std::to_string(value); }
  void operator()(double value) const { object.key(key) += fmt::format("{}", value); }
  void operator()(const std::string& value) const { object.string(key, value); }
  void operator()(const IpAddress& value) const { object.string(key, to_string(value)); }
  void operator()(const MacAddress& value) const { object.string(key, to_string(value)); }
  void operator()(Duration value) const { object.milliseconds(key, value); }
  void operator()(const std::vector<std::string>& value) const {
    append_array(object.key(key), value,
                 [](std::string& out, const std::string& item) { append_json_string(out, item); });
  }
};

}  // namespace

std::string to_json(const Row& row) {
  ObjectWriter object;
  object.string("kind", to_string(row.kind));
  if (row.time) object.string("time", to_rfc3339(*row.time));
  if (!row.interface.empty()) object.string("interface", row.interface);
  if (!row.vlans.empty()) append_vlans(object.key("vlan"), row.vlans);
  if (row.ip) {
    object.string("family", to_string(row.ip->family()));
    object.string("ip", to_string(*row.ip));
  }
  if (row.mac) object.string("mac", to_string(*row.mac));
  if (!row.vendor.empty()) object.string("vendor", row.vendor);
  if (row.round_trip) object.milliseconds("rtt_ms", *row.round_trip);
  if (!row.names.empty()) {
    append_array(object.key("names"), row.names, [](std::string& out, const HostName& name) {
      out += "{\"name\":";
      append_json_string(out, name.name);
      out += ",\"source\":";
      append_json_string(out, name.source);
      out += '}';
    });
  }
  if (!row.notes.empty()) {
    append_array(object.key("notes"), row.notes,
                 [](std::string& out, const Note& note) { append_json_string(out, to_string(note.kind)); });
  }
  for (const Field& field : row.fields) std::visit(FieldWriter{object, field.key}, field.value);
  return std::move(object).take();
}

}  // namespace onlink::inline v0

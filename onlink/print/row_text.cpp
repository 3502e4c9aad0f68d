// SPDX-License-Identifier: Apache-2.0
// Rows as aligned text and as CSV.
#include <fmt/compile.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0 {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

constexpr std::string_view gap = "  ";
// Some makers' names would push all else off a terminal's edge; JSON and CSV have them whole.
constexpr std::size_t vendor_columns = 32;

std::string joined_names(const Row& row, std::string_view separator) {
  std::string text;
  for (const HostName& name : row.names) {
    if (!text.empty()) text += separator;
    text += printable(name.name);
  }
  return text;
}

std::string joined_notes(const Row& row) {
  std::string text = row.vlans.empty() ? std::string{} : fmt::format("vlan {}", row.vlans);
  for (const Note& note : row.notes) {
    if (!text.empty()) text += ", ";
    text += to_string(note.kind);
    if (!note.detail.empty()) (text += ' ') += printable(note.detail);
  }
  return text;
}

// Red: two owners or a mover; yellow: worth a look. One colour a line, on the notes alone, so that the data stays
// plain.
std::string_view note_color(const Row& row) {
  const auto has = [&](std::initializer_list<NoteKind> kinds) {
    return std::ranges::any_of(row.notes,
                               [&](const Note& n) { return std::ranges::find(kinds, n.kind) != kinds.end(); });
  };
  if (has({NoteKind::conflict, NoteKind::moved, NoteKind::cache_differs})) return "\x1b[1;31m";
  if (has({NoteKind::proxy, NoteKind::late, NoteKind::group_mac, NoteKind::gone})) return "\x1b[33m";
  return {};
}

std::string csv_value(const FieldValue& value) {
  return std::visit(
      Overloaded{[](bool v) { return std::string{v ? "true" : "false"}; },
                 [](std::uint64_t v) { return std::to_string(v); }, [](double v) { return fmt::format("{}", v); },
                 [](const std::string& v) { return printable(v); }, [](const IpAddress& v) { return to_string(v); },
                 [](const MacAddress& v) { return to_string(v); },
                 [](Duration v) { return fmt::format("{:.3f}", to_seconds(v) * 1000); },
                 [](const std::vector<std::string>& v) { return printable(fmt::format("{}", fmt::join(v, " "))); }},
      value);
}

// RFC 4180: quotes around a value with a comma, a quote or a line break; quotes inside are doubled.
void append_csv(std::string& line, std::string_view value) {
  if (!line.empty()) line += ',';
  if (value.find_first_of(",\"\r\n") == std::string_view::npos && !value.empty()) {
    line += value;
    return;
  }
  if (value.empty()) return;
  line += '"';
  for (const char c : value) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

// Unknown vendors of locally administered addresses are no gap in the registry.
std::string vendor_cell(const Row& row) {
  if (!row.vendor.empty()) return shortened(printable(row.vendor), vendor_columns);
  return row.mac && row.mac->is_locally_administered() ? "(locally administered)" : "-";
}

// A cell padded to its column; the next cell starts behind the gap.
void append_cell(std::string& line, std::string_view text, std::size_t width) {
  line += text;
  const std::size_t used = display_width(text);
  if (used < width) line.append(width - used, ' ');
  line += gap;
}

}  // namespace

std::string duration_text(Duration duration) {
  const double seconds = to_seconds(duration);
  return seconds < 1 ? fmt::format(FMT_COMPILE("{:.3f} ms"), seconds * 1000)
                     : fmt::format(FMT_COMPILE("{:.3f} s"), seconds);
}

std::string to_rfc3339(SystemTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::microseconds>(time - day)};
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

RowPrinter::RowPrinter(TextWriter& out, RowStyle style) : out_(out), style_(std::move(style)) {
  widths_.ip = sizeof("255.255.255.255") - 1;
  widths_.mac = sizeof("00:00:00:00:00:00") - 1;
}

void RowPrinter::measure(const Row& row) {
  if (style_.format != RowFormat::text) return;
  const auto widen = [](std::size_t& width, std::size_t to) { width = std::max(width, to); };
  if (row.ip) widen(widths_.ip, to_string(*row.ip).size());
  if (!row.text.empty()) return;
  widen(widths_.vendor, display_width(vendor_cell(row)));
  if (row.round_trip) widen(widths_.round_trip, duration_text(*row.round_trip).size());
  if (style_.names) widen(widths_.names, display_width(joined_names(row, " ")));
}

void RowPrinter::print(const Row& row) {
  switch (style_.format) {
    case RowFormat::json:
      out_.write(to_json(row) + '\n');
      break;
    case RowFormat::csv:
      print_csv(row);
      break;
    case RowFormat::text:
      print_text(row);
      break;
  }
}

void RowPrinter::print_text(const Row& row) {
  measure(row);
  const std::string_view color = style_.color ? note_color(row) : std::string_view{};
  const auto painted = [color](std::string text) {
    return color.empty() || text.empty() ? text : fmt::format("{}{}\x1b[0m", color, text);
  };
  std::string line;
  if (row.ip) append_cell(line, to_string(*row.ip), widths_.ip);
  const std::string names = joined_names(row, " ");
  if (!row.text.empty()) {  // words of its own, which say what the notes would
    line += painted(printable(row.text));
    if (!names.empty()) line += fmt::format("{}{}", gap, names);
    return out_.print_line("{}", line);
  }
  append_cell(line, row.mac ? to_string(*row.mac) : std::string{"-"}, widths_.mac);
  append_cell(line, vendor_cell(row), widths_.vendor);
  if (widths_.round_trip != 0) {
    const std::string time = row.round_trip ? duration_text(*row.round_trip) : std::string{};
    line.append(widths_.round_trip - time.size(), ' ');
    append_cell(line, time, 0);
  }
  if (!names.empty() || style_.names) append_cell(line, names, widths_.names);
  line += painted(joined_notes(row));
  line.erase(line.find_last_not_of(' ') + 1);
  out_.write(line += '\n');
}

void RowPrinter::print_csv(const Row& row) {
  if (!header_written_) {
    header_written_ = true;
    out_.print_line("kind,time,interface,vlan,family,ip,mac,vendor,rtt_ms,names,notes{}{}\r",
                    style_.csv_fields.empty() ? "" : ",", fmt::join(style_.csv_fields, ","));
  }
  std::string line{to_string(row.kind)};
  append_csv(line, row.time ? to_rfc3339(*row.time) : "");
  append_csv(line, printable(row.interface));
  append_csv(line, row.vlans.empty() ? "" : to_string(row.vlans));
  const auto family = std::ranges::find(row.fields, "family", &Field::key);
  append_csv(line, row.ip ? to_string(row.ip->family()) : family != row.fields.end() ? csv_value(family->value) : "");
  append_csv(line, row.ip ? to_string(*row.ip) : "");
  append_csv(line, row.mac ? to_string(*row.mac) : "");
  append_csv(line, printable(row.vendor));
  append_csv(line, row.round_trip ? csv_value(*row.round_trip) : "");
  append_csv(line, joined_names(row, " "));
  std::string notes;
  for (const Note& note : row.notes) notes += fmt::format("{}{}", notes.empty() ? "" : " ", to_string(note.kind));
  append_csv(line, notes);
  for (const std::string_view key : style_.csv_fields) {
    const auto field = std::ranges::find(row.fields, key, &Field::key);
    append_csv(line, field == row.fields.end() ? "" : csv_value(field->value));
  }
  out_.print_line("{}\r", line);
}

}  // namespace onlink::inline v0

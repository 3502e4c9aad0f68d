// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_change_print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "onlink/cli/cache_print.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/print/vendor.hpp"
#include "onlink/run/clock.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborChange;
using kernel::NeighborEntry;
using kernel::NoticeKind;

constexpr std::string_view fields[] = {"change", "state_before", "state",   "mac_before", "flags_before",
                                       "flags",  "netlink_port", "program", "reason",     "found_by_reading",
                                       "meaning"};
constexpr std::size_t state_columns = std::string_view("reachable -> stale").size();

std::string_view change_word(const NeighborChange& change) noexcept {
  switch (change.kind) {
    case NoticeKind::wanted:
      return "wanted";
    case NoticeKind::removed:
      return "removed";
    case NoticeKind::changed:
      break;
  }
  return change.before ? "changed" : "new";
}

std::string_view state_word(const NeighborEntry& entry) noexcept {
  return entry.proxy ? "proxied" : to_string(entry.state);
}

std::string state_cell(const NeighborChange& change) {
  const std::string_view last = state_word(change.entry());
  if (change.kind == NoticeKind::wanted) return fmt::format("{}, wanted", last);
  if (!change.after) return fmt::format("{} -> (removed)", last);
  if (!change.before) return fmt::format("(new) -> {}", last);
  const std::string_view first = state_word(*change.before);
  return first == last ? std::string(last) : fmt::format("{} -> {}", first, last);
}

std::string mac_word(const NeighborEntry& entry) {
  if (entry.mac) return to_string(*entry.mac);
  return entry.other_address.size() != 0 ? to_string(entry.other_address) : std::string("-");
}

bool moved(const NeighborChange& change) {
  return change.before && change.after && change.before->mac && change.after->mac &&
         *change.before->mac != *change.after->mac;
}

std::string mac_cell(const NeighborChange& change) {
  const std::string last = mac_word(change.entry());
  return moved(change) ? fmt::format("{} -> {}", *change.before->mac, last) : last;
}

std::string flags_cell(const NeighborChange& change) {
  const auto last = flag_words(change.entry());
  std::string text = fmt::format("{}", fmt::join(last, " "));
  if (!change.before || !change.after) return text;
  for (const std::string& gone : flag_words(*change.before)) {
    if (std::ranges::find(last, gone) == last.end()) text += fmt::format("{}no {}", text.empty() ? "" : " ", gone);
  }
  return text;
}

std::string time_of_day(SystemTime time) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm local{};
  ::localtime_r(&seconds, &local);
  const auto milliseconds =
      std::chrono::floor<std::chrono::milliseconds>(time - std::chrono::floor<std::chrono::seconds>(time)).count();
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec, milliseconds);
}

// Red: another station has the address; yellow: it is not to be reached.
std::string_view color_of(const NeighborChange& change) {
  if (moved(change)) return "\x1b[1;31m";
  return change.after && !change.after->proxy && change.after->state == NudState::failed ? "\x1b[33m"
                                                                                         : std::string_view{};
}

void add_flags(Row& row, std::string_view key, const NeighborEntry& entry) {
  if (auto words = flag_words(entry); !words.empty()) row.fields.push_back({key, std::move(words)});
}

void add_side(Row& row, const NeighborEntry& entry, bool before) {
  if (!entry.proxy) {
    row.fields.push_back({before ? "state_before" : "state", std::string(to_string(entry.state))});
  }
  if (before && entry.mac) row.fields.push_back({"mac_before", *entry.mac});
  add_flags(row, before ? "flags_before" : "flags", entry);
}

}  // namespace

ChangePrinter::ChangePrinter(Context& context, InterfaceNames& names, bool times)
    : context_(context),
      names_(names),
      times_(times),
      rows_(context.out, {.format = context.format, .csv_fields = {std::begin(fields), std::end(fields)}}),
      address_width_(std::string_view("255.255.255.255").size()) {}

Row ChangePrinter::row(const NeighborChange& change, const ChangeWords& words) {
  const NeighborEntry& last = change.entry();
  Row row{.kind = RowKind::neighbor_change, .time = wall_now(), .interface = names_.of(last.interface)};
  row.ip = last.address;
  row.mac = last.mac;
  if (last.mac) row.vendor = vendor_name(*last.mac);
  row.fields.push_back({"change", std::string(change_word(change))});
  if (change.before) add_side(row, *change.before, true);
  if (change.after) add_side(row, *change.after, false);
  if (change.sender != 0) row.fields.push_back({"netlink_port", std::uint64_t{change.sender}});
  if (!words.program.empty()) row.fields.push_back({"program", words.program});
  if (!words.english.empty()) row.fields.push_back({"reason", words.english});
  if (change.found_by_reading) row.fields.push_back({"found_by_reading", true});
  if (!words.meaning.empty()) row.fields.push_back({"meaning", words.meaning});
  return row;
}

void ChangePrinter::print_text(const NeighborChange& change, const ChangeWords& words) {
  const std::string address = to_string(change.entry().address);
  address_width_ = std::max(address_width_, address.size());
  const std::string_view color = context_.color ? color_of(change) : std::string_view{};
  std::string line = times_ ? time_of_day(wall_now()) + "  " : std::string{};
  line += fmt::format("{:<{}}  {}  {}{:<{}}  {}{}", address, address_width_, names_.of(change.entry().interface), color,
                      state_cell(change), state_columns, mac_cell(change), color.empty() ? "" : "\x1b[0m");
  if (const std::string flags = flags_cell(change); !flags.empty()) line += "  " + flags;
  if (!words.reason.empty()) line += "  " + printable(words.reason);
  context_.out.print_line("{}", line);
  if (!words.meaning.empty()) context_.out.print_line("    {}", words.meaning);
}

void ChangePrinter::print(const NeighborChange& change, const ChangeWords& words) {
  if (context_.quiet) return;
  if (context_.format == RowFormat::text) {
    print_text(change, words);
  } else {
    rows_.print(row(change, words));
  }
}

}  // namespace onlink::inline v0::cli

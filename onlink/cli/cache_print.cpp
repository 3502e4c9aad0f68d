// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_print.hpp"

#include <fmt/compile.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "onlink/cli/cache_explain.hpp"
#include "onlink/print/event_words.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/print/vendor.hpp"
#include "onlink/run/clock.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEntry;

constexpr std::string_view gap = "  ";
constexpr std::size_t vendor_columns = 32;
constexpr std::size_t mac_columns = 17;
constexpr std::size_t state_columns = sizeof("incomplete") - 1;
constexpr std::size_t age_columns = sizeof("CONFIRMED") - 1;

struct FlagWord {
  bool NeighborEntry::* flag;
  std::string_view word;
};
constexpr FlagWord flags[] = {
    {&NeighborEntry::router, "router"},
    {&NeighborEntry::proxy, "proxy"},
    {&NeighborEntry::managed, "managed"},
    {&NeighborEntry::use, "use"},
    {&NeighborEntry::externally_learned, "extern-learn"},
    {&NeighborEntry::externally_validated, "extern-valid"},
    {&NeighborEntry::offloaded, "offloaded"},
};

constexpr std::string_view fields[] = {"state",  "confirmed_ms", "used_ms",  "updated_ms",
                                       "probes", "flags",        "protocol", "link_layer_address"};

void append_number(std::string& out, unsigned value) {
  if (value >= 100) out += static_cast<char>('0' + value / 100);
  if (value >= 10) out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

void append_address(std::string& out, const IpAddress& address) {
  if (address.is_ipv6()) {
    out += to_string(address.ipv6());
    return;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (i != 0) out += '.';
    append_number(out, address.octets()[i]);
  }
}

void append_mac(std::string& out, const MacAddress& mac) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < mac.octets.size(); ++i) {
    if (i != 0) out += ':';
    out += digits[mac.octets[i] >> 4];
    out += digits[mac.octets[i] & 0xf];
  }
}

void append_link_layer_address(std::string& out, const NeighborEntry& entry) {
  if (entry.mac) {
    append_mac(out, *entry.mac);
  } else if (entry.other_address.size() != 0) {
    out += to_string(entry.other_address);
  } else {
    out += '-';
  }
}

// Registry names are plain ASCII but for a few.
std::string_view vendor_of(const NeighborEntry& entry, std::string& longer_lived) {
  if (!entry.mac) return "-";
  const std::string_view name = vendor_name(*entry.mac);
  if (name.empty()) {
    if (entry.mac->is_broadcast()) return "(broadcast)";
    if (entry.mac->is_group()) return "(multicast)";
    return entry.mac->is_locally_administered() ? "(locally administered)" : "-";
  }
  if (name.size() <= vendor_columns && std::ranges::all_of(name, [](char c) { return c >= ' ' && c < 0x7f; })) {
    return name;
  }
  longer_lived = shortened(printable(name), vendor_columns);
  return longer_lived;
}

void pad(std::string& line, std::size_t used, std::size_t width) {
  if (used < width) line.append(width - used, ' ');
  line += gap;
}

// Cells of one line, left or right in their columns.
class Line {
 public:
  explicit Line(std::string& text) : text_(text) {}

  void cell(std::string_view text, std::size_t columns, std::size_t width) {
    text_ += text;
    pad(text_, columns, width);
  }
  void cell(std::string_view text, std::size_t width) { cell(text, text.size(), width); }
  void right(std::string_view text, std::size_t width) {
    if (text.size() < width) text_.append(width - text.size(), ' ');
    text_ += text;
    text_ += gap;
  }
  // What `append` writes, as a cell.
  template <class Append>
  void written(std::size_t width, Append append) {
    const std::size_t start = text_.size();
    append(text_);
    pad(text_, text_.size() - start, width);
  }
  void end() {
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    text_ += '\n';
  }

 private:
  std::string& text_;
};

struct Widths {
  std::size_t address = sizeof("255.255.255.255") - 1;
  std::size_t mac = mac_columns;
  std::size_t vendor = sizeof("VENDOR") - 1;
  std::size_t interface = sizeof("INTERFACE") - 1;
};

Widths measure(std::span<const NeighborEntry> entries, InterfaceNames& names) {
  Widths widths;
  std::string scratch;
  int last_interface = -1;
  for (const NeighborEntry& entry : entries) {
    if (entry.address.is_ipv6()) widths.address = std::max(widths.address, to_string(entry.address).size());
    if (!entry.mac) widths.mac = std::max(widths.mac, 3 * entry.other_address.size());
    const std::string_view vendor = vendor_of(entry, scratch);
    widths.vendor = std::max(widths.vendor, vendor.data() == scratch.data() ? display_width(vendor) : vendor.size());
    if (entry.interface == last_interface) continue;
    last_interface = entry.interface;
    widths.interface = std::max(widths.interface, display_width(names.of(entry.interface)));
  }
  return widths;
}

void append_header(std::string& text, const Widths& widths) {
  Line line(text);
  line.cell("ADDRESS", widths.address);
  line.cell("MAC", widths.mac);
  line.cell("VENDOR", widths.vendor);
  line.cell("STATE", state_columns);
  line.right("CONFIRMED", age_columns);
  line.right("USED", age_columns);
  line.right("UPDATED", age_columns);
  line.right("PROBES", sizeof("PROBES") - 1);
  line.cell("INTERFACE", widths.interface);
  line.cell("FLAGS", 0);
  line.end();
}

void append_ages(Line& line, const NeighborEntry& entry, std::string& scratch) {
  for (const Duration age : {entry.ages.confirmed, entry.ages.used, entry.ages.updated}) {
    scratch.clear();
    append_age(scratch, age);
    line.right(entry.proxy ? "-" : scratch, age_columns);
  }
  scratch = entry.proxy ? "-" : std::to_string(entry.probes);
  line.right(scratch, sizeof("PROBES") - 1);
}

void append_entry(std::string& text, const NeighborEntry& entry, const Widths& widths, std::string_view interface) {
  Line line(text);
  std::string scratch;
  line.written(widths.address, [&](std::string& out) { append_address(out, entry.address); });
  line.written(widths.mac, [&](std::string& out) { append_link_layer_address(out, entry); });
  const std::string_view vendor = vendor_of(entry, scratch);
  line.cell(vendor, vendor.data() == scratch.data() ? display_width(vendor) : vendor.size(), widths.vendor);
  line.cell(entry.proxy ? "-" : to_string(entry.state), state_columns);
  append_ages(line, entry, scratch);
  line.cell(interface, display_width(interface), widths.interface);
  for (const FlagWord& flag : flags) {
    if (entry.*flag.flag) (text += flag.word) += ' ';
  }
  line.end();
}

}  // namespace

void append_age(std::string& out, Duration age) {
  using namespace std::chrono;
  const auto to = std::back_inserter(out);
  const std::uint64_t hundredths = static_cast<std::uint64_t>(std::max(age, Duration{}) / 10ms);
  const std::uint64_t all = hundredths / 100;
  if (hundredths < 100) {
    fmt::format_to(to, FMT_COMPILE("0.{:02}s"), hundredths);
  } else if (all < 10) {
    fmt::format_to(to, FMT_COMPILE("{}.{}s"), all, hundredths / 10 % 10);
  } else if (all < 60) {
    fmt::format_to(to, FMT_COMPILE("{}s"), all);
  } else if (all < 3600) {
    fmt::format_to(to, FMT_COMPILE("{}m{:02}s"), all / 60, all % 60);
  } else if (all < 86400) {
    fmt::format_to(to, FMT_COMPILE("{}h{:02}m"), all / 3600, all / 60 % 60);
  } else {
    fmt::format_to(to, FMT_COMPILE("{}d{:02}h"), all / 86400, all / 3600 % 24);
  }
}

std::string age_text(Duration age) {
  std::string out;
  append_age(out, age);
  return out;
}

std::vector<std::string> flag_words(const NeighborEntry& entry) {
  std::vector<std::string> words;
  for (const FlagWord& flag : flags) {
    if (entry.*flag.flag) words.emplace_back(flag.word);
  }
  return words;
}

std::span<const std::string_view> neighbor_fields() noexcept { return fields; }

Row neighbor_row(const NeighborEntry& entry, std::string_view interface, SystemTime time) {
  Row row{.kind = RowKind::neighbor, .time = time, .interface = std::string(interface), .ip = entry.address};
  row.mac = entry.mac;
  if (entry.mac) {
    row.vendor = vendor_name(*entry.mac);
    append_mac_notes(*entry.mac, row.notes);
  }
  if (!entry.proxy) {
    row.fields = {{"state", std::string(to_string(entry.state))},
                  {"confirmed_ms", entry.ages.confirmed},
                  {"used_ms", entry.ages.used},
                  {"updated_ms", entry.ages.updated},
                  {"probes", std::uint64_t{entry.probes}}};
  }
  if (auto words = flag_words(entry); !words.empty()) row.fields.push_back({"flags", std::move(words)});
  if (entry.protocol != 0) row.fields.push_back({"protocol", std::uint64_t{entry.protocol}});
  if (entry.other_address.size() != 0) {
    row.fields.push_back({"link_layer_address", to_string(entry.other_address)});
  }
  return row;
}

NeighborPrinter::NeighborPrinter(Context& context, InterfaceNames& names, Explain explain)
    : context_(context), names_(names), explain_(std::move(explain)) {}

void NeighborPrinter::print(std::span<const NeighborEntry> entries) {
  if (context_.quiet || entries.empty()) return;
  context_.format == RowFormat::text ? print_text(entries) : print_rows(entries);
}

void NeighborPrinter::print_text(std::span<const NeighborEntry> entries) {
  constexpr std::size_t enough = std::size_t{1} << 15;
  const Widths widths = measure(entries, names_);
  std::string text;
  text.reserve(enough + 1024);
  append_header(text, widths);
  for (const NeighborEntry& entry : entries) {
    append_entry(text, entry, widths, names_.of(entry.interface));
    if (explain_) text += fmt::format("    {}\n", explain_(entry));
    if (text.size() < enough) continue;
    context_.out.write(text);
    text.clear();
  }
  context_.out.write(text);
}

void NeighborPrinter::print_rows(std::span<const NeighborEntry> entries) {
  RowStyle style{.format = context_.format, .csv_fields = {std::begin(fields), std::end(fields)}};
  if (explain_) style.csv_fields.push_back("meaning");
  RowPrinter rows(context_.out, style);
  const SystemTime now = wall_now();
  for (const NeighborEntry& entry : entries) {
    Row row = neighbor_row(entry, names_.of(entry.interface), now);
    if (explain_) row.fields.push_back({"meaning", explain_(entry)});
    rows.print(row);
  }
}

std::expected<void, Error> print_entries(const Arguments& arguments, Context& context, kernel::Netlink& netlink,
                                         std::span<const NeighborEntry> entries) {
  InterfaceNames names(netlink);
  if (!arguments.given("explain")) {
    NeighborPrinter(context, names).print(entries);
    return {};
  }
  const auto explainer = Explainer::open(netlink);
  if (!explainer) return std::unexpected(explainer.error());
  const Language language = context.format == RowFormat::text ? context.language : Language::english;
  NeighborPrinter(context, names, [&](const NeighborEntry& entry) {
    return explainer->explain(entry, language);
  }).print(entries);
  return {};
}

}  // namespace onlink::inline v0::cli

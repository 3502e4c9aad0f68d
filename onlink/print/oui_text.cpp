// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/oui_text.hpp"

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

#include "onlink/print/mac_prefix.hpp"

namespace onlink::inline v0 {
namespace {

using Entries = std::expected<std::vector<OuiEntry>, Error>;

constexpr std::string_view blanks = " \t\r\n";

std::string_view trim(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<std::uint64_t> parse_hex(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::unexpected<Error> bad_line(std::string_view source, std::size_t line, std::string_view what) {
  return std::unexpected(usage_error(std::string(source) + ":" + std::to_string(line) + ": " + std::string(what)));
}

// How many bytes the UTF-8 sequence at the front has, 0 when it is not one.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  if (length > text.size()) return 0;
  const bool continued = std::ranges::all_of(text.substr(std::min<std::size_t>(1, length), length ? length - 1 : 0),
                                             [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; });
  return continued ? length : 0;
}

// One field of a CSV record (RFC 4180), and the text moved behind it. A quoted field may hold commas and line ends.
std::string take_csv_field(std::string_view& rest) {
  std::string field;
  if (!rest.starts_with('"')) {
    const std::size_t end = std::min(rest.find_first_of(",\n"), rest.size());
    field = rest.substr(0, end);
    rest.remove_prefix(end);
    return field;
  }
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '"') {
      field += c;
    } else if (rest.starts_with('"')) {
      field += c;
      rest.remove_prefix(1);
    } else {
      break;
    }
  }
  return field;
}

std::vector<std::string> take_csv_record(std::string_view& rest) {
  std::vector<std::string> fields{take_csv_field(rest)};
  while (rest.starts_with(',')) {
    rest.remove_prefix(1);
    fields.push_back(take_csv_field(rest));
  }
  rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  return fields;
}

// Registry,Assignment,Organization Name,Organization Address
Entries parse_ieee_csv(std::string_view text, std::string_view source) {
  std::vector<OuiEntry> entries;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t offset = text.size() - rest.size();
    const std::vector<std::string> fields = take_csv_record(rest);
    if (fields.size() == 1 && trim(fields[0]).empty()) continue;
    if (fields.front() == "Registry") continue;
    const std::string_view digits = fields.size() < 3 ? std::string_view{} : trim(fields[1]);
    const auto prefix = parse_hex(digits);
    if (!prefix || digits.size() > 12) {
      const auto line = static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n')) + 1;
      return bad_line(source, line, "no assignment in hex digits in the second column");
    }
    const auto bits = static_cast<std::uint8_t>(digits.size() * 4);
    entries.push_back({*prefix, bits, clean_vendor_name(fields[2])});
  }
  return entries;
}

template <class Visit>
std::expected<void, Error> for_each_line(std::string_view text, Visit visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto seen = visit(number, text.substr(0, end)); !seen) return seen;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

// "900000-9FFFFF" behind an OUI: what the low 24 bits of the block start with, and how long the prefix is.
std::optional<OuiEntry> block_of(std::uint64_t oui, std::string_view range) {
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return OuiEntry{oui, 24, {}};
  const auto first = parse_hex(range.substr(0, dash));
  const auto last = parse_hex(range.substr(dash + 1));
  if (!first || !last || *last < *first || *last > 0xffffff) return std::nullopt;
  const auto free_bits = static_cast<unsigned>(std::bit_width(*first ^ *last));
  return OuiEntry{(oui << 24 | *first) >> free_bits, static_cast<std::uint8_t>(48 - free_bits), {}};
}

// A block of lines per registration; only two of them matter, the others are the address:
//   74-1A-E0   (hex)		Private
//   900000-9FFFFF     (base 16)		Private
Entries parse_ieee_text(std::string_view text, std::string_view source) {
  std::vector<OuiEntry> entries;
  std::optional<std::uint64_t> oui;
  const auto take = [&](std::size_t number, std::string_view line) -> std::expected<void, Error> {
    constexpr std::string_view hex_mark = "(hex)";
    constexpr std::string_view base_mark = "(base 16)";
    if (const std::size_t at = line.find(hex_mark); at != std::string_view::npos) {
      std::string digits(trim(line.substr(0, at)));
      std::erase(digits, '-');
      oui = digits.size() == 6 ? parse_hex(digits) : std::nullopt;
      if (!oui) return bad_line(source, number, "no OUI in front of (hex)");
    } else if (const std::size_t base = line.find(base_mark); base != std::string_view::npos) {
      auto entry = oui ? block_of(*oui, trim(line.substr(0, base))) : std::nullopt;
      if (!entry) return bad_line(source, number, "no block of an OUI in front of (base 16)");
      entry->name = clean_vendor_name(line.substr(base + base_mark.size()));
      entries.push_back(*std::move(entry));
    }
    return {};
  };
  if (const auto done = for_each_line(text, take); !done) return std::unexpected(done.error());
  return entries;
}

// What stands behind the prefix: manuf has a short name, a tab and the full one (older files: "Xerox # XEROX
// CORPORATION"), the others the name only.
std::string name_column(std::string_view rest) {
  rest = trim(rest);
  if (const std::size_t tab = rest.find('\t'); tab != std::string_view::npos) {
    const std::string full = clean_vendor_name(rest.substr(rest.find_last_of('\t') + 1));
    return full.empty() ? clean_vendor_name(rest.substr(0, tab)) : full;
  }
  const std::size_t comment = rest.find(" # ");
  return clean_vendor_name(comment == std::string_view::npos ? rest : rest.substr(comment + 3));
}

Entries parse_prefix_lines(std::string_view text, std::string_view source) {
  std::vector<OuiEntry> entries;
  const auto take = [&](std::size_t number, std::string_view line) -> std::expected<void, Error> {
    line = trim(line);
    if (line.empty() || line.starts_with('#')) return {};
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    const auto prefix = parse_mac_prefix(line.substr(0, end));
    if (!prefix) return bad_line(source, number, prefix.error().context);
    std::string name = name_column(line.substr(end));
    if (name.empty()) return bad_line(source, number, "no name behind the prefix");
    entries.push_back({prefix->address.value() >> (48 - prefix->bits), prefix->bits, std::move(name)});
    return {};
  };
  if (const auto done = for_each_line(text, take); !done) return std::unexpected(done.error());
  return entries;
}

}  // namespace

std::string clean_vendor_name(std::string_view raw) {
  std::string name;
  bool blank = false;
  while (!raw.empty()) {
    const std::size_t length = utf8_length(raw);
    const std::string_view taken = raw.substr(0, std::max<std::size_t>(length, 1));
    raw.remove_prefix(taken.size());
    const auto first = static_cast<unsigned char>(taken.front());
    const bool c1_control = length == 2 && first == 0xc2 && static_cast<unsigned char>(taken[1]) < 0xa0;
    if (length == 0 || first <= 0x20 || first == 0x7f || c1_control) {
      blank = true;
      continue;
    }
    if (blank && !name.empty()) name += ' ';
    blank = false;
    name += taken;
  }
  return name;
}

std::expected<std::vector<OuiEntry>, Error> parse_oui_text(std::string_view text, std::string_view source) {
  if (constexpr std::string_view byte_order_mark = "\xef\xbb\xbf"; text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  auto entries = text.starts_with("Registry,")                      ? parse_ieee_csv(text, source)
                 : text.find("(base 16)") != std::string_view::npos ? parse_ieee_text(text, source)
                                                                    : parse_prefix_lines(text, source);
  if (entries && entries->empty()) {
    return std::unexpected(
        usage_error(std::string(source) +
                    ": no vendor in it (an IEEE CSV or oui.txt, a Wireshark manuf, or lines of prefix and name)"));
  }
  return entries;
}

}  // namespace onlink::inline v0

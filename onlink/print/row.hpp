// SPDX-License-Identifier: Apache-2.0
// The one record that every command prints, and its three forms: an aligned line of text, a JSON object, a CSV line.
// The fields and what each kind of row carries are described in docs/formats.md and docs/schema.json; a test holds them
// together.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/print/text_writer.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

enum class RowKind : std::uint8_t {
  answer,           // somebody answered for the address
  silent,           // nobody did, in all tries
  free,             // nobody did, and it was a probe: the address may be taken
  off_link,         // not asked: the route leads over a next hop
  own,              // not asked: the address is this host's
  host,             // an address found on the link
  change,           // a difference between two scans
  conflict,         // an address with several owners, all of them
  vendor,           // what a MAC address itself tells
  lan,              // a virtual LAN
  neighbor,         // a row of the kernel's neighbour table
  neighbor_change,  // such a row before and after
  parameter,        // a setting of the kernel's about neighbours
  served,           // somebody asked for an address of ours
  ping,             // an echo request of ours was answered
  ping_failed,      // it was not
  ping_statistics,  // all pings of one target
  announced,        // a frame that tells the link unasked where an address, or a MAC, is
  ready,            // an address is claimed: it may be used
  defended,         // somebody else uses it, and was told whose it is
  lost,             // it is claimed no longer
  summary,          // the counts at the end of a run
};
inline constexpr std::array all_row_kinds{
    RowKind::answer,      RowKind::silent,          RowKind::free,      RowKind::off_link, RowKind::own,
    RowKind::host,        RowKind::change,          RowKind::conflict,  RowKind::vendor,   RowKind::lan,
    RowKind::neighbor,    RowKind::neighbor_change, RowKind::parameter, RowKind::served,   RowKind::ping,
    RowKind::ping_failed, RowKind::ping_statistics, RowKind::announced, RowKind::ready,    RowKind::defended,
    RowKind::lost,        RowKind::summary};
[[nodiscard]] std::string_view to_string(RowKind kind) noexcept;  // the "kind" of the JSON object

enum class NoteKind : std::uint8_t {
  conflict,         // several MACs answer for one address
  repeat,           // the same MAC answered one request again
  late,             // the answer came after the time to wait for it
  proxy,            // one MAC answers for many addresses, or for an address that is another's
  random_mac,       // locally administered
  virtual_router,   // VRRP, HSRP, GLBP, CARP
  group_mac,        // a multicast or broadcast address where a station's should stand
  gateway,          // next hop of a route
  router,           // says so itself (R flag of its neighbor advertisement)
  own,              // this host
  moved,            // another MAC than before
  appeared,         // not there before
  gone,             // there before
  other_sender,     // the frame came from another MAC than the one it names
  contender,        // it does not have the address, it is probing for it too
  virtual_machine,  // a hypervisor or container runtime made the MAC
  cache_differs,    // the kernel's neighbour table holds another MAC
};
inline constexpr std::array all_note_kinds{
    NoteKind::conflict,        NoteKind::repeat,       NoteKind::late,    NoteKind::proxy,        NoteKind::random_mac,
    NoteKind::virtual_router,  NoteKind::group_mac,    NoteKind::gateway, NoteKind::router,       NoteKind::own,
    NoteKind::moved,           NoteKind::appeared,     NoteKind::gone,    NoteKind::other_sender, NoteKind::contender,
    NoteKind::virtual_machine, NoteKind::cache_differs};
[[nodiscard]] std::string_view to_string(NoteKind note) noexcept;  // "conflict", "random-mac": JSON, CSV and text alike

struct Note {
  NoteKind kind = NoteKind::conflict;
  std::string detail{};  // text output only, behind the word: "with 02:00:00:00:00:04"
  bool operator==(const Note&) const = default;
};

struct HostName {
  std::string name;         // as it came from the network; printing makes it harmless
  std::string_view source;  // "ptr", "mdns", "llmnr", "netbios", "argument"
  bool operator==(const HostName&) const = default;
};

// What only some kinds of row have. Keys are snake_case; a Duration's key ends in _ms and its value is milliseconds.
using FieldValue =
    std::variant<bool, std::uint64_t, double, std::string, IpAddress, MacAddress, Duration, std::vector<std::string>>;
struct Field {
  std::string_view key;
  FieldValue value;
};

struct Row {
  RowKind kind = RowKind::answer;
  std::optional<SystemTime> time{};  // when it was seen
  std::string interface{};           // or the capture file's name under --read
  VlanStack vlans{};
  std::optional<IpAddress> ip{};
  std::optional<MacAddress> mac{};
  std::string vendor{};
  std::optional<Duration> round_trip{};
  std::vector<HostName> names{};
  std::vector<Note> notes{};
  std::string text{};           // words for the text form instead of MAC, vendor and round trip: "no answer", a verdict
  std::vector<Field> fields{};  // kind's own, in this order
};

enum class RowFormat : std::uint8_t { text, json, csv };

struct RowStyle {
  RowFormat format = RowFormat::text;
  bool color = false;
  bool names = false;                          // text: a column for names
  std::vector<std::string_view> csv_fields{};  // CSV: keys of `fields` that get a column, behind the common ones
};

// Prints rows one by one. Text columns only ever widen; a caller that has all rows at hand measures them first.
// Whatever came from the network cannot move the cursor, change colours or break a line.
class RowPrinter {
 public:
  explicit RowPrinter(TextWriter& out, RowStyle style = {});

  void measure(const Row& row);
  void print(const Row& row);
  [[nodiscard]] RowFormat format() const noexcept { return style_.format; }

 private:
  struct Widths {
    std::size_t ip = 0, mac = 0, vendor = 0, round_trip = 0, names = 0;
  };
  void print_text(const Row& row);
  void print_csv(const Row& row);

  TextWriter& out_;
  RowStyle style_;
  Widths widths_;
  bool header_written_ = false;
};

// One JSON object without a line end.
[[nodiscard]] std::string to_json(const Row& row);
// Reads to_json()'s object back, for files that a run saved: time, interface, vlan, ip, mac, vendor, rtt, names, notes.
// A kind's own fields are left out. Errors (usage) say what is wrong with the text; unknown keys are ignored.
[[nodiscard]] std::expected<Row, Error> parse_row(std::string_view json);

[[nodiscard]] std::string duration_text(Duration duration);  // "0.312 ms", "1.204 s": milliseconds below a second
[[nodiscard]] std::string to_rfc3339(SystemTime time);       // "2026-11-22T16:45:33.123456Z"

}  // namespace onlink::inline v0

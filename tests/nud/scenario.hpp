// SPDX-License-Identifier: Apache-2.0
// A scenario: what happens to one interface of a host, step by step, written in the language of docs/scenarios.md and
// run twice, by the kernel (kernel_runner.hpp) and by the engine (engine_runner.hpp). Everything that the text leaves
// to defaults is filled in when it is parsed: a runner sees addresses, octets and times only.
//
// The world of every scenario: host A's interface 1, MAC 02:00:00:00:00:0a, one end of a link whose other end is the
// peer, which has no addresses of its own and is all other stations at once. Interface 2, where asked for, is A's too,
// up, and nobody answers on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/nud_state.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"

namespace onlink::differential {

// The station called by a letter in scripts: A, B, ... Z is 02:00:00:00:00:0a and on.
[[nodiscard]] constexpr MacAddress station_mac(char letter) noexcept {
  return {{0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(0x0a + (letter - 'A'))}};
}
inline constexpr MacAddress host_mac = station_mac('A');           // interface 1
inline constexpr MacAddress second_mac{{0x02, 0, 0, 0, 1, 0x0a}};  // interface 2
inline constexpr MacAddress peer_mac = station_mac('B');

// Writes to /proc/sys. In `path` IFACE stands for interface 1's name and IFACE2 for interface 2's:
// "net/ipv4/neigh/IFACE/retrans_time_ms".
struct SysctlStep {
  std::string path;
  std::string value;
};

// Datagrams to UDP port 9 from a socket that is bound, connected and hears of errors; or a TCP connection to it. One
// socket for a destination and source, from its first use to the end of the run.
struct SendStep {
  IpAddress to;             // with `targets` N: the first of N consecutive destinations
  std::string data = "x";   // the datagram's text; with `count` N: data1, data2, ... dataN
  std::uint32_t count = 1;  // to each destination
  std::uint32_t targets = 1;
  std::size_t size = 0;             // of the datagram's payload; what is more than the text is zeros
  std::optional<IpAddress> from{};  // bound to it
  bool confirm = false;             // MSG_CONFIRM
  bool tcp = false;                 // connect() without blocking, instead of a datagram

  [[nodiscard]] std::string label(std::uint32_t number) const {  // of the datagram `number`, from 1
    return count == 1 ? data : data + std::to_string(number);
  }
};

// The peer puts a frame on the link.
struct FrameStep {
  std::vector<std::byte> bytes;
};

// RTM_NEWNEIGH and RTM_DELNEIGH, with the flags that `ip neigh VERB` gives them.
enum class AdminAction : std::uint8_t { add, change, replace, remove };
struct AdminStep {
  AdminAction action = AdminAction::add;
  IpAddress address;  // with `count` N: the first of N consecutive addresses
  std::uint32_t count = 1;
  std::optional<MacAddress> mac{};
  std::optional<NudState> state{};  // none: PERMANENT, or with `use` or `managed` NUD_NONE, as ip(8) has it
  bool router = false;
  bool use = false;
  bool managed = false;
  bool externally_learned = false;
};

struct CarrierStep {  // the peer's end goes up or down
  bool up = true;
};
struct LinkStep {  // interface 1 is set up or down
  bool up = true;
};
struct MacStep {  // interface 1 gets another MAC, while up
  MacAddress mac;
};
struct ArpStep {  // IFF_NOARP of interface 1
  bool on = true;
};

enum class AddressScope : std::uint8_t { global, link, host };
struct AddressStep {
  bool add = true;
  Prefix prefix;
  int interface = 1;  // 1, 2, or 0 for lo
  AddressScope scope = AddressScope::global;
  bool check = false;       // IPv6: with duplicate address detection; otherwise IFA_F_NODAD
  bool optimistic = false;  // IPv6: IFA_F_OPTIMISTIC
};
struct RouteStep {
  bool add = true;
  Prefix destination;
  std::optional<IpAddress> gateway{};
  int interface = 1;
  std::uint32_t metric = 0;
};
struct ProxyStep {  // `ip neigh add proxy`
  bool add = true;
  IpAddress address;
};

// From now on the peer answers ARP requests and Neighbor Solicitations for the address, those to a group and those to
// itself; never a duplicate address detection probe.
struct AnswerStep {
  IpAddress address;
  MacAddress mac;
  bool on = true;
  Duration delay{};     // before the answer leaves
  bool router = false;  // R in Neighbor Advertisements
};

// From now on the peer sends every duplicate address detection probe straight back, as a looped link does.
struct ReflectStep {
  bool on = true;
};
// The entry's state is looked up and recorded, an absent one as "absent".
struct StateStep {
  IpAddress address;
};
// The run is over; what would come later is not recorded. Always the last step.
struct EndStep {};

using Action = std::variant<SysctlStep, SendStep, FrameStep, AdminStep, CarrierStep, LinkStep, MacStep, ArpStep,
                            AddressStep, RouteStep, ProxyStep, AnswerStep, ReflectStep, StateStep, EndStep>;

struct Step {
  Duration at{};  // from the start
  Action action;
  std::string text;  // as written, blanks normalised: "send 10.0.0.2 x"
  std::uint32_t line = 0;
};

struct Scenario {
  std::string name;                 // the file's, without ".nud"
  std::string family;               // for counting: "ipv4", "ipv6", or what `group` names
  std::string title;                // what is shown, one line
  std::vector<std::string> covers;  // "N-026", ...
  std::string differs;              // why kernel and engine are known to differ, with the source; empty: they do not
  bool ipv4 = true;                 // which protocols interface 1 speaks; the other one is switched off
  bool ipv6 = false;
  bool alone = false;  // touches what all namespaces share (gc_thresh): no other run beside it
  int interfaces = 1;  // 2: A has a second one
  // The kernel's reachable time is drawn again until it is this one (by writing base_reachable_time_ms), so that runs
  // can be repeated; none: whatever was drawn.
  std::optional<Duration> reachable{};
  // Before the clock starts, unrecorded, in this order: sysctls; addresses; then interface 1 (and 2) is set up and both
  // ends have a carrier; then the rest, in the order written. The standard addresses (10.0.0.1/24; 2001:db8::1/64 and
  // fe80::ff:fe00:a/64) are among them unless the script says `addresses none`. The kernel makes none of its own
  // (addr_gen_mode none), sends no RS (router_solicitations 0), and checks none that does not ask for it.
  std::vector<Step> setup;
  std::vector<Step> steps;  // by time; those of the same time in the order written; the last is an EndStep

  [[nodiscard]] Duration length() const noexcept { return steps.empty() ? Duration{} : steps.back().at; }
};

// Errors are ErrorCode::usage, "FILE:LINE:COLUMN: what was found, what was expected".
[[nodiscard]] std::expected<Scenario, Error> parse_scenario(std::string_view text, std::string_view file);
[[nodiscard]] std::expected<Scenario, Error> load_scenario(const std::filesystem::path& file);

}  // namespace onlink::differential

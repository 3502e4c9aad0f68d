// SPDX-License-Identifier: Apache-2.0
// What a run of a scenario showed: frames that the host sent, states of its neighbours, errors that reached its
// sockets. Both runners write the same form, so that traces can be compared line by line. On disk: JSON lines, first
// the header.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"

namespace onlink::differential {

enum class TraceEvent : std::uint8_t {
  tx,     // the host sent a frame on interface 1
  state,  // an entry is in a state (new, changed, or with another MAC or router flag)
  del,    // an entry is gone; state and MAC are its last
  err,    // a socket or an administrator was told of an error: `kind` send, connect or admin, `flags` its errno
  miss,   // user space is asked to resolve (RTM_GETNEIGH broadcast)
  full,   // the neighbour table overflowed
  poll,   // what a `state` step found
  step,   // a step of the script was executed; shown, not compared
};
[[nodiscard]] std::string_view to_string(TraceEvent event) noexcept;

// How often the kernel's runner looks at its neighbour table, at least.
inline constexpr Duration poll_period = std::chrono::milliseconds{20};

// Text fields are empty where they say nothing. Addresses and MACs are in canonical form.
struct TraceRecord {
  Duration t{};  // from the start of the run
  TraceEvent ev = TraceEvent::tx;
  std::string key{};      // the neighbour's address: of a frame the one it asks about or goes to
  std::string state{};    // "incomplete", "reachable", ...; "absent" in a poll
  std::string mac{};      // the entry's; of a frame what it says: sender hardware address or link-layer address option
  std::string kind{};     // tx: see describe_frame(); err: "send", "connect", "admin"; step: its text
  std::string src{};      // tx: the sender's protocol address
  std::string dst_mac{};  // tx: the frame's destination
  std::string flags{};    // "router"; of frames "R S O", "nonce=...", "data=..."; errno's name: "EHOSTUNREACH"

  // state, of Linux: nobody is told (INCOMPLETE at the first packet, STALE to DELAY by a send, REACHABLE to DELAY by
  // the timer). The kernel's runner found it by looking every `poll_period`, and may have missed it where it did not
  // last.
  bool silent = false;

  // What the comparator may allow the kernel, filled in by the engine's runner: the lateness of the kernel's timers
  // that led here (nud.md section 9 (6)), and for what comes after a random delay the times between which it may come.
  Duration slack{};
  std::optional<Duration> earliest{};
  std::optional<Duration> latest{};
  // step: how late it was executed; the kernel's runner repeats a run that was too late.
  Duration late{};

  bool operator==(const TraceRecord&) const = default;
};

struct TraceHeader {
  std::string runner{};                      // "kernel", "engine", "engine-strict"
  std::string scenario{};                    // its name
  std::optional<Duration> reachable_ipv4{};  // the reachable time that was drawn
  std::optional<Duration> reachable_ipv6{};
  std::uint32_t attempts = 1;  // runs until one kept time
  Duration latest_step{};      // how late the latest step was

  bool operator==(const TraceHeader&) const = default;
};

struct Trace {
  TraceHeader header{};
  std::vector<TraceRecord> records{};  // by time

  bool operator==(const Trace&) const = default;
};

[[nodiscard]] std::string to_json(const TraceHeader& header);  // one line, without the newline
[[nodiscard]] std::string to_json(const TraceRecord& record);
[[nodiscard]] std::string to_json_lines(const Trace& trace);
// Errors are ErrorCode::usage, "NAME:LINE: what is wrong".
[[nodiscard]] std::expected<Trace, Error> read_trace(std::string_view text, std::string_view name);

// The tx record of a frame that the host sent, but for its time; the same for both runners. Kinds:
//   arp-bcast, arp-ucast  a request, by destination; key: target, src: sender address, mac: sender hardware address;
//                         flags "tha=..." where the target hardware address is not zero
//   arp-announce          a request or reply with sender = target ("gratuitous")
//   arp-reply             key: target address, src: sender address; flags "tha=..."
//   ns-mcast, ns-ucast    key: target, mac: source link-layer address option; flags "nonce=..."
//   ns-dad                the same from ::
//   na                    key: IPv6 destination, src: target; flags "R S O" as set, "from=..." if not from the target
//   ra, rs, redirect, mld, icmp, icmpv6
//   data                  UDP or TCP; key: IP destination; flags "data=..." (the text before the first zero octet),
//                         "tcp"
//   other                 anything else, flags its EtherType
[[nodiscard]] TraceRecord describe_frame(Bytes frame);
// Not the neighbour machinery's: MLD, RS, mDNS and the like. Dropped before comparing.
[[nodiscard]] bool is_chatter(const TraceRecord& record);

}  // namespace onlink::differential

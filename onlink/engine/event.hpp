// SPDX-License-Identifier: Apache-2.0
// What engines report. One struct a kind, one variant: a new kind fails to compile until every sink says what to do
// with it.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/announce_event.hpp"
#include "onlink/engine/answer_event.hpp"
#include "onlink/engine/claim_event.hpp"
#include "onlink/engine/neighbor_event.hpp"
#include "onlink/engine/rarp_event.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

// How an answer relates to those before it for the same address.
enum class AnswerKind : std::uint8_t {
  first,     // the first for this address (or for this round, where one asks repeatedly)
  repeat,    // the same MAC again
  conflict,  // another MAC than one that answered before: two owners
  late,      // after the time to wait for it was over
};

// By what an address was shown to be in use; the probes show only that somebody else wants it (RFC 5227 section 2.1.1,
// RFC 4862 section 5.4.3), so their answer is a conflict and its sender not an owner.
enum class Evidence : std::uint8_t {
  arp_reply,
  arp_request,
  neighbor_advertisement,
  neighbor_solicitation,
  echo_reply,
  arp_probe,       // reported in probe mode only
  neighbor_probe,  // likewise
  router_advertisement,
  router_solicitation,
};

struct Answered {
  Instant time;
  IpAddress address;
  MacAddress mac;           // ARP sender hardware address, NDP target link-layer address, or else the frame's source
  MacAddress frame_source;  // Ethernet source; differs from `mac` when somebody answers for somebody else
  VlanStack vlans;
  AnswerKind kind = AnswerKind::first;
  Evidence evidence = Evidence::arp_reply;
  bool router = false;                 // NA with the R flag
  std::optional<Duration> round_trip;  // none when it cannot be told (unasked, or asked twice since)
};

// All tries for the address are over and nobody answered.
struct Silent {
  Instant time;
  IpAddress address;
  std::uint32_t tries = 0;
};

// A request went out; what `-x` dumps is the frame itself, in Output::frames.
struct Asked {
  Instant time;
  IpAddress address;
  std::uint32_t attempt = 0;  // from 1
};

enum class PaceReason : std::uint8_t { start, no_loss, loss, congestion, receive_drops, ceiling };

// The scanner's pace changed.
struct PaceChanged {
  Instant time;
  double requests_per_second = 0;
  PaceReason reason = PaceReason::start;
};

using Event =
    std::variant<Answered, Silent, Asked, PaceChanged, NeighborChanged, NeighborRemoved, SendFailed, ResolutionWanted,
                 NeighborTableFull, AddressConflict, AddressVerified, RouterChanged, OnLinkPrefixChanged, Redirected,
                 ParametersLearned, Served, PingAnswered, PingFailed, ClaimReady, ClaimConflict, ClaimDefended,
                 ClaimLost, Announced, ReverseAnswered, ReverseSilent, ReverseServed>;

}  // namespace onlink::inline v0

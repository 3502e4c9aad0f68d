// SPDX-License-Identifier: Apache-2.0
// Asks who has each of a list of addresses, IPv4 by ARP (RFC 826) and IPv6 by Neighbor Solicitation (RFC 4861
// section 7.2), and reports every answer: the first, a repeat, a second owner, a late one. In probe mode it asks
// without showing an address of its own (RFC 5227 section 2.1, RFC 4862 section 5.4), and whoever else probes for the
// address is reported too.
//
// What counts as an answer is an Ethernet II frame with the tags of the question (VlanStack::same_network), names a MAC
// address that a station can own, and does not come from ourselves:
//   IPv4  an ARP reply, request or announcement whose sender is the target
//   IPv6  a Neighbor Advertisement for the target, or a Neighbor Solicitation from it that shows its link-layer
//         address; an advertisement that shows none, which nobody may cache (RFC 4861 section 7.2.5), proves use too,
//         and then the frame's source stands for the owner
// What is no reply to us proves use, has no round trip time, is told only when it names a MAC not heard before, and,
// but in probe mode, does not end the asking.
//
// When a target is done:
//   nobody answered      `wait` after the last request: Silent
//   somebody answered    when all requests are out (with `until_reply`: at once) and every MAC known for the target has
//                        answered the last one: `conflict_window` later, in which a second owner may still speak up; at
//                        most `wait` after the last request
// So with until_reply and conflict_window 0 the first answer ends it. An answer after `wait`, or read after Silent was
// said, is late, unless it names a second owner: a conflict is never called anything else.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onlink/engine/engine.hpp"
#include "onlink/engine/min_heap.hpp"
#include "onlink/engine/request_frame.hpp"

namespace onlink::inline v0 {

struct ResolverConfig {
  LinkIdentity identity{};
  std::vector<IpAddress> targets{};                           // named twice is asked once
  std::uint32_t count = 3;                                    // requests for each; 0: for ever
  Duration interval = std::chrono::seconds{1};                // between two requests for one target; at least 1 ms
  Duration wait = std::chrono::seconds{1};                    // for an answer, after each request
  Duration conflict_window = std::chrono::milliseconds{100};  // for a second owner, once somebody has answered
  Duration late_window{};  // stays this long after a target was given up, to tell who answers late
  Duration spacing = std::chrono::milliseconds{1};  // between any two requests, so that thousands are no burst
  bool until_reply = false;                         // ask no more once somebody has answered
  bool probe = false;                               // sender 0.0.0.0 or ::
  std::optional<MacAddress> unicast{};              // ask this station, not all
  std::uint64_t seed = 0;                           // of the nonces by which our own probes are known again (RFC 7527)
};

class Resolver {
 public:
  Resolver(ResolverConfig config, Instant start);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;  // none: every target is done

  // MAC addresses kept for one target; answers of further ones are counted here and not told.
  static constexpr std::size_t max_owners = 16;
  [[nodiscard]] std::uint64_t untold_answers() const noexcept { return untold_; }

 private:
  // A MAC address that was seen to have, or want, a target.
  struct Owner {
    MacAddress mac;
    MacAddress frame_source;
    std::uint32_t answered = 0;  // the last attempt that it answered
    bool named = true;           // it has said its MAC; false: only the frame's source is known
    bool contender = false;      // it has only probed for the address
    // Requests that were open beside the one that an answer was counted for: it may answer them yet. The last of them.
    std::uint32_t skipped = 0;
    std::uint32_t last_skipped = 0;
  };
  struct Target {
    IpAddress address;
    std::uint32_t attempts = 0;
    Instant asked_at{};  // the last request, and the one before it
    Instant asked_before{};
    std::vector<Instant> asked{};  // the last requests, when several may be open at one time
    Instant ends_at{};             // an entry in `ends_` with another time is stale
    bool answered = false;
    bool done = false;
    std::vector<Owner> owners{};
  };
  struct Timer {
    Instant at;
    std::uint32_t target = 0;
    [[nodiscard]] bool comes_before(const Timer& other) const noexcept {
      return at < other.at || (at == other.at && target < other.target);
    }
  };
  // What a packet says about an address.
  struct Claim {
    IpAddress address;
    MacAddress mac;
    bool names_mac = true;  // false: `mac` is only the frame's source
    bool reply = false;     // to us
    bool router = false;
    Evidence evidence = Evidence::arp_reply;
    [[nodiscard]] bool is_probe() const noexcept {
      return evidence == Evidence::arp_probe || evidence == Evidence::neighbor_probe;
    }
  };

  [[nodiscard]] std::optional<Claim> claim_of(const Packet& packet) const;
  [[nodiscard]] std::optional<Claim> claim_of_arp(const Packet& packet, const ArpPacket& arp) const;
  [[nodiscard]] std::optional<Claim> claim_of_ndp(const Packet& packet, const Icmpv6Datagram& datagram) const;
  [[nodiscard]] Claim claim_of_advertisement(const Packet& packet, const Ipv6Header& ip,
                                             const NeighborAdvertisement& message) const;
  [[nodiscard]] std::optional<Claim> claim_of_solicitation(const Packet& packet, const Ipv6Header& ip,
                                                           const NeighborSolicitation& message) const;
  [[nodiscard]] bool is_ours(const Packet& packet, const Claim& claim) const noexcept;
  [[nodiscard]] ProbeNonce nonce_for(const IpAddress& address) const;

  struct Found {
    Owner* owner = nullptr;  // none: no room for another
    bool news = false;       // not heard before in this role
  };
  [[nodiscard]] Found find_owner(Target& target, const Claim& claim, const MacAddress& frame_source);
  [[nodiscard]] std::uint32_t first_open(Instant now, const Target& target) const;
  [[nodiscard]] bool may_answer_earlier(Instant now, const Target& target, Owner& owner) const;
  [[nodiscard]] AnswerKind kind_of(Instant now, const Target& target, const Owner& owner, bool earlier) const;
  [[nodiscard]] std::optional<Duration> round_trip(Instant now, const Target& target, const Owner& owner) const;
  void take_claim(Instant now, const Packet& packet, const Claim& claim, Output& output);

  [[nodiscard]] bool asks_more(const Target& target) const noexcept;
  [[nodiscard]] bool is_stale_end(const Timer& timer) const noexcept;
  void ask(Instant now, std::uint32_t index, Output& output);
  void append_request(const IpAddress& address, FrameBatch& frames) const;
  void shorten_wait(Instant now, std::uint32_t index);
  void end_at(Instant at, std::uint32_t index);
  void end(Target& target) noexcept;
  void drop_stale_timers();

  ResolverConfig config_;
  RequestBuilder builder_;
  std::vector<Target> targets_;
  std::unordered_map<IpAddress, std::uint32_t> index_;
  // At most one request a target. What no longer holds is dropped when it comes to the top.
  MinHeap<Timer> requests_;
  MinHeap<Timer> ends_;
  Instant next_slot_;
  std::optional<Instant> linger_until_;  // for late answers, when all targets are done
  std::size_t open_ = 0;                 // targets that are not done
  std::uint64_t untold_ = 0;
};

static_assert(Engine<Resolver>);

}  // namespace onlink::inline v0

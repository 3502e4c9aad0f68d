// SPDX-License-Identifier: Apache-2.0
// Takes IPv4 addresses by the rules of RFC 5227: probes for each, announces it, answers for it and defends it, or gives
// it up. Also chooses a link-local address by itself (RFC 3927). One claimer holds any number of addresses of one
// interface; the limit of attempts after MAX_CONFLICTS is the interface's, so it is the claimer's (section 2.1.1).
//
// What is a conflict: before the address is ours, any ARP packet whose sender has it, and a probe for it, unless it
// comes from a MAC of this host (looped back by a hub or a bond); afterwards, only a sender that has it. The states and
// what they do are claim_table.hpp's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/engine/claim_table.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/min_heap.hpp"
#include "onlink/wire/arp.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

// RFC 5227 section 1.1, under its names.
struct ClaimTimes {
  Duration probe_wait = std::chrono::seconds{1};
  std::uint32_t probe_num = 3;
  Duration probe_min = std::chrono::seconds{1};
  Duration probe_max = std::chrono::seconds{2};
  Duration announce_wait = std::chrono::seconds{2};
  std::uint32_t announce_num = 2;
  Duration announce_interval = std::chrono::seconds{2};
  std::uint32_t max_conflicts = 10;
  Duration rate_limit_interval = std::chrono::seconds{60};
  Duration defend_interval = std::chrono::seconds{10};

  // The time to readiness multiplied; announcements, defences and the limit of attempts stay the RFC's.
  [[nodiscard]] ClaimTimes scaled(double factor) const noexcept;
  bool operator==(const ClaimTimes&) const = default;
};

// RFC 5227 section 2.4: what to do when somebody else uses an address of ours.
enum class DefensePolicy : std::uint8_t {
  never,   // (a) give it up at once
  once,    // (b) defend it, and give it up at the second time within DEFEND_INTERVAL
  always,  // (c) defend it, at most once within DEFEND_INTERVAL: for hosts that must keep their address
};

struct ClaimerConfig {
  MacAddress mac{};
  std::vector<MacAddress> own_macs{};  // of this host's other interfaces on the same link: no conflict with them
  VlanStack vlans{};
  bool pad = true;  // frames to 60 octets, with zeros
  ClaimTimes times{};
  DefensePolicy policy = DefensePolicy::once;
  bool answer = true;       // requests for what is ours; false when the kernel has the address and answers itself
  bool probe_only = false;  // a check: done, and forgotten, when an address is ready or refused
  std::uint64_t seed = 0;   // of the random delays. The choice of link-local addresses depends on the MAC alone
};

// Link-local candidates in the order in which a host tries them: 169.254.1.0 to 169.254.254.255, by its MAC, so that
// the same host gets the same address after each start (RFC 3927 section 2.1).
class LinkLocalSequence {
 public:
  explicit LinkLocalSequence(const MacAddress& mac) noexcept;
  [[nodiscard]] Ipv4Address next() noexcept;

 private:
  Rng rng_;
};

class Claimer {
 public:
  explicit Claimer(ClaimerConfig config);

  // Begins, or begins anew after a refusal or a loss. An address that is claimed already is left alone.
  void claim(Instant now, Ipv4Address address);
  // One link-local address of our choice: `previous` first, then the sequence of the MAC; another after each refusal
  // and each loss, until one stands. At most one at a time.
  void claim_link_local(Instant now, std::optional<Ipv4Address> previous = {});
  // Is claimed no longer; nobody is told (RFC 5227 knows no release).
  void release(Ipv4Address address);
  // False: what is ours is lost, and nothing is sent. True: every address is probed for anew.
  void on_link(Instant now, bool up, Output& output);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // Of an address that is claimed, or was refused or lost.
  [[nodiscard]] std::optional<ClaimState> state(Ipv4Address address) const;
  // Since an address was last ready; from MAX_CONFLICTS on, attempts are RATE_LIMIT_INTERVAL apart.
  [[nodiscard]] std::uint32_t conflicts() const noexcept { return conflicts_; }

 private:
  struct Claim {
    Ipv4Address address{};
    ClaimState state = ClaimState::idle;
    bool link_local = false;  // of our own choice
    bool released = false;    // its place is free
    std::uint32_t probes = 0;
    std::uint32_t announcements = 0;
    std::optional<Instant> deadline{};
    std::optional<Instant> defended{};
  };
  struct Timer {
    Instant at;
    std::uint32_t claim = 0;
    [[nodiscard]] bool comes_before(const Timer& other) const noexcept {
      return at < other.at || (at == other.at && claim < other.claim);
    }
  };
  struct Rival {
    MacAddress mac;
    bool contender = false;
  };

  [[nodiscard]] std::optional<std::uint32_t> find(Ipv4Address address) const;
  std::uint32_t add(Ipv4Address address);
  void apply(Instant now, std::uint32_t index, ClaimEvent event, Output* output, const Rival* rival = nullptr);
  void send(const Claim& claim, ClaimAction actions, Output& output) const;
  static void tell(Instant now, const Claim& claim, ClaimAction actions, const Rival* rival, Output& output);
  void arm(Instant now, std::uint32_t index, ClaimAction actions);
  [[nodiscard]] Duration wait_before_probing(Instant now);
  [[nodiscard]] ClaimEvent due_event(const Claim& claim) const noexcept;
  [[nodiscard]] ClaimEvent attack_event(Instant now, const Claim& claim) const noexcept;
  void choose_another(Instant now, std::uint32_t index);

  [[nodiscard]] bool is_own(const MacAddress& mac) const noexcept;
  void hear(Instant now, std::uint32_t index, const Rival& rival, Output& output);
  void answer(const ArpPacket& request, Output& output) const;
  void append(const MacAddress& destination, const ArpPacket& arp, Output& output) const;
  void drop_stale_timers();

  ClaimerConfig config_;
  std::vector<Claim> claims_;
  std::unordered_map<IpAddress, std::uint32_t> index_;
  MinHeap<Timer> timers_;  // what is not its claim's deadline any more is dropped when it comes to the top
  Rng rng_;
  LinkLocalSequence candidates_;
  std::optional<Instant> last_attempt_;
  std::uint32_t conflicts_ = 0;
  bool up_ = true;
};

static_assert(Engine<Claimer>);

}  // namespace onlink::inline v0

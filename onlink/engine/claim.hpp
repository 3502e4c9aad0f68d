// SPDX-License-Identifier: Apache-2.0
// Takes addresses for itself: probes for each, announces it, answers for it and defends it, or gives it up. IPv4 by
// RFC 5227, with a link-local address of its own choice if asked to (RFC 3927). IPv6 by the duplicate address detection
// of RFC 4862 section 5.4 with the nonce of RFC 7527 and, if asked to, in use meanwhile (RFC 4429). One claimer holds
// any number of addresses of one interface; the limit of attempts after MAX_CONFLICTS is the interface's, so it is the
// claimer's (RFC 5227 section 2.1.1).
//
// What is a conflict: before the address is ours, whoever uses it, and a probe for it; afterwards, only who uses it
// (claim_receive.hpp says what that is). MACs of this host are no conflict: a hub or a bond loops our own frames back.
// Where both sides send a nonce, the nonce decides in place of the MAC. The states and what they do are
// claim_table.hpp's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/engine/claim_frame.hpp"
#include "onlink/engine/claim_link_local.hpp"
#include "onlink/engine/claim_receive.hpp"
#include "onlink/engine/claim_table.hpp"
#include "onlink/engine/claim_times.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/min_heap.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

struct ClaimerConfig {
  MacAddress mac{};
  std::vector<MacAddress> own_macs{};  // of this host's other interfaces on the same link: no conflict with them
  VlanStack vlans{};
  bool pad = true;  // ARP frames to 60 octets, with zeros
  ClaimTimes times{};
  ClaimTimes ipv6_times = duplicate_detection_times();
  bool nonce = true;        // IPv6: in every probe (RFC 7527)
  bool optimistic = false;  // IPv6: ready at once, and lost if the check finds somebody
  DefensePolicy policy = DefensePolicy::once;
  bool answer = true;       // requests for what is ours; false when the kernel has the addresses and answers itself
  bool probe_only = false;  // a check: done, and forgotten, when an address is ready or refused
  std::uint64_t seed = 0;   // of the random delays and nonces. The choice of link-local addresses is by the MAC alone
};

class Claimer {
 public:
  explicit Claimer(const ClaimerConfig& config);

  // Begins, or begins anew after a refusal or a loss. An address that is claimed already is left alone.
  void claim(Instant now, const IpAddress& address, Output& output);
  // One IPv4 link-local address of our choice: `previous` first, then the sequence of the MAC; another after each
  // refusal and each loss, until one stands. At most one at a time; none when all of them are claimed by name.
  void claim_link_local(Instant now, std::optional<Ipv4Address> previous, Output& output);
  // Of one claimed address: the kernel has it and answers itself.
  void leave_answers_to_kernel(const IpAddress& address);
  // Is claimed no longer; nobody is told (RFC 5227 knows no release).
  void release(const IpAddress& address);
  // False: what is ours is lost, and nothing is sent. True: every address is probed for anew.
  void on_link(Instant now, bool up, Output& output);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // Of an address that is claimed, or was refused or lost.
  [[nodiscard]] std::optional<ClaimState> state(const IpAddress& address) const;
  // Sent for it since it was last begun with.
  [[nodiscard]] std::uint32_t probes(const IpAddress& address) const;
  // How many addresses are in that state.
  [[nodiscard]] std::size_t count(ClaimState state) const noexcept { return counts_[static_cast<std::size_t>(state)]; }
  // The address of our choice, or the candidate that is being probed for.
  [[nodiscard]] std::optional<IpAddress> link_local() const;
  // Of IPv4 since an address was last ready or the link lost; from MAX_CONFLICTS on, attempts are RATE_LIMIT_INTERVAL
  // apart.
  [[nodiscard]] std::uint32_t conflicts() const noexcept { return conflicts_; }

 private:
  struct Claim {
    IpAddress address{};
    ClaimState state = ClaimState::idle;
    bool link_local = false;  // of our own choice
    bool released = false;    // its place is free
    bool optimistic = false;  // in use although the check is not over
    bool answer = true;
    std::uint32_t probes = 0;
    std::uint32_t announcements = 0;
    std::optional<ProbeNonce> nonce{};
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

  [[nodiscard]] std::optional<std::uint32_t> find(const IpAddress& address) const;
  std::uint32_t add(const IpAddress& address);
  [[nodiscard]] const ClaimTimes& times_of(const Claim& claim) const noexcept;

  void apply(Instant now, std::uint32_t index, ClaimEvent event, Output& output, const Rival* rival = nullptr);
  void take(Claim& claim, const ClaimStep& step, Instant now);
  void send(const Claim& claim, ClaimAction actions, Output& output) const;
  static void tell(Instant now, const Claim& claim, ClaimAction actions, const Rival* rival, Output& output);
  void arm(Instant now, std::uint32_t index, ClaimAction actions);
  [[nodiscard]] Duration wait_before_probing(Instant now, const ClaimTimes& times);
  void choose_another(Instant now, std::uint32_t index, Output& output);

  [[nodiscard]] ClaimEvent start_event(const Claim& claim) const noexcept;
  [[nodiscard]] ClaimEvent due_event(const Claim& claim) const noexcept;
  [[nodiscard]] ClaimEvent attack_event(Instant now, const Claim& claim) const noexcept;

  [[nodiscard]] bool is_own(const MacAddress& mac) const noexcept;
  [[nodiscard]] bool is_own_probe(const Claim& claim, const ClaimHeard& heard) const noexcept;
  void hear_of(Instant now, std::uint32_t index, const Rival& rival, Output& output);
  void hear_question(Instant now, std::uint32_t index, const ClaimHeard& heard, Output& output);
  void drop_stale_timers();

  ClaimerConfig config_;
  ClaimFrames frames_;
  std::vector<Claim> claims_;
  std::vector<std::uint32_t> free_;  // places of claims_ that were released
  std::unordered_map<IpAddress, std::uint32_t> index_;
  std::array<std::size_t, claim_state_count> counts_{};
  std::optional<std::uint32_t> link_local_;
  MinHeap<Timer> timers_;  // what is not its claim's deadline any more is dropped when it comes to the top
  Rng rng_;
  LinkLocalSequence candidates_;
  std::optional<Instant> last_attempt_;
  std::uint32_t conflicts_ = 0;
  bool up_ = true;
};

static_assert(Engine<Claimer>);

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// Finds who is on a link: ARP requests for IPv4, Neighbor Solicitations for IPv6, and for IPv6 without a list of
// addresses an echo request to all nodes, whose answers are then solicited one by one.
//
// Passes: all targets once, in a random order; then again those that are silent, until fewer than missing_allowed hosts
// are believed missing, at least min_tries times. When the link loses packets, who answered is asked as often, so that
// a second owner of an address is not missed. Between two questions to one target lies at least the time to wait for an
// answer. See scan_ramp.hpp for the pace, scan_loss.hpp for the measure of loss.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/request_frame.hpp"
#include "onlink/engine/scan_evidence.hpp"
#include "onlink/engine/scan_hosts.hpp"
#include "onlink/engine/scan_loss.hpp"
#include "onlink/engine/scan_order.hpp"
#include "onlink/engine/scan_pace.hpp"
#include "onlink/engine/scan_ramp.hpp"
#include "onlink/engine/scan_rtt.hpp"
#include "onlink/engine/scan_targets.hpp"

namespace onlink::inline v0 {

struct ScanConfig {
  // Answers count only on identity.vlans' network. The identity's own addresses, if targets, are asked for by probe, so
  // that another owner shows.
  LinkIdentity identity{};
  TargetSet targets{};
  PaceConfig pace{};
  ScanPatience patience{};
  std::uint64_t seed = 1;        // order of the targets, echo identifier
  std::uint32_t min_tries = 2;   // questions to the silent, at least
  std::uint32_t max_tries = 30;  // and at most, whatever the loss
  // Ask all nodes by ICMPv6 echo (each pass; needs identity.ipv6), and solicit every IPv6 address learned from answers
  // and from overheard NDP, in the target list or not.
  bool discover_ipv6 = false;
  // Neither asked nor reported when learned so; `targets` leaves them out already.
  std::vector<AddressRange> excluded{};
  // Further own IPv6 addresses to send the echo from: hosts answer from an address of the same scope, so that a global
  // source finds global addresses.
  std::vector<Ipv6Address> echo_sources{};
  bool report_silent = false;                    // an event for each target that stayed silent, at the end
  std::size_t max_hosts = std::size_t{1} << 20;  // answers remembered; more are counted in `unrecorded`
};

// Where a scan stands; what a progress line and a summary say.
struct ScanProgress {
  std::uint64_t targets = 0;     // in the list
  std::uint64_t asked = 0;       // of them, at least once
  std::uint64_t answered = 0;    // hosts in the table that answered or were overheard
  std::uint64_t learned = 0;     // of them, not in the target list (IPv6 discovery)
  std::uint64_t conflicts = 0;   // of them, with more than one MAC
  std::uint64_t requests = 0;    // all frames sent
  std::uint64_t repeated = 0;    // of them, to targets asked before
  std::uint64_t unrecorded = 0;  // answers that found the table full
  std::uint64_t stalls = 0;      // the port had no room
  std::uint64_t receive_drops = 0;
  std::uint32_t pass = 0;            // from 1; the current one, or the last when done
  std::uint32_t passes_planned = 0;  // by the loss measured so far
  double loss = 0;                   // estimate, see LossEstimate
  std::uint64_t loss_samples = 0;
  double rate = 0;           // requests per second allowed now; infinite when unlimited
  double peak_rate = 0;      // requests per second really sent, at most, over a tenth of a second
  double hosts_missing = 0;  // expected number of living hosts not found
  double fraction = 0;       // of the work, 0 .. 1
  Duration time_left{};      // at the present pace and loss
  bool done = false;
};

// How long a scan of so many targets takes when nothing is lost: if all answer (asked once), and if hardly any do
// (asked twice).
struct ScanEstimate {
  Duration dense{};
  Duration sparse{};
};
[[nodiscard]] ScanEstimate estimate_scan(std::uint64_t targets, const PaceConfig& pace) noexcept;

// An Engine that paces itself (PacedEngine). Events: Answered (`first` for each address found; `conflict` for each
// further MAC; `repeat` for any other answer; `late` for a first one after the end), PaceChanged, and Silent if asked
// for. Done when next_deadline() is empty. Stopping early needs no call: what is known is in hosts() at any time.
class Scanner {
 public:
  Scanner(ScanConfig config, Instant start);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  void on_port_report(Instant now, const PortReport& report);

  [[nodiscard]] ScanProgress progress() const;
  [[nodiscard]] const HostTable& hosts() const noexcept { return hosts_; }
  [[nodiscard]] const TargetSet& targets() const noexcept { return config_.targets; }
  [[nodiscard]] bool discovers_ipv6() const noexcept { return config_.discover_ipv6; }
  [[nodiscard]] bool is_done() const noexcept { return stage_ == Stage::done; }

 private:
  enum class Stage : std::uint8_t {
    targets,  // echo requests, then the target list
    hosts,    // those known to be there, as far as they need another question
    wait,     // for the last answers
    silent,   // reporting who never answered
    done,
  };
  struct Sample {
    Instant deadline;
    Instant asked;
    HostTable::Id host;
    PaceRamp::Step step;
  };

  // Who is asked next (scan.cpp). ask_*: false when there is nobody, or nobody yet.
  void start_pass(Instant now);
  void finish_pass(Instant now);
  void ask_batch(Instant now, Output& output);
  [[nodiscard]] bool ask_next(Instant now, Output& output);
  [[nodiscard]] bool ask_all_nodes(Instant now, Output& output);
  [[nodiscard]] bool ask_target(Instant now, Output& output);
  [[nodiscard]] bool ask_host(Instant now, Output& output);
  [[nodiscard]] bool ask_sample(Instant now, Output& output);
  void ask_known(Instant now, HostTable::Id id, Output& output);
  void count_request(Instant now) noexcept;
  void send_request(Instant now, const IpAddress& address, Output& output);
  [[nodiscard]] bool must_wait(Instant now, Instant asked, Duration patience);
  [[nodiscard]] bool is_own(const IpAddress& address) const noexcept;
  void settle_samples(Instant now);
  void keep_gap(Instant now) noexcept;
  void adapt_pace(Instant now, Output& output);
  void report_silent(Instant now, Output& output);

  // How much is left to do (scan_plan.cpp).
  void plan() noexcept;
  [[nodiscard]] std::uint32_t tries_wanted() const noexcept;
  [[nodiscard]] std::uint32_t passes_expected() const noexcept;
  [[nodiscard]] std::uint64_t silent_targets() const noexcept;
  [[nodiscard]] bool wants_sweep() const noexcept;
  [[nodiscard]] bool wants_question(const ScanHost& host) const noexcept;
  [[nodiscard]] std::uint64_t hosts_wanting() const noexcept;
  [[nodiscard]] bool wants_samples() const noexcept;
  [[nodiscard]] std::uint32_t sample_interval() const noexcept;
  [[nodiscard]] Instant end_of_wait() const noexcept;
  [[nodiscard]] double requests_left() const noexcept;

  // What was heard (scan_answer.cpp).
  struct Heard {
    Sighting sighting;
    bool is_answer = false;  // rather than evidence that was overheard
    std::optional<RecentAsks::Match> match{};
  };
  [[nodiscard]] std::optional<Heard> heard(Instant now, const Packet& packet);
  [[nodiscard]] bool is_wanted(const Sighting& seen) const noexcept;
  [[nodiscard]] bool is_for_us(const MacAddress& destination, const Sighting& seen) const noexcept;
  HostTable::Id add_host(const Heard& heard);
  void on_first_answer(Instant now, HostTable::Id id, const Heard& heard);
  void on_any_answer(HostTable::Id id, const Heard& heard);
  [[nodiscard]] AnswerKind classify(HostTable::Id id, const Heard& heard);

  ScanConfig config_;
  RequestBuilder builder_;
  std::vector<RequestBuilder> echo_builders_;  // one for each source address
  Rng rng_;
  ScanOrder order_;
  Pacer pacer_;
  PaceRamp ramp_;
  RateMeter meter_;
  LossEstimate loss_;
  RttEstimate rtt_;
  RecentAsks recent_;
  HostTable hosts_;
  std::vector<Sample> samples_;  // a heap, soonest deadline first

  Stage stage_ = Stage::targets;
  Instant now_;            // of the last call
  Instant blocked_until_;  // the next target was asked too recently
  Instant last_ask_;
  std::uint64_t position_ = 0;  // in the order of targets, or in the report of the silent
  HostTable::Id host_cursor_ = 0;
  HostTable::Id sample_cursor_ = 0;
  std::size_t echoes_left_ = 0;
  std::uint32_t since_sample_ = 0;  // requests
  std::uint32_t samples_waiting_ = 0;
  std::uint16_t echo_identifier_ = 0;
  std::uint16_t echo_sequence_ = 0;
  std::vector<Instant> echo_times_;  // by sequence number
  std::uint32_t pass_ = 0;
  std::uint32_t sweeps_ = 0;  // passes over the target list that have begun
  bool sweeping_ = false;     // this pass goes over the target list
  std::uint32_t tries_ = 0;   // for everyone who needs them, by the loss known at the last call
  bool is_lossy_ = false;
  Duration unlimited_gap_{};  // between two batches, where the receive ring was full
  Instant gap_changed_;

  std::uint64_t answered_ = 0;          // hosts that answered a question
  std::uint64_t answered_targets_ = 0;  // of them, in the target list
  ScanProgress counts_;                 // what only needs counting
};

static_assert(PacedEngine<Scanner>);

}  // namespace onlink::inline v0

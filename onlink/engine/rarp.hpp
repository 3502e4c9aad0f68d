// SPDX-License-Identifier: Apache-2.0
// From MAC address to IPv4 address: RARP (RFC 903), by which a workstation without a disk learns its address from a
// server on the link, and InARP (RFC 2390), by which one station is asked for its own. Client and server. A client
// believes the first answer, and tells when another server says otherwise. A server answers only for MACs that are in
// its table and can be a station's, and learns nothing from those who ask.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/min_heap.hpp"
#include "onlink/wire/arp.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

struct ReverseClientConfig {
  ReverseProtocol protocol = ReverseProtocol::rarp;
  MacAddress mac{};                    // ours: the sender
  Ipv4Address ipv4{};                  // InARP shows it; RARP never
  MacAddress target{};                 // asked about; RARP: usually our own
  std::optional<MacAddress> server{};  // RARP: ask this one, not everybody
  VlanStack vlans{};
  bool pad = true;
  std::uint32_t count = 4;                                    // requests; 0: for ever
  Duration first_wait = std::chrono::seconds{1};              // for an answer; doubled after each request
  std::uint32_t doublings = 3;                                // then it stays: 1, 2, 4, 8, 8, ... s
  Duration conflict_window = std::chrono::milliseconds{100};  // for another server, once one has answered
};

class ReverseClient {
 public:
  ReverseClient(const ReverseClientConfig& config, Instant start);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const { return deadline_; }  // none: done

  // Answers kept apart; those of further servers are not told.
  static constexpr std::size_t max_answers = 16;

 private:
  struct Answer {
    MacAddress server;
    Ipv4Address address;
    bool operator==(const Answer&) const = default;
  };
  [[nodiscard]] bool is_answer(const Packet& packet, const ArpPacket& arp) const noexcept;
  void ask(Instant now, Output& output);

  ReverseClientConfig config_;
  std::optional<Instant> deadline_;
  std::uint32_t tries_ = 0;
  Instant asked_at_{};
  std::vector<Answer> answers_;  // the first one counts
};

static_assert(Engine<ReverseClient>);

// What a server says of a MAC address.
struct ReverseEntry {
  Ipv4Address address{};
  Ipv4Address server{};  // of ours, in the client's network; 0.0.0.0: ReverseServerConfig::ipv4
  bool operator==(const ReverseEntry&) const = default;
};
using ReverseTable = std::unordered_map<MacAddress, ReverseEntry>;  // an ethers file

struct ReverseServerConfig {
  MacAddress mac{};
  Ipv4Address ipv4{};  // the server's own
  VlanStack vlans{};
  bool pad = true;
  ReverseTable table{};
  bool inarp = false;  // says our own address to who asks us by InARP
  // Two ways to be a secondary server, which lets the primary speak first (RFC 903): RARP answers wait for a random
  // part of `secondary_wait`, or only who asks again within `retry_window` is answered.
  Duration secondary_wait{};
  bool only_retries = false;
  Duration retry_window = std::chrono::seconds{10};
  Duration delay{};      // of each answer
  Duration jitter{};     // and up to this much more, uniformly
  double loss = 0;       // of each answer, as a probability: a bad server, on purpose
  double duplicate = 0;  // likewise: it is sent twice
  std::size_t max_waiting = 1024;
  std::uint64_t seed = 0;
};

struct ReverseServerCounters {
  std::uint64_t questions = 0;
  std::uint64_t answers = 0;  // sent, doubles included
  bool operator==(const ReverseServerCounters&) const = default;
};

class ReverseServer {
 public:
  explicit ReverseServer(ReverseServerConfig config);

  // In place of the one before; answers that wait are sent all the same.
  void set_table(ReverseTable table);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;  // none: no answer waits

  [[nodiscard]] const ReverseServerCounters& counters() const noexcept { return counters_; }

 private:
  struct Answer {
    EtherType type;
    MacAddress to;  // who asked, which need not be who was asked about
    ArpPacket arp;
  };
  struct Waiting {
    Instant at;
    Answer answer;
    [[nodiscard]] bool comes_before(const Waiting& other) const noexcept { return at < other.at; }
  };
  void serve_rarp(Instant now, const ArpPacket& request, Output& output);
  void serve_inarp(Instant now, const ArpPacket& request, Output& output);
  [[nodiscard]] bool is_retry(Instant now, const MacAddress& asked);
  [[nodiscard]] ReverseFate answer(Instant now, const Answer& answer, Duration extra_wait, Output& output);
  void send(const Answer& answer, Output& output);

  ReverseServerConfig config_;
  MinHeap<Waiting> waiting_;
  std::unordered_map<MacAddress, Instant> last_asked_;  // of MACs in the table
  ReverseServerCounters counters_;
  Rng rng_;
};

static_assert(Engine<ReverseServer>);

}  // namespace onlink::inline v0

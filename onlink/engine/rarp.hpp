// SPDX-License-Identifier: Apache-2.0
// From MAC address to IPv4 address: RARP (RFC 903), by which a workstation without a disk learns its address from a
// server on the link, and InARP (RFC 2390), by which one station is asked for its own. Client and server; a server
// answers only for MACs that are in its table and can be a station's, and learns nothing from those who ask.
#pragma once

#include <chrono>
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

enum class ReverseProtocol : std::uint8_t {
  rarp,   // EtherType 0x8035, to everybody: whoever serves may answer
  inarp,  // EtherType 0x0806, to the station itself: made for links where a circuit stands for a neighbour
};

struct ReverseClientConfig {
  ReverseProtocol protocol = ReverseProtocol::rarp;
  MacAddress mac{};                   // ours: the sender
  std::optional<Ipv4Address> ipv4{};  // InARP shows it
  MacAddress target{};                // asked about; RARP: usually our own
  VlanStack vlans{};
  bool pad = true;
  std::uint32_t count = 4;                        // requests; 0: for ever
  Duration first_wait = std::chrono::seconds{1};  // for an answer; doubled after each request
  Duration longest_wait = std::chrono::seconds{8};
  Duration conflict_window = std::chrono::milliseconds{100};  // for another server, once one has answered
};

class ReverseClient {
 public:
  ReverseClient(const ReverseClientConfig& config, Instant start);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const { return deadline_; }  // none: done

 private:
  [[nodiscard]] bool is_answer(const Packet& packet, const ArpPacket& arp) const noexcept;
  void ask(Instant now, Output& output);

  ReverseClientConfig config_;
  std::optional<Instant> deadline_;
  std::uint32_t tries_ = 0;
  Duration wait_;
  Instant asked_at_{};
  std::optional<Ipv4Address> address_;  // the first answer
};

static_assert(Engine<ReverseClient>);

struct ReverseServerConfig {
  MacAddress mac{};
  Ipv4Address ipv4{};  // the server's own
  VlanStack vlans{};
  bool pad = true;
  std::unordered_map<MacAddress, Ipv4Address> table{};  // an ethers file
  bool inarp = true;                                    // says our own address to who asks us by InARP
  Duration delay{};  // answers wait a random part of it: a secondary server lets the primary speak first (RFC 903)
  std::size_t max_waiting = 1024;
  std::uint64_t seed = 0;
};

class ReverseServer {
 public:
  explicit ReverseServer(ReverseServerConfig config);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;  // none: no answer waits

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
  void answer(Instant now, const Answer& answer, Output& output);
  void send(const Answer& answer, Output& output) const;

  ReverseServerConfig config_;
  MinHeap<Waiting> waiting_;
  Rng rng_;
};

static_assert(Engine<ReverseServer>);

}  // namespace onlink::inline v0

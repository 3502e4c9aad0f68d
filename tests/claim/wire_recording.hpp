// SPDX-License-Identifier: Apache-2.0
// Our end of the test's LAN: it records what goes over the wire, with the kernel's time stamps, and plays the rivals of
// who claims an address there, each of their moves set off by a frame of his.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "onlink/engine/engine.hpp"
#include "onlink/engine/min_heap.hpp"
#include "onlink/link/port.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0::test {

enum class FrameKind : std::uint8_t {
  probe,         // ARP request from 0.0.0.0; solicitation from ::
  announcement,  // ARP request for the sender's own address; advertisement to all nodes
  request,       // any other question
  reply,         // ARP reply; advertisement to one
  other,
};

struct WireFrame {
  Instant at;
  bool ours = false;  // sent by the rivals
  FrameKind kind = FrameKind::other;
  IpAddress about{};  // the address that is probed for, announced, asked for or told
  std::vector<std::byte> bytes{};
  Packet packet{};  // its spans are of `bytes`

  WireFrame(Instant time, bool sent_here, Bytes frame);
  WireFrame(WireFrame&&) noexcept = default;
  WireFrame& operator=(WireFrame&&) noexcept = default;
  // REQUIRES: it is ARP.
  [[nodiscard]] const ArpPacket& arp() const { return std::get<ArpPacket>(packet.payload); }
};

// A move of a rival.
struct Move {
  std::optional<IpAddress> about{};  // nothing: any address
  FrameKind on = FrameKind::probe;
  std::uint32_t nth = 1;  // which frame of that kind about that address sets it off; 0: each
  Duration after{};
  std::function<void(const WireFrame& heard, FrameBatch& out)> send{};
};

class WireRecording {
 public:
  // On eth0 of the calling thread's network. Throws when there is none.
  explicit WireRecording(std::vector<Move> moves = {});

  // Until it is so, asked every few milliseconds, or for that long. Returns whether it became so.
  bool run_until(const std::function<bool()>& is_so, Duration longest);
  void run_for(Duration time) {
    (void)run_until([] { return false; }, time);
  }

  // At once, all of them.
  void send(const FrameBatch& frames);

  [[nodiscard]] const std::vector<WireFrame>& frames() const noexcept { return engine_.frames; }
  // Of others than the rivals.
  [[nodiscard]] std::vector<const WireFrame*> heard(FrameKind kind, const IpAddress& about) const;
  [[nodiscard]] std::uint32_t count(FrameKind kind, const IpAddress& about) const;
  [[nodiscard]] std::vector<Instant> times(FrameKind kind, const IpAddress& about) const;

 private:
  struct Rivals {
    struct Due {
      Instant at;
      std::size_t move = 0;
      std::size_t frame = 0;  // that set it off
      [[nodiscard]] bool comes_before(const Due& other) const noexcept { return at < other.at; }
    };
    std::vector<Move> moves;
    std::vector<WireFrame> frames{};
    std::map<std::pair<FrameKind, IpAddress>, std::uint32_t> counts{};  // of what others sent
    MinHeap<Due> due{};
    bool over = false;

    void on_packet(Instant now, const Packet& packet, Output& output);
    void on_deadline(Instant now, Output& output);
    [[nodiscard]] std::optional<Instant> next_deadline() const;
    void take(Instant now, Bytes frame);
  };

  std::unique_ptr<Port> port_;
  Rivals engine_;
};

// Frames of a rival, to all.
void send_arp(const ArpPacket& arp, FrameBatch& out);
[[nodiscard]] ArpPacket arp_reply(const MacAddress& from, Ipv4Address address, const ArpPacket& to);
[[nodiscard]] ArpPacket arp_probe(const MacAddress& from, Ipv4Address address);
[[nodiscard]] ArpPacket arp_announcement(const MacAddress& from, Ipv4Address address);

}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// The shape of every protocol engine: a deterministic machine that is told the time and what happened, and answers with
// frames to send, events, and the instant at which it wants to be called again. It owns no socket, clock, thread or
// file.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/event.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {

// Frames back to back in one block of memory that is kept from use to use.
class FrameBatch {
 public:
  // Room for one more frame of `size` octets; valid until the next add() or clear().
  MutableBytes add(std::size_t size) {
    const std::size_t start = bytes_.size();
    bytes_.resize(start + size);
    ends_.push_back(bytes_.size());
    return MutableBytes{bytes_}.subspan(start);
  }
  void add(Bytes frame) { std::ranges::copy(frame, add(frame.size()).begin()); }
  void clear() noexcept {
    bytes_.clear();
    ends_.clear();
  }
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  [[nodiscard]] bool empty() const noexcept { return ends_.empty(); }
  // REQUIRES: index < size().
  [[nodiscard]] Bytes operator[](std::size_t index) const noexcept {
    const std::size_t start = index == 0 ? 0 : ends_[index - 1];
    return Bytes{bytes_}.subspan(start, ends_[index] - start);
  }

 private:
  std::vector<std::byte> bytes_;
  std::vector<std::size_t> ends_;
};

// What an engine's call produced. The caller owns it, reads it, clears it and passes it again.
struct Output {
  FrameBatch frames;
  std::vector<Event> events;

  void clear() noexcept {
    frames.clear();
    events.clear();
  }
};

// Without a deadline an engine wants no call but for packets; a finite job is then done.
template <class E>
concept Engine = requires(E engine, const E& same, Instant now, const Packet& packet, Output& output) {
  engine.on_packet(now, packet, output);
  engine.on_deadline(now, output);
  { same.next_deadline() } -> std::same_as<std::optional<Instant>>;
};

// What the driver noticed about the way out, since the last report. Frames are never lost on the way to the port: what
// the kernel would not take is offered again, and counted in `stalls`.
struct PortReport {
  std::uint64_t frames_sent = 0;
  std::uint64_t stalls = 0;         // times that the port refused a frame for want of room (ENOBUFS, EAGAIN)
  std::uint64_t receive_drops = 0;  // frames that arrived and found the receive ring full
};

// An engine that paces itself takes these too.
template <class E>
concept PacedEngine =
    Engine<E> && requires(E engine, Instant now, const PortReport& report) { engine.on_port_report(now, report); };

}  // namespace onlink::inline v0

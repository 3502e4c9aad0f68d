// SPDX-License-Identifier: Apache-2.0
// A decorator that treats frames badly: loses, delays, doubles, reorders and corrupts them, by a seeded generator.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/rng.hpp"
#include "onlink/base/time.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0 {

// Probabilities in [0, 1]; times are added to each frame's own.
struct Faults {
  double loss = 0;
  double duplicate = 0;
  double corrupt = 0;  // one bit, anywhere in the frame
  double reorder = 0;  // held back by one more `delay` + `jitter`, at least a millisecond
  Duration delay{};    // every frame
  Duration jitter{};   // uniform in [0, jitter), on top; frames may overtake each other

  bool operator==(const Faults&) const = default;
};

class FaultyPort final : public Port {
 public:
  // `port` outlives this one. Faults hit what comes in and what goes out each on its own.
  FaultyPort(Port& port, const Faults& incoming, const Faults& outgoing, std::uint64_t seed);

  [[nodiscard]] std::expected<std::size_t, Error> receive(FrameSink sink) override;
  [[nodiscard]] std::expected<std::size_t, Error> send(const FrameList& frames) override;
  [[nodiscard]] int poll_fd() const noexcept override { return port_.poll_fd(); }
  [[nodiscard]] bool exhausted() const noexcept override;
  [[nodiscard]] std::optional<Instant> next_arrival() const override;
  void set_now(Instant now, SystemTime wall) override;
  [[nodiscard]] std::expected<void, Error> check_link() override { return port_.check_link(); }
  [[nodiscard]] PortCounters counters() override;

  // How many frames were lost on purpose.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

 private:
  struct Held {
    std::vector<std::byte> bytes;
    SystemTime time;
    std::uint32_t original_size = 0;
    bool outgoing = false;
  };
  using HeldFrames = std::multimap<Instant, Held>;

  void take(const Faults& faults, const ReceivedFrame& frame, HeldFrames& held);
  [[nodiscard]] Duration hold_time(const Faults& faults);
  [[nodiscard]] std::expected<void, Error> release_outgoing();

  Port& port_;
  Faults incoming_;
  Faults outgoing_;
  Rng rng_;
  HeldFrames held_incoming_;
  HeldFrames held_outgoing_;
  std::uint64_t lost_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t accepted_ = 0;
  Instant now_;
  SystemTime wall_;
};

}  // namespace onlink::inline v0

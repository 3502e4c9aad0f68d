// SPDX-License-Identifier: Apache-2.0
// A claimer as an engine that knows when it is done: a driver stops by itself.
#pragma once

#include "onlink/engine/claim.hpp"

namespace onlink::inline v0::cli {

class ClaimEngine {
 public:
  // What is held is held until somebody ends it; with `once` it is enough that all is decided and announced. The
  // claimer outlives this.
  ClaimEngine(Claimer& claimer, bool once) noexcept : claimer_(claimer), once_(once) {}

  // The run is to end now, whatever is held.
  void stop() noexcept { stopped_ = true; }
  void resume() noexcept { stopped_ = false; }
  [[nodiscard]] bool is_stopped() const noexcept { return stopped_; }

  void on_packet(Instant now, const Packet& packet, Output& output) { claimer_.on_packet(now, packet, output); }
  void on_deadline(Instant now, Output& output) {
    const auto due = claimer_.next_deadline();
    if (due && *due <= now) claimer_.on_deadline(now, output);
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    if (stopped_) return std::nullopt;
    if (const auto due = claimer_.next_deadline()) return due;
    const bool holds = claimer_.count(ClaimState::bound) != 0;
    return holds && !once_ ? std::optional{Instant::max()} : std::nullopt;
  }

 private:
  Claimer& claimer_;
  bool once_;
  bool stopped_ = false;
};

static_assert(Engine<ClaimEngine>);

}  // namespace onlink::inline v0::cli

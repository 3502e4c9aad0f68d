// SPDX-License-Identifier: Apache-2.0
// A virtual host, with pings out of it or without, as an engine that knows when it is done: a driver stops by itself.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "onlink/engine/ping.hpp"
#include "onlink/engine/virtual_host.hpp"

namespace onlink::inline v0::cli {

class AnswerEngine {
 public:
  // Done when the pings are; without any, after `count` questions (0: never). Both outlive this.
  AnswerEngine(VirtualHost& host, Pinger* pinger, std::uint64_t count) noexcept
      : host_(host), pinger_(pinger), count_(count) {}

  void start(Instant now) { start_ = now; }
  void on_packet(Instant now, const Packet& packet, Output& output) {
    if (start_) begin(now, output);
    if (pinger_ != nullptr) return PingingHost{host_, *pinger_}.on_packet(now, packet, output);
    host_.on_packet(now, packet, output);
  }
  void on_deadline(Instant now, Output& output) {
    if (start_) begin(now, output);
    if (pinger_ != nullptr) return PingingHost{host_, *pinger_}.on_deadline(now, output);
    const auto due = host_.next_deadline();
    if (due && *due <= now) host_.on_deadline(now, output);
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    if (start_) return start_;
    if (is_done()) return std::nullopt;
    const Instant never = Instant::max();
    if (pinger_ != nullptr) return PingingHost{host_, *pinger_}.next_deadline().value_or(never);
    return host_.next_deadline().value_or(never);
  }

 private:
  void begin(Instant now, Output& output) {
    start_.reset();
    host_.start(now, output);
  }
  [[nodiscard]] bool is_done() const {
    if (pinger_ != nullptr) return !pinger_->next_deadline();
    return count_ != 0 && host_.counters().questions >= count_;
  }

  VirtualHost& host_;
  Pinger* pinger_;
  std::uint64_t count_;
  std::optional<Instant> start_;  // none: begun
};

static_assert(Engine<AnswerEngine>);

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// A virtual host, with pings out of it or without, and a RARP server beside it or not, as an engine that knows when it
// is done: a driver stops by itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "onlink/engine/ping.hpp"
#include "onlink/engine/rarp.hpp"
#include "onlink/engine/virtual_host.hpp"

namespace onlink::inline v0::cli {

class AnswerEngine {
 public:
  // Without a pinger or a server there is none. Done when the pings are; without any, after `count` questions (0:
  // never). All outlive this.
  AnswerEngine(VirtualHost& host, Pinger* pinger, ReverseServer* server, std::uint64_t count) noexcept
      : host_(host), pinger_(pinger), server_(server), count_(count) {}

  void start(Instant now) { start_ = now; }
  void on_packet(Instant now, const Packet& packet, Output& output) {
    if (start_) begin(now, output);
    if (server_ != nullptr) server_->on_packet(now, packet, output);
    if (pinger_ != nullptr) return PingingHost{host_, *pinger_}.on_packet(now, packet, output);
    host_.on_packet(now, packet, output);
  }
  void on_deadline(Instant now, Output& output) {
    if (start_) begin(now, output);
    if (server_ != nullptr) server_->on_deadline(now, output);
    const auto call_if_due = [&](auto&& engine) {
      const auto due = engine.next_deadline();
      if (due && *due <= now) engine.on_deadline(now, output);
    };
    pinger_ != nullptr ? call_if_due(PingingHost{host_, *pinger_}) : call_if_due(host_);
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    if (start_) return start_;
    if (is_done()) return std::nullopt;
    const Instant never = Instant::max();
    const Instant served = server_ == nullptr ? never : server_->next_deadline().value_or(never);
    if (pinger_ != nullptr) return std::min(served, PingingHost{host_, *pinger_}.next_deadline().value_or(never));
    return std::min(served, host_.next_deadline().value_or(never));
  }

 private:
  void begin(Instant now, Output& output) {
    start_.reset();
    host_.start(now, output);
  }
  [[nodiscard]] bool is_done() const {
    if (pinger_ != nullptr) return !pinger_->next_deadline();
    const std::uint64_t served = server_ == nullptr ? 0 : server_->counters().questions;
    const bool answer_waits = server_ != nullptr && server_->next_deadline();
    return count_ != 0 && host_.counters().questions + served >= count_ && !answer_waits;
  }

  VirtualHost& host_;
  Pinger* pinger_;
  ReverseServer* server_;
  std::uint64_t count_;
  std::optional<Instant> start_;  // none: begun
};

static_assert(Engine<AnswerEngine>);

}  // namespace onlink::inline v0::cli

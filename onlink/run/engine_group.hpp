// SPDX-License-Identifier: Apache-2.0
// Several engines as one, for one run over one port: each sees every packet, and is called at its own deadline.
#pragma once

#include <algorithm>
#include <optional>
#include <tuple>

#include "onlink/engine/engine.hpp"

namespace onlink::inline v0 {

template <Engine... E>
class EngineGroup {
 public:
  // The engines outlive the group. Their order is the order of their frames and events.
  explicit EngineGroup(E&... engines) noexcept : engines_(engines...) {}

  void on_packet(Instant now, const Packet& packet, Output& output) {
    std::apply([&](E&... engine) { (engine.on_packet(now, packet, output), ...); }, engines_);
  }
  void on_deadline(Instant now, Output& output) {
    std::apply([&](E&... engine) { (call_if_due(engine, now, output), ...); }, engines_);
  }
  void on_port_report(Instant now, const PortReport& report) {
    std::apply([&](E&... engine) { (report_to(engine, now, report), ...); }, engines_);
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    std::optional<Instant> first;
    std::apply([&](const E&... engine) { ((first = earlier(first, engine.next_deadline())), ...); }, engines_);
    return first;
  }

 private:
  static std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
    return a && b ? std::min(*a, *b) : a ? a : b;
  }
  template <class One>
  static void call_if_due(One& engine, Instant now, Output& output) {
    const auto deadline = engine.next_deadline();
    if (deadline && *deadline <= now) engine.on_deadline(now, output);
  }
  template <class One>
  static void report_to(One& engine, Instant now, const PortReport& report) {
    if constexpr (PacedEngine<One>) engine.on_port_report(now, report);
  }

  std::tuple<E&...> engines_;
};

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// Many engines of one kind as one, for one run over one port: each sees every packet, and is called at its own
// deadline.
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "onlink/engine/engine.hpp"

namespace onlink::inline v0 {

template <Engine E>
class EngineSet {
 public:
  // With the arguments of its constructor. The order of adding is the order of frames and events.
  template <class... Given>
  E& add(Given&&... given) {
    return engines_.emplace_back(std::forward<Given>(given)...);
  }

  void on_packet(Instant now, const Packet& packet, Output& output) {
    for (E& engine : engines_) engine.on_packet(now, packet, output);
  }
  void on_deadline(Instant now, Output& output) {
    for (E& engine : engines_) {
      if (const auto deadline = engine.next_deadline(); deadline && *deadline <= now) engine.on_deadline(now, output);
    }
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    std::optional<Instant> first;
    for (const E& engine : engines_) {
      const auto deadline = engine.next_deadline();
      if (deadline && (!first || *deadline < *first)) first = deadline;
    }
    return first;
  }

 private:
  std::deque<E> engines_;
};

}  // namespace onlink::inline v0

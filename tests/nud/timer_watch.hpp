// SPDX-License-Identifier: Apache-2.0
// Follows every entry's deadline, to know how late the kernel may be with what a timer leads to: timers add up along a
// chain (three retransmissions), and a stimulus begins anew.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "onlink/engine/neighbor_cache.hpp"

namespace onlink::differential {

class TimerWatch {
 public:
  // How much later than the engine the kernel may be, and where something random led to it, how much earlier.
  struct Slack {
    Duration late{};
    Duration early{};
  };
  // Why a call was made, and what its consequences inherit.
  struct Cause {
    Slack slack{};                         // of what concerns nobody in `fired`
    std::map<std::string, Slack> fired{};  // neighbours whose timers led to it
    bool carrier = false;                  // the kernel hears of a carrier up to a second later

    [[nodiscard]] Slack slack_of(const std::string& key) const {
      const auto found = fired.find(key);
      return found == fired.end() ? slack : found->second;
    }
  };

  // The timers that are due.
  [[nodiscard]] Cause due(Instant now) const;
  // Behind each call: which deadlines are new.
  void look(const NeighborCache& cache, Instant now, const Cause& cause);
  // Whether a kernel's timers have certainly fired, or certainly not yet.
  [[nodiscard]] bool is_settled(Instant now) const;

 private:
  struct Timer {
    std::optional<Instant> deadline{};
    Instant armed{};
    Slack slack{};           // inherited when it was armed
    Instant settled_from{};  // what fired last has fired by then
    NudState state = NudState::none;
    std::size_t round = 0;
  };
  void look_at(const NeighborEntry& entry, Instant now, const Cause& cause);

  std::map<std::string, Timer> timers_;
  std::size_t round_ = 0;
};

}  // namespace onlink::differential

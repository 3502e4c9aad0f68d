// SPDX-License-Identifier: Apache-2.0
// Several resolvers as one engine: targets in different networks of an interface are asked from different addresses,
// and a resolver has one of each family.
#pragma once

#include <deque>
#include <optional>

#include "onlink/engine/engine.hpp"
#include "onlink/engine/resolve.hpp"

namespace onlink::inline v0::cli {

class ResolverSet {
 public:
  void add(ResolverConfig config, Instant start) { resolvers_.emplace_back(std::move(config), start); }

  void on_packet(Instant now, const Packet& packet, Output& output) {
    for (Resolver& resolver : resolvers_) resolver.on_packet(now, packet, output);
  }
  void on_deadline(Instant now, Output& output) {
    for (Resolver& resolver : resolvers_) {
      if (const auto deadline = resolver.next_deadline(); deadline && *deadline <= now)
        resolver.on_deadline(now, output);
    }
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    std::optional<Instant> first;
    for (const Resolver& resolver : resolvers_) {
      const auto deadline = resolver.next_deadline();
      if (deadline && (!first || *deadline < *first)) first = deadline;
    }
    return first;
  }

 private:
  std::deque<Resolver> resolvers_;
};

static_assert(Engine<ResolverSet>);

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
// Questions that are answered after a random wait: for proxied and anycast addresses (RFC 4861 section 7.2.8, proxy ARP
// likewise), so that the owner, or the nearest, is heard first. Like Linux (pneigh_enqueue) it keeps the question and
// not the answer: when its time comes it is received once more, by the rules of then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/rng.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/min_heap.hpp"

namespace onlink::inline v0 {

class ProxyQueue {
 public:
  struct Limits {
    Duration delay{};          // proxy_delay
    std::uint32_t length = 0;  // proxy_qlen
  };
  // False: it was full, and the question is dropped.
  bool push(Instant now, Bytes frame, const Limits& limits, Rng& rng);
  // The next whose time has come, or none.
  [[nodiscard]] std::optional<std::vector<std::byte>> pop_due(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }
  void clear() noexcept { waiting_ = {}; }

 private:
  struct Waiting {
    Instant at;
    std::uint64_t order = 0;  // among questions of one instant
    std::vector<std::byte> frame;
    [[nodiscard]] bool comes_before(const Waiting& other) const noexcept {
      return at < other.at || (at == other.at && order < other.order);
    }
  };
  MinHeap<Waiting> waiting_;
  std::uint64_t order_ = 0;
};

}  // namespace onlink::inline v0

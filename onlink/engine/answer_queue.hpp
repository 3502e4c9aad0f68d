// SPDX-License-Identifier: Apache-2.0
// Answers that wait for their time, in bounded memory that is kept from use to use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/min_heap.hpp"

namespace onlink::inline v0 {

// A whole frame, or an IP packet that has a neighbour to go to.
struct OutgoingAnswer {
  Bytes bytes{};
  std::optional<IpAddress> next_hop{};  // none: a frame
  MacAddress source_mac{};              // of an IP packet
};

class AnswerQueue {
 public:
  explicit AnswerQueue(std::size_t limit) noexcept : limit_(limit) {}

  // Copies the bytes. False: there is no room.
  bool push(Instant at, const OutgoingAnswer& answer);
  [[nodiscard]] std::optional<Instant> next() const noexcept;
  // The next that is due, or none; its bytes are good until the next push().
  [[nodiscard]] std::optional<OutgoingAnswer> pop(Instant now);

 private:
  struct Place {
    Instant at;
    std::uint64_t order = 0;  // among answers of one instant
    std::uint32_t slot = 0;
    [[nodiscard]] bool comes_before(const Place& other) const noexcept {
      return at < other.at || (at == other.at && order < other.order);
    }
  };
  struct Slot {
    std::vector<std::byte> bytes;
    std::optional<IpAddress> next_hop;
    MacAddress source_mac;
  };

  std::size_t limit_;
  MinHeap<Place> places_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t order_ = 0;
};

}  // namespace onlink::inline v0

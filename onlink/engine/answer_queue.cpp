// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/answer_queue.hpp"

namespace onlink::inline v0 {

bool AnswerQueue::push(Instant at, const OutgoingAnswer& answer) {
  if (places_.size() >= limit_) return false;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.bytes.assign(answer.bytes.begin(), answer.bytes.end());
  slot.next_hop = answer.next_hop;
  slot.source_mac = answer.source_mac;
  places_.push({.at = at, .order = order_++, .slot = index});
  return true;
}

std::optional<Instant> AnswerQueue::next() const noexcept {
  if (places_.empty()) return std::nullopt;
  return places_.top().at;
}

std::optional<OutgoingAnswer> AnswerQueue::pop(Instant now) {
  if (places_.empty() || places_.top().at > now) return std::nullopt;
  const std::uint32_t index = places_.pop().slot;
  free_.push_back(index);
  const Slot& slot = slots_[index];
  return OutgoingAnswer{.bytes = slot.bytes, .next_hop = slot.next_hop, .source_mac = slot.source_mac};
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/proxy_queue.hpp"

namespace onlink::inline v0 {

bool ProxyQueue::push(Instant now, Bytes frame, const Limits& limits, Rng& rng) {
  if (waiting_.size() > limits.length) return false;  // one more than it says, as Linux has it
  waiting_.push({.at = now + rng.between(Duration{}, limits.delay),
                 .order = order_++,
                 .frame = std::vector<std::byte>(frame.begin(), frame.end())});
  return true;
}

std::optional<std::vector<std::byte>> ProxyQueue::pop_due(Instant now) {
  if (waiting_.empty() || waiting_.top().at > now) return std::nullopt;
  return waiting_.pop().frame;
}

std::optional<Instant> ProxyQueue::next_deadline() const noexcept {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.top().at;
}

}  // namespace onlink::inline v0

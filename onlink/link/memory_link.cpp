// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/memory_link.hpp"

#include <cerrno>
#include <utility>

namespace onlink::inline v0 {

std::expected<std::size_t, Error> MemoryPort::receive(FrameSink sink) {
  std::size_t count = 0;
  while (!queue_.empty() && queue_.front().when <= now_) {
    // Taken out first: the sink may send, and the peer may answer at once.
    const Queued frame = std::move(queue_.front());
    queue_.pop_front();
    sink({.bytes = frame.bytes,
          .time = frame.wall,
          .original_size = static_cast<std::uint32_t>(frame.bytes.size()),
          .outgoing = false});
    ++count;
  }
  counters_.received += count;
  if (count == 0 && down_) return std::unexpected{down_error()};
  return count;
}

std::expected<std::size_t, Error> MemoryPort::send(const FrameList& frames) {
  if (down_) return std::unexpected{down_error()};
  std::size_t taken = 0;
  for (; taken < frames.size(); ++taken) {
    if (peer_ == nullptr) continue;
    if (peer_->queue_.size() >= peer_->capacity_) {
      ++counters_.send_stalls;
      break;
    }
    peer_->inject(frames[taken], now_, wall_);
  }
  counters_.sent += taken;
  return taken;
}

std::optional<Instant> MemoryPort::next_arrival() const {
  return queue_.empty() ? std::nullopt : std::optional{queue_.front().when};
}

void MemoryPort::set_now(Instant now, SystemTime wall) {
  now_ = now;
  wall_ = wall;
}

std::expected<void, Error> MemoryPort::check_link() {
  if (down_) return std::unexpected{down_error()};
  return {};
}

void MemoryPort::inject(Bytes frame, Instant when, SystemTime wall) {
  queue_.push_back({.bytes = {frame.begin(), frame.end()}, .when = when, .wall = wall});
}

Error MemoryPort::down_error() const { return {ErrorCode::link_down, ENETDOWN, "memory link: the link went down"}; }

MemoryLink::MemoryLink(std::size_t capacity) : first_(capacity), second_(capacity) {
  first_.peer_ = &second_;
  second_.peer_ = &first_;
}

}  // namespace onlink::inline v0

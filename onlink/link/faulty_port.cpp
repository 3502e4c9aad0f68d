// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/faulty_port.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace onlink::inline v0 {
namespace {

constexpr Duration retry_after_stall = std::chrono::milliseconds{1};

}  // namespace

FaultyPort::FaultyPort(Port& port, const Faults& incoming, const Faults& outgoing, std::uint64_t seed)
    : port_(port), incoming_(incoming), outgoing_(outgoing), rng_(seed) {}

Duration FaultyPort::hold_time(const Faults& faults) {
  Duration hold = faults.delay + rng_.between({}, faults.jitter);
  if (rng_.chance(faults.reorder)) {
    hold += std::max<Duration>(faults.delay + faults.jitter, std::chrono::milliseconds{1});
  }
  return hold;
}

void FaultyPort::take(const Faults& faults, const ReceivedFrame& frame, HeldFrames& held) {
  const int copies = rng_.chance(faults.duplicate) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (rng_.chance(faults.loss)) {
      ++lost_;
      continue;
    }
    const Duration hold = hold_time(faults);
    Held copy{.bytes = {frame.bytes.begin(), frame.bytes.end()},
              .time = frame.time + hold,
              .original_size = frame.original_size,
              .outgoing = frame.outgoing};
    if (rng_.chance(faults.corrupt) && !copy.bytes.empty()) {
      copy.bytes[rng_.below(copy.bytes.size())] ^= static_cast<std::byte>(1U << rng_.below(8));
    }
    held.emplace(now_ + hold, std::move(copy));
  }
}

std::expected<std::size_t, Error> FaultyPort::receive(FrameSink sink) {
  if (auto released = release_outgoing(); !released) return std::unexpected{released.error()};
  auto hold = [&](const ReceivedFrame& frame) { take(incoming_, frame, held_incoming_); };
  const auto arrived = port_.receive(hold);
  std::size_t count = 0;
  while (!held_incoming_.empty() && held_incoming_.begin()->first <= now_) {
    const Held frame = std::move(held_incoming_.extract(held_incoming_.begin()).mapped());
    sink({.bytes = frame.bytes, .time = frame.time, .original_size = frame.original_size, .outgoing = frame.outgoing});
    ++count;
  }
  delivered_ += count;
  if (!arrived && count == 0) return std::unexpected{arrived.error()};
  return count;
}

std::expected<std::size_t, Error> FaultyPort::send(const FrameList& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const ReceivedFrame frame{.bytes = frames[i],
                              .time = wall_,
                              .original_size = static_cast<std::uint32_t>(frames[i].size()),
                              .outgoing = true};
    take(outgoing_, frame, held_outgoing_);
  }
  accepted_ += frames.size();
  if (auto released = release_outgoing(); !released) return std::unexpected{released.error()};
  return frames.size();
}

std::expected<void, Error> FaultyPort::release_outgoing() {
  while (!held_outgoing_.empty() && held_outgoing_.begin()->first <= now_) {
    const std::vector<Bytes> frame{held_outgoing_.begin()->second.bytes};
    const auto taken = port_.send(frame);
    if (!taken) return std::unexpected{taken.error()};
    auto sent = held_outgoing_.extract(held_outgoing_.begin());
    if (*taken != 0) continue;
    sent.key() = now_ + retry_after_stall;
    held_outgoing_.insert(std::move(sent));
  }
  return {};
}

bool FaultyPort::exhausted() const noexcept {
  return port_.exhausted() && held_incoming_.empty() && held_outgoing_.empty();
}

std::optional<Instant> FaultyPort::next_arrival() const {
  std::optional<Instant> next = port_.next_arrival();
  for (const HeldFrames* held : {&held_incoming_, &held_outgoing_}) {
    if (!held->empty() && (!next || held->begin()->first < *next)) next = held->begin()->first;
  }
  return next;
}

void FaultyPort::set_now(Instant now, SystemTime wall) {
  now_ = now;
  wall_ = wall;
  port_.set_now(now, wall);
}

PortCounters FaultyPort::counters() {
  PortCounters counters = port_.counters();
  counters.received = delivered_;
  counters.sent = accepted_;
  return counters;
}

}  // namespace onlink::inline v0

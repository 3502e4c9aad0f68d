// SPDX-License-Identifier: Apache-2.0
// Two ports joined in memory: what one sends the other receives. No descriptor, no thread; time is what set_now() says.
#pragma once

#include <cstddef>
#include <deque>
#include <expected>
#include <optional>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0 {

class MemoryPort final : public Port {
 public:
  // A peer's queue holds at most this many frames; then send() takes no more, as a full interface queue would.
  explicit MemoryPort(std::size_t capacity) : capacity_(capacity) {}

  [[nodiscard]] std::expected<std::size_t, Error> receive(FrameSink sink) override;
  [[nodiscard]] std::expected<std::size_t, Error> send(const FrameList& frames) override;
  [[nodiscard]] bool exhausted() const noexcept override { return closed_ && queue_.empty(); }
  [[nodiscard]] std::optional<Instant> next_arrival() const override;
  void set_now(Instant now, SystemTime wall) override;
  [[nodiscard]] std::expected<void, Error> check_link() override;
  [[nodiscard]] PortCounters counters() override { return counters_; }

  // Puts a frame on the link as if the peer had sent it.
  void inject(Bytes frame, Instant when, SystemTime wall);
  // The peer is gone: what is queued still comes, then nothing ever.
  void close() noexcept { closed_ = true; }
  // The link went down: every call fails with link_down.
  void bring_down() noexcept { down_ = true; }

 private:
  friend class MemoryLink;
  struct Queued {
    std::vector<std::byte> bytes;
    Instant when;
    SystemTime wall;
  };
  [[nodiscard]] Error down_error() const;

  std::deque<Queued> queue_;
  MemoryPort* peer_ = nullptr;
  std::size_t capacity_;
  bool closed_ = false;
  bool down_ = false;
  Instant now_;
  SystemTime wall_;
  PortCounters counters_;
};

class MemoryLink {
 public:
  explicit MemoryLink(std::size_t capacity = 65536);
  [[nodiscard]] MemoryPort& first() noexcept { return first_; }
  [[nodiscard]] MemoryPort& second() noexcept { return second_; }

 private:
  MemoryPort first_;
  MemoryPort second_;
};

}  // namespace onlink::inline v0

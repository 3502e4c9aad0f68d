// SPDX-License-Identifier: Apache-2.0
// A Port is what frames cross: a real interface's packet ring, a pcap file, a memory link; or a decorator around
// another port that records, loses or delays. Calls never block; the driver waits on poll_fd().
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <type_traits>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

// A frame as it came in. `bytes` is lent for the duration of the call that hands it over.
struct ReceivedFrame {
  Bytes bytes{};                    // a tag that the kernel took off the frame has been put back
  SystemTime time{};                // the kernel's (or the file's) time stamp
  std::uint32_t original_size = 0;  // octets on the link; more than bytes.size() when the capture was cut
  bool outgoing = false;            // sent by this host
};

struct PortCounters {
  std::uint64_t received = 0;       // frames handed over
  std::uint64_t receive_drops = 0;  // frames that found the ring full, by the kernel's count
  std::uint64_t sent = 0;
  std::uint64_t send_stalls = 0;  // times the kernel had no room for a frame (ENOBUFS, EAGAIN)
};

// Takes each received frame. Not owning, two words, no allocation.
class FrameSink {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, FrameSink> && std::invocable<F&, const ReceivedFrame&>)
  FrameSink(F& callable) noexcept  // NOLINT(google-explicit-constructor): as with function_ref
      : object_(&callable),
        call_([](void* object, const ReceivedFrame& frame) { (*static_cast<F*>(object))(frame); }) {}
  void operator()(const ReceivedFrame& frame) const { call_(object_, frame); }

 private:
  void* object_;
  void (*call_)(void*, const ReceivedFrame&);
};

// Several frames to send, without knowing how the caller stores them.
class FrameList {
 public:
  template <class Batch>
    requires requires(const Batch& batch) {
      { batch.size() } -> std::convertible_to<std::size_t>;
      { batch[0] } -> std::convertible_to<Bytes>;
    }
  FrameList(const Batch& batch, std::size_t from = 0) noexcept  // NOLINT(google-explicit-constructor)
      : object_(&batch),
        from_(from),
        size_(batch.size() - from),
        at_([](const void* object, std::size_t index) -> Bytes {
          return (*static_cast<const Batch*>(object))[index];
        }) {}
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Bytes operator[](std::size_t index) const { return at_(object_, from_ + index); }

 private:
  const void* object_;
  std::size_t from_;
  std::size_t size_;
  Bytes (*at_)(const void*, std::size_t);
};

class Port {
 public:
  Port() = default;
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  virtual ~Port() = default;

  // Hands over what has arrived, at most about one ring block, and returns how many frames that was; 0: nothing now.
  // Errors: link_down, no_interface when the interface went down or away while it was open; system when a file is
  // damaged. Frames that came before the failure are handed over by this and later calls.
  [[nodiscard]] virtual std::expected<std::size_t, Error> receive(FrameSink sink) = 0;

  // Sends frames in order until the port has no more room, and returns how many it took; the rest is the caller's to
  // offer again (want of room is not an error). Errors: link_down, no_interface, system; then nothing was taken.
  [[nodiscard]] virtual std::expected<std::size_t, Error> send(const FrameList& frames) = 0;

  // Readable when receive() has something; -1 when there is no such descriptor (memory, file).
  [[nodiscard]] virtual int poll_fd() const noexcept { return -1; }
  // No frame will ever come again: a file at its end.
  [[nodiscard]] virtual bool exhausted() const noexcept { return false; }
  // When a port has something to hand over that no descriptor announces: a delayed frame, the next frame of a file.
  [[nodiscard]] virtual std::optional<Instant> next_arrival() const { return std::nullopt; }
  // The driver says what time it is before each round of calls, on its own clock and on the wall's.
  virtual void set_now(Instant /*now*/, SystemTime /*wall*/) {}
  // Asks whether the interface is still up and has a carrier; called a few times a second, for a lost carrier makes no
  // send fail. Errors: link_down, no_interface.
  [[nodiscard]] virtual std::expected<void, Error> check_link() { return {}; }
  [[nodiscard]] virtual PortCounters counters() = 0;
};

}  // namespace onlink::inline v0

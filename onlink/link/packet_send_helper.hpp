// SPDX-License-Identifier: Apache-2.0
// A second thread that sends, for who sends as fast as he can. On a virtual link the kernel carries a frame all the way
// into the receiver within the call that sends it, which takes longer than making the frame: two processors do more of
// that than one. Frames wait in a bounded queue of jobs; when it is full, the caller's own thread sends, so that nobody
// waits for room. Frames may leave out of order. Internal to link.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "onlink/link/packet_send.hpp"

namespace onlink::inline v0 {

// The two senders are used by one thread each. What the helper could not send, because the interface failed, is
// dropped; the next send() tells why. The destructor waits until the queue is empty.
class HelpedSender final : public PacketSender {
 public:
  HelpedSender(std::unique_ptr<PacketSender> own, std::unique_ptr<PacketSender> helpers) noexcept;
  ~HelpedSender() override;

  std::expected<std::size_t, Error> send(const FrameList& frames) override;

 private:
  static constexpr std::size_t job_frames = 64;
  static constexpr std::size_t job_count = 8;
  static_assert((job_count & (job_count - 1)) == 0, "positions wrap around");

  struct Job {
    std::vector<std::byte> bytes;
    std::array<std::size_t, job_frames> sizes{};
    std::size_t count = 0;
  };

  // The thread begins with the first frames and not with the port, so that it has only the privileges left then.
  bool start_helper() noexcept;
  [[nodiscard]] bool has_room() const noexcept;
  void hand_over(const FrameList& frames, std::size_t from, std::size_t count);
  void help();
  void send_job(const Job& job);

  std::unique_ptr<PacketSender> own_;
  std::unique_ptr<PacketSender> helpers_;
  std::array<Job, job_count> jobs_;
  std::atomic<std::uint32_t> handed_over_{0};  // jobs, by the caller
  std::atomic<std::uint32_t> done_{0};         // by the helper
  std::atomic<bool> ending_{false};
  std::atomic<bool> failed_{false};
  std::optional<Error> error_;  // the helper's, before failed_ is set
  bool helpless_ = false;       // no thread could be made
  std::thread thread_;
};

}  // namespace onlink::inline v0

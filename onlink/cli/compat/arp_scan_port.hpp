// SPDX-License-Identifier: Apache-2.0
// How arp-scan stands to its interface: a frame that finds no room is tried again so often and at such intervals, any
// other failure to send ends the scan, and a link that goes while nothing is sent is not noticed.
#pragma once

#include <cstdint>
#include <expected>

#include "onlink/link/port.hpp"

namespace onlink::inline v0::cli::compat {

class ArpScanPort final : public Port {
 public:
  // `port` outlives it. With no tries, nothing is sent, and nobody is told.
  ArpScanPort(Port& port, std::uint32_t tries, Duration interval) noexcept
      : port_(port), tries_(tries), interval_(interval) {}

  [[nodiscard]] std::expected<std::size_t, Error> receive(FrameSink sink) override;
  [[nodiscard]] std::expected<std::size_t, Error> send(const FrameList& frames) override;
  [[nodiscard]] int poll_fd() const noexcept override { return port_.poll_fd(); }
  void set_now(Instant now, SystemTime wall) override;
  [[nodiscard]] PortCounters counters() override { return port_.counters(); }

 private:
  Port& port_;
  std::uint32_t tries_;
  Duration interval_;
  std::uint32_t failures_ = 0;  // of the frame whose turn it is
  Instant now_{};
  Instant retry_at_{};
};

// An interface without a carrier: takes all frames, and nothing ever comes.
class SilentPort final : public Port {
 public:
  [[nodiscard]] std::expected<std::size_t, Error> receive(FrameSink) override { return 0; }
  [[nodiscard]] std::expected<std::size_t, Error> send(const FrameList& frames) override { return frames.size(); }
  [[nodiscard]] PortCounters counters() override { return {}; }
};

}  // namespace onlink::inline v0::cli::compat

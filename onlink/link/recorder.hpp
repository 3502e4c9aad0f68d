// SPDX-License-Identifier: Apache-2.0
// A decorator that writes every frame of a port, both ways, to a capture file.
#pragma once

#include <expected>
#include <optional>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/link/pcap_file.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0 {

class Recorder final : public Port {
 public:
  // Both outlive the recorder. A failure to write becomes the failure of the call that hit it.
  Recorder(Port& port, PcapWriter& writer) noexcept : port_(port), writer_(writer) {}

  [[nodiscard]] std::expected<std::size_t, Error> receive(FrameSink sink) override;
  [[nodiscard]] std::expected<std::size_t, Error> send(const FrameList& frames) override;
  [[nodiscard]] int poll_fd() const noexcept override { return port_.poll_fd(); }
  [[nodiscard]] bool exhausted() const noexcept override { return port_.exhausted(); }
  [[nodiscard]] std::optional<Instant> next_arrival() const override { return port_.next_arrival(); }
  void set_now(Instant now, SystemTime wall) override;
  [[nodiscard]] std::expected<void, Error> check_link() override { return port_.check_link(); }
  [[nodiscard]] PortCounters counters() override { return port_.counters(); }

 private:
  Port& port_;
  PcapWriter& writer_;
  SystemTime wall_;
};

}  // namespace onlink::inline v0

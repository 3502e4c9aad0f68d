// SPDX-License-Identifier: Apache-2.0
// A port whose link may fail without ending the run, for tools that go on: failures are told, and a frame that could
// not leave is gone.
#pragma once

#include <functional>
#include <utility>

#include "onlink/link/port.hpp"

namespace onlink::inline v0::cli::compat {

class SteadyPort final : public Port {
 public:
  struct Failures {
    std::function<void(const Error&)> on_receive{};
    std::function<void(const Error&)> on_send{};  // once for each frame that is lost; ENOBUFS: the queue takes none
  };

  // `port` outlives it.
  SteadyPort(Port& port, Failures failures) noexcept : port_(port), failures_(std::move(failures)) {}

  std::expected<std::size_t, Error> receive(FrameSink sink) override;
  std::expected<std::size_t, Error> send(const FrameList& frames) override;
  [[nodiscard]] int poll_fd() const noexcept override { return port_.poll_fd(); }
  [[nodiscard]] bool exhausted() const noexcept override { return port_.exhausted(); }
  [[nodiscard]] std::optional<Instant> next_arrival() const override { return port_.next_arrival(); }
  void set_now(Instant now, SystemTime wall) override { port_.set_now(now, wall); }
  std::expected<void, Error> check_link() override;
  [[nodiscard]] PortCounters counters() override { return port_.counters(); }

  // At some time the link was down or without carrier, so that silence means nothing.
  [[nodiscard]] bool was_lost() const noexcept { return lost_; }

 private:
  Port& port_;
  Failures failures_;
  bool lost_ = false;
};

}  // namespace onlink::inline v0::cli::compat

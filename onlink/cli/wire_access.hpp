// SPDX-License-Identifier: Apache-2.0
// What a command's frames cross: an interface, or under --read a capture file in its own time; and beside either, under
// --write, a file that gets every frame.
#pragma once

#include <expected>
#include <initializer_list>
#include <memory>
#include <optional>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/privileges.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/link/pcap_file.hpp"
#include "onlink/link/recorder.hpp"
#include "onlink/run/clock.hpp"

namespace onlink::inline v0::cli {

class WireAccess {
 public:
  // `options` is for an interface; a capture file needs none. Once this returns, no privilege is needed any more, and
  // all but those to `keep` have been given up. `second` is a socket more on an interface, for who looks, as somebody
  // else would, at what the first one did. Errors: those of opening, each with its remedy.
  [[nodiscard]] static std::expected<WireAccess, Error> open(const Context& context, const PacketPortOptions& options,
                                                             std::initializer_list<kernel::Capability> keep = {},
                                                             const std::optional<PacketPortOptions>& second = {});

  [[nodiscard]] Port& port() noexcept { return recorder_ ? static_cast<Port&>(*recorder_) : *port_; }
  // REQUIRES: it was opened with a second, and no capture file is replayed.
  [[nodiscard]] Port& second_port() noexcept {
    return second_recorder_ ? static_cast<Port&>(*second_recorder_) : *second_port_;
  }
  [[nodiscard]] Clock& clock() noexcept { return *clock_; }
  // The time on that clock, and on the wall, at which the run starts.
  [[nodiscard]] const ClockPair& start() const noexcept { return start_; }
  [[nodiscard]] bool is_replay() const noexcept { return replay_; }
  // Writes out what --write still holds; tells of a failure to do so.
  [[nodiscard]] std::expected<void, Error> close();

 private:
  WireAccess() = default;
  [[nodiscard]] std::expected<void, Error> open_writer(const Context& context);

  std::unique_ptr<Port> port_;
  std::unique_ptr<Port> second_port_;
  std::unique_ptr<PcapWriter> writer_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Recorder> second_recorder_;
  std::unique_ptr<Clock> clock_;
  ClockPair start_;
  bool replay_ = false;
};

}  // namespace onlink::inline v0::cli

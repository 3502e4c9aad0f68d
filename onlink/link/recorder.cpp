// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/recorder.hpp"

namespace onlink::inline v0 {

std::expected<std::size_t, Error> Recorder::receive(FrameSink sink) {
  std::expected<void, Error> written;
  auto record = [&](const ReceivedFrame& frame) {
    if (written) written = writer_.write(frame.bytes, frame.time, frame.original_size);
    sink(frame);
  };
  auto count = port_.receive(record);
  if (!written) return std::unexpected{written.error()};
  return count;
}

std::expected<std::size_t, Error> Recorder::send(const FrameList& frames) {
  auto taken = port_.send(frames);
  if (!taken) return taken;
  for (std::size_t i = 0; i < *taken; ++i) {
    if (auto written = writer_.write(frames[i], wall_); !written) return std::unexpected{written.error()};
  }
  return taken;
}

void Recorder::set_now(Instant now, SystemTime wall) {
  wall_ = wall;
  port_.set_now(now, wall);
}

}  // namespace onlink::inline v0

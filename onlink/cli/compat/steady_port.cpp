// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/steady_port.hpp"

#include <cerrno>

namespace onlink::inline v0::cli::compat {

std::expected<std::size_t, Error> SteadyPort::receive(FrameSink sink) {
  const auto received = port_.receive(sink);
  if (received) return received;
  lost_ = true;
  if (failures_.on_receive) failures_.on_receive(received.error());
  return 0;
}

std::expected<std::size_t, Error> SteadyPort::send(const FrameList& frames) {
  const auto taken = port_.send(frames);
  if (taken == frames.size()) return taken;
  lost_ = true;
  const Error reason = taken ? Error{ErrorCode::system, ENOBUFS, "no room to send"} : taken.error();
  for (std::size_t i = taken.value_or(0); failures_.on_send && i < frames.size(); ++i) failures_.on_send(reason);
  return frames.size();
}

std::expected<void, Error> SteadyPort::check_link() {
  if (!port_.check_link()) lost_ = true;
  return {};
}

}  // namespace onlink::inline v0::cli::compat

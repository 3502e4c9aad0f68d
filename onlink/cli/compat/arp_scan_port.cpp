// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_port.hpp"

#include <cerrno>

namespace onlink::inline v0::cli::compat {

void ArpScanPort::set_now(Instant now, SystemTime wall) {
  now_ = now;
  port_.set_now(now, wall);
}

std::expected<std::size_t, Error> ArpScanPort::receive(FrameSink sink) { return port_.receive(sink).value_or(0); }

std::expected<std::size_t, Error> ArpScanPort::send(const FrameList& frames) {
  if (tries_ == 0) return frames.size();
  if (now_ < retry_at_) return 0;
  const auto taken = port_.send(frames);
  if (!taken) return taken;
  if (*taken != 0) {
    failures_ = 0;
    return taken;
  }
  if (++failures_ >= tries_) return std::unexpected(Error{ErrorCode::system, ENOBUFS, "no room for a frame"});
  retry_at_ = now_ + interval_;
  return 0;
}

}  // namespace onlink::inline v0::cli::compat

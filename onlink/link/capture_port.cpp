// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "onlink/link/pcap_file.hpp"

namespace onlink::inline v0 {

std::expected<std::unique_ptr<CapturePort>, Error> CapturePort::open(const std::string& path) {
  auto reader = open_capture_file(path);
  if (!reader) return std::unexpected{reader.error()};
  return std::make_unique<CapturePort>(std::move(*reader));
}

CapturePort::CapturePort(std::unique_ptr<FrameReader> reader) : reader_(std::move(reader)) {
  advance();
  if (next_) start_ = Instant{next_->time.time_since_epoch()};
  now_ = start_;
}

void CapturePort::advance() {
  auto frame = reader_->next();
  next_.reset();
  if (frame) {
    next_ = *frame;
  } else {
    error_ = frame.error();
  }
}

std::expected<std::size_t, Error> CapturePort::receive(FrameSink sink) {
  if (!next_ && error_) {
    error_told_ = true;
    return std::unexpected{*error_};
  }
  if (!next_ || *next_arrival() > now_) return 0;
  sink(*next_);
  ++counters_.received;
  advance();
  return 1;
}

std::expected<std::size_t, Error> CapturePort::send(const FrameList& frames) {
  counters_.sent += frames.size();
  return frames.size();
}

// Stamps may step back (files merged, clocks set); such a frame is due at once.
std::optional<Instant> CapturePort::next_arrival() const {
  if (!next_) return error_ && !error_told_ ? std::optional{now_} : std::nullopt;
  return std::max(now_, Instant{next_->time.time_since_epoch()});
}

void CapturePort::set_now(Instant now, SystemTime /*wall*/) { now_ = now; }

}  // namespace onlink::inline v0

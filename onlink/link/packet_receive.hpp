// SPDX-License-Identifier: Apache-2.0
// The two ways in of a packet port: a TPACKET_V3 ring shared with the kernel, or recvmmsg. Internal to link.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <utility>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/link/packet_socket.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0 {

class PacketReceiver {
 public:
  PacketReceiver() = default;
  PacketReceiver(const PacketReceiver&) = delete;
  PacketReceiver& operator=(const PacketReceiver&) = delete;
  virtual ~PacketReceiver() = default;
  // As Port::receive(); does not look for an error on the socket.
  [[nodiscard]] virtual std::expected<std::size_t, Error> receive(FrameSink sink) = 0;
};

// Memory shared with the kernel; unmapped at the end.
class Mapping {
 public:
  Mapping() noexcept = default;
  Mapping(void* start, std::size_t size) noexcept : bytes_(static_cast<std::byte*>(start), size) {}
  Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping();
  [[nodiscard]] MutableBytes bytes() const noexcept { return bytes_; }

 private:
  MutableBytes bytes_;
};

// Both set the socket up for themselves; REQUIRES: it is not bound yet.
[[nodiscard]] std::expected<std::unique_ptr<PacketReceiver>, Error> make_ring_receiver(
    PacketSocket& socket, const PacketPortOptions& options);
[[nodiscard]] std::expected<std::unique_ptr<PacketReceiver>, Error> make_plain_receiver(PacketSocket& socket);

}  // namespace onlink::inline v0

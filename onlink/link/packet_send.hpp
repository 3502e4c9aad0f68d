// SPDX-License-Identifier: Apache-2.0
// The ways out of a packet port: sendmmsg or a transmit ring, each through or around the queueing discipline.
// Internal to link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>

#include "onlink/base/error.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/link/packet_socket.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0 {

class PacketSender {
 public:
  PacketSender() = default;
  PacketSender(const PacketSender&) = delete;
  PacketSender& operator=(const PacketSender&) = delete;
  virtual ~PacketSender() = default;
  // As Port::send(). A stall ends the call with what was taken until then.
  [[nodiscard]] virtual std::expected<std::size_t, Error> send(const FrameList& frames) = 0;
  [[nodiscard]] std::uint64_t stalls() const noexcept { return stalls_; }

 protected:
  void count_stall() noexcept { ++stalls_; }

 private:
  std::uint64_t stalls_ = 0;
};

// No room now, in the queue or in the socket's share of memory; not a failure.
[[nodiscard]] bool is_stall(int sys_errno) noexcept;

[[nodiscard]] std::unique_ptr<PacketSender> make_batch_sender(PacketSocket& socket);
// On a socket of its own. REQUIRES: it is not bound yet.
[[nodiscard]] std::expected<std::unique_ptr<PacketSender>, Error> make_ring_sender(PacketSocket& socket);

}  // namespace onlink::inline v0

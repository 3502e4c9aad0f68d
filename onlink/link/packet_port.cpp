// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/packet_port.hpp"

#include <linux/if_packet.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "onlink/link/packet_receive.hpp"
#include "onlink/link/packet_send.hpp"
#include "onlink/link/packet_send_helper.hpp"
#include "onlink/link/packet_socket.hpp"

namespace onlink::inline v0 {
namespace {

// A packet socket that only sends; the transmit ring wants one of its own, for the two rings of a socket share one
// mapping.
bool has_own_send_socket(SendMethod method) { return method == SendMethod::ring || method == SendMethod::ring_direct; }
bool is_direct(SendMethod method) { return method == SendMethod::batch_direct || method == SendMethod::ring_direct; }

class PacketPort final : public Port {
 public:
  explicit PacketPort(PacketSocket socket) : socket_(std::move(socket)) {}

  [[nodiscard]] std::expected<void, Error> set_up(const PacketPortOptions& options);

  std::expected<std::size_t, Error> receive(FrameSink sink) override;
  std::expected<std::size_t, Error> send(const FrameList& frames) override;
  [[nodiscard]] int poll_fd() const noexcept override { return socket_.fd(); }
  std::expected<void, Error> check_link() override { return socket_.check_link(); }
  PortCounters counters() override;

 private:
  [[nodiscard]] std::expected<void, Error> set_up_receiver(const PacketPortOptions& options);
  [[nodiscard]] std::expected<void, Error> set_up_sender(const PacketPortOptions& options);

  PacketSocket socket_;
  std::optional<PacketSocket> send_socket_;
  std::unique_ptr<PacketReceiver> receiver_;
  std::unique_ptr<PacketSender> sender_;
  bool ring_ = false;
  PortCounters counters_;
};

std::expected<void, Error> PacketPort::set_up(const PacketPortOptions& options) {
  if (auto receiving = set_up_receiver(options); !receiving) return receiving;
  if (auto sending = set_up_sender(options); !sending) return sending;
  return socket_.bind(options);
}

std::expected<void, Error> PacketPort::set_up_receiver(const PacketPortOptions& options) {
  ring_ = options.ring_bytes != 0;
  auto receiver = ring_ ? make_ring_receiver(socket_, options) : make_plain_receiver(socket_);
  if (!receiver) return std::unexpected{receiver.error()};
  receiver_ = std::move(*receiver);
  return {};
}

std::expected<void, Error> PacketPort::set_up_sender(const PacketPortOptions& options) {
  PacketSocket* socket = &socket_;
  if (has_own_send_socket(options.send_method)) {
    auto opened = PacketSocket::open(options);
    if (!opened) return std::unexpected{opened.error()};
    socket = &send_socket_.emplace(std::move(*opened));
    auto sender = make_ring_sender(*socket);
    if (!sender) return std::unexpected{sender.error()};
    sender_ = std::move(*sender);
    if (auto bound = socket->bind_to_send(); !bound) return bound;
  } else {
    sender_ = make_batch_sender(*socket);
    if (options.send_helper && std::thread::hardware_concurrency() > 1) {
      sender_ = std::make_unique<HelpedSender>(std::move(sender_), make_batch_sender(*socket));
    }
  }
  if (!is_direct(options.send_method)) return {};
  const int on = 1;
  return socket->set(SOL_PACKET, PACKET_QDISC_BYPASS, on, "bypass the queueing discipline");
}

std::expected<std::size_t, Error> PacketPort::receive(FrameSink sink) {
  auto received = receiver_->receive(sink);
  if (!received) return received;
  counters_.received += *received;
  if (*received != 0 || !ring_) return received;
  // A ring has no call that could fail.
  const int sys_errno = socket_.pending_error();
  if (sys_errno != 0) return std::unexpected{socket_.runtime_error("receive", sys_errno)};
  return received;
}

std::expected<std::size_t, Error> PacketPort::send(const FrameList& frames) {
  auto taken = sender_->send(frames);
  if (taken) counters_.sent += *taken;
  return taken;
}

PortCounters PacketPort::counters() {
  counters_.receive_drops += socket_.take_drops(ring_);
  counters_.send_stalls = sender_->stalls();
  return counters_;
}

}  // namespace

std::expected<std::unique_ptr<Port>, Error> open_packet_port(const PacketPortOptions& options) {
  auto socket = PacketSocket::open(options);
  if (!socket) return std::unexpected{socket.error()};
  auto port = std::make_unique<PacketPort>(std::move(*socket));
  if (auto set_up = port->set_up(options); !set_up) return std::unexpected{set_up.error()};
  return port;
}

}  // namespace onlink::inline v0

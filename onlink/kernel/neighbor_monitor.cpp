// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/neighbor_monitor.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "onlink/kernel/neighbor_message.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

constexpr std::size_t receive_size = 32768;

std::optional<NoticeKind> notice_kind(std::uint16_t message_type) noexcept {
  switch (message_type) {
    case RTM_NEWNEIGH:
      return NoticeKind::changed;
    case RTM_DELNEIGH:
      return NoticeKind::removed;
    case RTM_GETNEIGH:
      return NoticeKind::wanted;
    default:
      return std::nullopt;
  }
}

// Beyond net.core.rmem_max where that is permitted.
void set_buffer(mnl_socket* socket, std::size_t bytes) noexcept {
  int size = static_cast<int>(std::min(bytes, std::size_t{INT32_MAX} / 2));
  const int fd = mnl_socket_get_fd(socket);
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) == 0) return;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

}  // namespace

struct NeighborMonitor::Socket {
  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (socket != nullptr) mnl_socket_close(socket);
  }

  std::size_t deliver(std::size_t size, const Sink& sink) const {
    std::size_t delivered = 0;
    const nlmsghdr* message = buffer.data();
    for (int left = static_cast<int>(size); mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      const auto kind = notice_kind(message->nlmsg_type);
      const auto entry = kind ? parse_neighbor(*message) : std::nullopt;
      if (!entry) continue;
      sink({.kind = *kind, .entry = *entry, .sender = message->nlmsg_pid});
      ++delivered;
    }
    return delivered;
  }

  mnl_socket* socket = nullptr;
  std::vector<nlmsghdr> buffer = std::vector<nlmsghdr>(receive_size / sizeof(nlmsghdr));
};

NeighborMonitor::NeighborMonitor(std::unique_ptr<Socket> socket) noexcept : socket_(std::move(socket)) {}
NeighborMonitor::NeighborMonitor(NeighborMonitor&&) noexcept = default;
NeighborMonitor& NeighborMonitor::operator=(NeighborMonitor&&) noexcept = default;
NeighborMonitor::~NeighborMonitor() = default;

std::expected<NeighborMonitor, Error> NeighborMonitor::open(const Options& options) {
  auto socket = std::make_unique<Socket>();
  socket->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (socket->socket == nullptr) return std::unexpected(system_error(errno, "open rtnetlink socket"));
  set_buffer(socket->socket, options.buffer_bytes);
  if (mnl_socket_bind(socket->socket, RTMGRP_NEIGH, MNL_SOCKET_AUTOPID) < 0) {
    return std::unexpected(system_error(errno, "listen to neighbour notices"));
  }
  return NeighborMonitor(std::move(socket));
}

int NeighborMonitor::fd() const noexcept { return mnl_socket_get_fd(socket_->socket); }

std::expected<NeighborMonitor::Reading, Error> NeighborMonitor::read(const Sink& sink) {
  Reading reading;
  while (true) {
    const auto size = mnl_socket_recvfrom(socket_->socket, socket_->buffer.data(), receive_size);
    if (size >= 0) {
      reading.notices += socket_->deliver(static_cast<std::size_t>(size), sink);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return reading;
    if (errno != ENOBUFS) return std::unexpected(system_error(errno, "read neighbour notices"));
    reading.overrun = true;
    return reading;
  }
}

}  // namespace onlink::inline v0::kernel

// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/kernel_senders.hpp"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "onlink/base/prefix.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::differential {
namespace {

constexpr std::uint16_t discard_port = 9;
// More than any queue under test holds: a full send buffer is the socket's limit, not the neighbour table's.
constexpr int send_buffer = 8 << 20;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port, int scope) {
  SocketAddress out;
  if (address.is_ipv4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, address.octets().data(), sizeof in.sin_addr);
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::memcpy(&in.sin6_addr, address.octets().data(), sizeof in.sin6_addr);
    if (address.is_link_local()) in.sin6_scope_id = static_cast<std::uint32_t>(scope);
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  }
  return out;
}

void hear_of_errors(int fd, bool ipv4) {
  const int on = 1;
  (void)::setsockopt(fd, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, ipv4 ? IP_RECVERR : IPV6_RECVERR, &on, sizeof on);
  (void)::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer, sizeof send_buffer);
}

// The next error in the queue; 0: none.
int next_error(int fd) {
  std::array<char, 256> data;                      // NOLINT(cppcoreguidelines-pro-type-member-init): not read
  alignas(cmsghdr) std::array<char, 512> control;  // NOLINT(cppcoreguidelines-pro-type-member-init): written first
  iovec part{.iov_base = data.data(), .iov_len = data.size()};
  msghdr message{.msg_name = nullptr,
                 .msg_namelen = 0,
                 .msg_iov = &part,
                 .msg_iovlen = 1,
                 .msg_control = control.data(),
                 .msg_controllen = control.size(),
                 .msg_flags = 0};
  if (::recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return 0;
  for (cmsghdr* extra = CMSG_FIRSTHDR(&message); extra != nullptr; extra = CMSG_NXTHDR(&message, extra)) {
    const bool ours = (extra->cmsg_level == IPPROTO_IP && extra->cmsg_type == IP_RECVERR) ||
                      (extra->cmsg_level == IPPROTO_IPV6 && extra->cmsg_type == IPV6_RECVERR);
    if (!ours) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(extra), sizeof error);
    return static_cast<int>(error.ee_errno);
  }
  return 0;
}

int pending_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  (void)::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

kernel::FileDescriptor open_socket(const SendStep& step, bool ipv4) {
  const int type = (step.tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  kernel::FileDescriptor socket(::socket(ipv4 ? AF_INET : AF_INET6, type, 0));
  if (!socket) throw std::runtime_error(kernel::system_error(errno, "open socket").context);
  return socket;
}

}  // namespace

std::string errno_name(int sys_errno) {
  const char* name = ::strerrorname_np(sys_errno);
  return name != nullptr ? name : std::to_string(sys_errno);
}

kernel::FileDescriptor* KernelSenders::socket_for(const SendStep& step, const IpAddress& to,
                                                  const SocketErrorSink& sink) {
  const Key key{to, step.from};
  if (const auto found = datagrams_.find(key); found != datagrams_.end()) return &found->second;
  kernel::FileDescriptor socket = open_socket(step, to.is_ipv4());
  hear_of_errors(socket.fd(), to.is_ipv4());
  if (step.from) {
    const SocketAddress from = socket_address(*step.from, 0, interface_);
    if (::bind(socket.fd(), from.get(), from.size) != 0) {
      sink({to, errno, false});
      return nullptr;
    }
  }
  const SocketAddress peer = socket_address(to, discard_port, interface_);
  if (::connect(socket.fd(), peer.get(), peer.size) != 0) {
    sink({to, errno, false});
    return nullptr;
  }
  return &datagrams_.emplace(key, std::move(socket)).first->second;
}

void KernelSenders::send_datagrams(const SendStep& step, const IpAddress& to, const SocketErrorSink& sink) {
  kernel::FileDescriptor* socket = socket_for(step, to, sink);
  if (socket == nullptr) return;
  for (std::uint32_t number = 1; number <= step.count; ++number) {
    std::string data = step.label(number);
    data.resize(std::max(data.size(), step.size));
    (void)pending_error(socket->fd());  // else it would be this datagram's
    const int flags = MSG_DONTWAIT | (step.confirm ? MSG_CONFIRM : 0);
    if (::send(socket->fd(), data.data(), data.size(), flags) < 0) sink({to, errno, false});
  }
}

void KernelSenders::connect(const SendStep& step, const IpAddress& to, const SocketErrorSink& sink) {
  kernel::FileDescriptor socket = open_socket(step, to.is_ipv4());
  if (step.from) {
    const SocketAddress from = socket_address(*step.from, 0, interface_);
    if (::bind(socket.fd(), from.get(), from.size) != 0) return sink({to, errno, true});
  }
  const SocketAddress peer = socket_address(to, discard_port, interface_);
  if (::connect(socket.fd(), peer.get(), peer.size) != 0 && errno != EINPROGRESS) return sink({to, errno, true});
  connections_.emplace_back(to, std::move(socket));
}

void KernelSenders::send(const SendStep& step, const SocketErrorSink& sink) {
  for (std::uint32_t target = 0; target < step.targets; ++target) {
    const IpAddress to = advance(step.to, target);
    step.tcp ? connect(step, to, sink) : send_datagrams(step, to, sink);
  }
}

void KernelSenders::add_to(std::vector<pollfd>& sockets) const {
  for (const auto& [key, socket] : datagrams_) sockets.push_back({.fd = socket.fd(), .events = 0, .revents = 0});
  for (const auto& [to, socket] : connections_) sockets.push_back({.fd = socket.fd(), .events = 0, .revents = 0});
}

void KernelSenders::collect(const SocketErrorSink& sink) {
  for (const auto& [key, socket] : datagrams_) {
    while (const int error = next_error(socket.fd())) sink({key.first, error, false});
  }
  std::erase_if(connections_, [&](const auto& connection) {
    const int error = pending_error(connection.second.fd());
    if (error != 0) sink({connection.first, error, true});
    return error != 0;
  });
}

}  // namespace onlink::differential

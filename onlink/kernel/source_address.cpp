// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/source_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

constexpr std::uint16_t any_port = 1025;  // of the destination; no packet goes there

sockaddr_in socket_address(Ipv4Address address, std::uint16_t port) noexcept {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(address.value);
  return out;
}

const sockaddr* pointer(const sockaddr_in& address) noexcept { return reinterpret_cast<const sockaddr*>(&address); }

std::expected<FileDescriptor, Error> open_socket(const std::string& interface) {
  FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket) return std::unexpected{system_error(errno, "socket")};
  const auto size = static_cast<socklen_t>(interface.size() + 1);
  if (::setsockopt(socket.fd(), SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(), size) != 0) {
    return std::unexpected{system_error(errno, interface + ": bind to the interface")};
  }
  return socket;
}

}  // namespace

std::expected<Ipv4Address, Error> source_towards(Ipv4Address destination, const std::string& interface) {
  auto socket = open_socket(interface);
  if (!socket) return std::unexpected{std::move(socket.error())};
  const int on = 1;
  if (::setsockopt(socket->fd(), SOL_SOCKET, SO_DONTROUTE, &on, sizeof on) != 0) {
    return std::unexpected{system_error(errno, interface + ": send without routing")};
  }
  const sockaddr_in far = socket_address(destination, any_port);
  if (::connect(socket->fd(), pointer(far), sizeof far) != 0) {
    return std::unexpected{system_error(errno, interface + ": connect")};
  }
  sockaddr_in near{};
  socklen_t size = sizeof near;
  if (::getsockname(socket->fd(), reinterpret_cast<sockaddr*>(&near), &size) != 0) {
    return std::unexpected{system_error(errno, interface + ": read the source address")};
  }
  return Ipv4Address{ntohl(near.sin_addr.s_addr)};
}

std::expected<void, Error> require_source(Ipv4Address source, const std::string& interface) {
  auto socket = open_socket(interface);
  if (!socket) return std::unexpected{std::move(socket.error())};
  const sockaddr_in near = socket_address(source, 0);
  if (::bind(socket->fd(), pointer(near), sizeof near) == 0) return {};
  return std::unexpected{system_error(errno, interface + ": bind")};
}

}  // namespace onlink::inline v0::kernel

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/host_names.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

#include "onlink/cli/hosts_file.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

IpAddress address_in(const sockaddr& socket) {
  std::array<std::uint8_t, 16> octets{};
  if (socket.sa_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &socket, sizeof ipv4);
    std::memcpy(octets.data(), &ipv4.sin_addr, sizeof ipv4.sin_addr);
    return IpAddress::from_octets(Family::ipv4, octets);
  }
  sockaddr_in6 ipv6{};
  std::memcpy(&ipv6, &socket, sizeof ipv6);
  std::memcpy(octets.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
  return IpAddress::from_octets(Family::ipv6, octets);
}

NoAddress why(int failure) noexcept {
  switch (failure) {
    case EAI_AGAIN:
    case EAI_SYSTEM:
      return NoAddress::unreachable;
    case EAI_ADDRFAMILY:
      return NoAddress::other_family;
    default:
      return NoAddress::unknown;
  }
}

std::expected<IpAddress, NoAddress> look_up(const std::string& text, Family family, int flags) {
  addrinfo hints{};
  hints.ai_family = family == Family::ipv4 ? AF_INET : AF_INET6;
  hints.ai_socktype = SOCK_RAW;
  hints.ai_flags = flags;
  addrinfo* first = nullptr;
  const int failure = ::getaddrinfo(text.c_str(), nullptr, &hints, &first);
  if (failure != 0) return std::unexpected(why(failure));
  const AddressList list(first, ::freeaddrinfo);
  return address_in(*list->ai_addr);
}

template <class Socket>
int ask_name(const Socket& socket, std::array<char, NI_MAXHOST>& name) {
  return ::getnameinfo(reinterpret_cast<const sockaddr*>(&socket), sizeof socket, name.data(), NI_MAXHOST, nullptr, 0,
                       NI_NAMEREQD);
}

int ask_name(const IpAddress& address, std::array<char, NI_MAXHOST>& name) {
  if (address.is_ipv4()) {
    sockaddr_in socket{};
    socket.sin_family = AF_INET;
    std::memcpy(&socket.sin_addr, address.octets().data(), sizeof socket.sin_addr);
    return ask_name(socket, name);
  }
  sockaddr_in6 socket{};
  socket.sin6_family = AF_INET6;
  std::memcpy(&socket.sin6_addr, address.octets().data(), sizeof socket.sin6_addr);
  return ask_name(socket, name);
}

const HostsFile& hosts_file() {
  static const HostsFile hosts = [] {
    std::ifstream file("/etc/hosts");
    return read_hosts_file(file);
  }();
  return hosts;
}

}  // namespace

// resolver(5): what the user has set there already stays.
HostNames::HostNames() { ::setenv("RES_OPTIONS", "timeout:1 attempts:1", 0); }

std::expected<IpAddress, NoAddress> HostNames::address_of(const std::string& text, Family family) {
  return look_up(text, family, 0);
}

std::expected<IpAddress, NoAddress> HostNames::literal(const std::string& text, Family family) {
  return look_up(text, family, AI_NUMERICHOST);
}

std::optional<std::string> HostNames::name_of(const IpAddress& address) {
  if (const auto known = known_.find(address); known != known_.end()) return known->second;
  std::optional<std::string>& name = known_[address];
  if (no_server_) {
    const auto line = hosts_file().find(address);
    if (line != hosts_file().end()) name = line->second;
    return name;
  }
  std::array<char, NI_MAXHOST> text{};
  const int failure = ask_name(address, text);
  if (failure == 0) name = text.data();
  no_server_ = failure == EAI_AGAIN;
  return name;
}

}  // namespace onlink::inline v0::cli::compat

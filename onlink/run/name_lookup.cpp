// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/name_lookup.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0 {
namespace {

// What both protocols recommend, to a group or a host alike: some responders drop what might have come over a router
// (RFC 6762 section 11, RFC 4795 section 2.5).
constexpr int on_link_hops = 255;
// Datagrams read in one go, so that a flood of them cannot keep the search from its deadline.
constexpr int receive_limit = 256;
// A burst of answers to the group must not be lost while the program prints.
constexpr int receive_buffer = 1 << 18;

std::expected<void, Error> set_option(int fd, int level, int option, Bytes value, const NameLookupConfig& config) {
  if (::setsockopt(fd, level, option, value.data(), static_cast<socklen_t>(value.size())) == 0) return {};
  return std::unexpected(
      kernel::system_error(errno, config.interface + ": bind a socket for names", "needs CAP_NET_RAW, or Linux 5.7"));
}

std::expected<void, Error> set_number(int fd, int level, int option, int value, const NameLookupConfig& config) {
  return set_option(fd, level, option, std::as_bytes(std::span{&value, 1}), config);
}

std::expected<void, Error> prepare_ipv4(int fd, const NameLookupConfig& config) {
  ip_mreqn interface{};
  interface.imr_ifindex = static_cast<int>(config.interface_index);
  if (auto set = set_option(fd, IPPROTO_IP, IP_MULTICAST_IF, std::as_bytes(std::span{&interface, 1}), config); !set)
    return set;
  if (auto set = set_number(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0, config); !set) return set;
  if (auto set = set_number(fd, IPPROTO_IP, IP_TTL, on_link_hops, config); !set) return set;
  return set_number(fd, IPPROTO_IP, IP_MULTICAST_TTL, on_link_hops, config);
}

std::expected<void, Error> prepare_ipv6(int fd, const NameLookupConfig& config) {
  const auto index = static_cast<int>(config.interface_index);
  if (auto set = set_number(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1, config); !set) return set;
  if (auto set = set_number(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, index, config); !set) return set;
  if (auto set = set_number(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, config); !set) return set;
  if (auto set = set_number(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, on_link_hops, config); !set) return set;
  return set_number(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, on_link_hops, config);
}

// Empty where the host does not speak the family.
std::expected<UniqueFd, Error> open_socket(Family family, const NameLookupConfig& config) {
  const int domain = family == Family::ipv4 ? AF_INET : AF_INET6;
  UniqueFd fd{::socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd) {
    if (errno == EAFNOSUPPORT) return UniqueFd{};
    return std::unexpected(kernel::system_error(errno, config.interface + ": open a socket for names"));
  }
  const Bytes name = std::as_bytes(std::span{config.interface});
  if (auto set = set_option(fd.value(), SOL_SOCKET, SO_BINDTODEVICE, name, config); !set) {
    return std::unexpected(set.error());
  }
  static_cast<void>(set_number(fd.value(), SOL_SOCKET, SO_RCVBUF, receive_buffer, config));
  auto prepared = family == Family::ipv4 ? prepare_ipv4(fd.value(), config) : prepare_ipv6(fd.value(), config);
  if (!prepared) return std::unexpected(prepared.error());
  return fd;
}

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
};

Endpoint endpoint_of(const sockaddr_storage& from) {
  std::array<std::uint8_t, 16> octets{};
  if (from.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from, sizeof v4);
    std::memcpy(octets.data(), &v4.sin_addr, sizeof v4.sin_addr);
    return {IpAddress::from_octets(Family::ipv4, octets), ntohs(v4.sin_port)};
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &from, sizeof v6);
  std::memcpy(octets.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
  return {IpAddress::from_octets(Family::ipv6, octets), ntohs(v6.sin6_port)};
}

template <class Socket>
void send_to(int fd, const Socket& to, Bytes payload) {
  sockaddr_storage storage{};
  std::memcpy(&storage, &to, sizeof to);
  // A datagram that cannot leave is like one that got lost: the next try asks again.
  static_cast<void>(::sendto(fd, payload.data(), payload.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&storage), sizeof to));  // NOLINT: the API's own cast
}

}  // namespace

NameLookup::NameLookup(const NameLookupConfig& config, UniqueFd ipv4, UniqueFd ipv6)
    : query_(config.query, config.seed),
      interface_index_(config.interface_index),
      ipv4_(std::move(ipv4)),
      ipv6_(std::move(ipv6)) {}

std::expected<NameLookup, Error> NameLookup::open(const NameLookupConfig& config) {
  auto ipv4 = open_socket(Family::ipv4, config);
  if (!ipv4) return std::unexpected(ipv4.error());
  auto ipv6 = open_socket(Family::ipv6, config);
  if (!ipv6) return std::unexpected(ipv6.error());
  if (!*ipv4 && !*ipv6) {
    return std::unexpected(
        Error{ErrorCode::unsupported, EAFNOSUPPORT, config.interface + ": no IPv4 and no IPv6 to ask for names with"});
  }
  return NameLookup{config, *std::move(ipv4), *std::move(ipv6)};
}

void NameLookup::receive(Instant now, int fd) {
  std::array<std::byte, 9000> memory;  // the largest mDNS message (RFC 6762 section 17)
  for (int i = 0; i < receive_limit; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t got = ::recvfrom(fd, memory.data(), memory.size(), 0, reinterpret_cast<sockaddr*>(&from),
                                   &size);  // NOLINT: the API's own cast
    if (got < 0) return;
    const Endpoint sender = endpoint_of(from);
    const auto payload = Bytes{memory}.first(static_cast<std::size_t>(got));
    query_.on_datagram(now, sender.address, sender.port, payload, output_);
  }
}

void NameLookup::send(const NameDatagram& datagram) const {
  const auto& octets = datagram.destination.octets();
  if (datagram.destination.is_ipv4() && ipv4_) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(datagram.port);
    std::memcpy(&to.sin_addr, octets.data(), sizeof to.sin_addr);
    send_to(ipv4_.value(), to, datagram.payload);
  } else if (datagram.destination.is_ipv6() && ipv6_) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(datagram.port);
    std::memcpy(&to.sin6_addr, octets.data(), sizeof to.sin6_addr);
    if (datagram.destination.is_link_local() || datagram.destination.is_multicast())
      to.sin6_scope_id = interface_index_;
    send_to(ipv6_.value(), to, datagram.payload);
  }
}

void NameLookup::work(Instant now, std::vector<NameFound>& found) {
  output_.clear();
  for (const int fd : poll_fds()) {
    if (fd >= 0) receive(now, fd);
  }
  query_.on_deadline(now, output_);
  for (const NameDatagram& datagram : output_.datagrams) send(datagram);
  std::ranges::move(output_.names, std::back_inserter(found));
}

}  // namespace onlink::inline v0

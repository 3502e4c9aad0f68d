// SPDX-License-Identifier: Apache-2.0
// Makes the calling thread's kernel resolve an address.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "onlink/base/ip_address.hpp"
#include "onlink/kernel/namespaces.hpp"

namespace onlink::inline v0::test {

// One UDP datagram of an octet to the discard port. The answer to the question that it raises is for others to see.
inline void send_datagram(const IpAddress& destination) {
  constexpr std::uint16_t discard = 9;
  sockaddr_in6 ipv6{
      .sin6_family = AF_INET6, .sin6_port = htons(discard), .sin6_flowinfo = 0, .sin6_addr = {}, .sin6_scope_id = 0};
  sockaddr_in ipv4{.sin_family = AF_INET, .sin_port = htons(discard), .sin_addr = {}, .sin_zero = {}};
  const void* address = &ipv4;
  socklen_t size = sizeof ipv4;
  if (destination.is_ipv4()) {
    ipv4.sin_addr.s_addr = htonl(destination.ipv4().value);
  } else {
    std::ranges::copy(destination.octets(), std::begin(ipv6.sin6_addr.s6_addr));
    address = &ipv6;
    size = sizeof ipv6;
  }
  const kernel::FileDescriptor socket(
      ::socket(destination.is_ipv4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  (void)::sendto(socket.fd(), "x", 1, 0, static_cast<const sockaddr*>(address), size);
}

}  // namespace onlink::inline v0::test

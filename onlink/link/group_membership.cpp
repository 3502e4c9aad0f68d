// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/group_membership.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0 {
namespace {

Error join_error(const Ipv6Address& group, int sys_errno) {
  const bool without_ipv6 = sys_errno == EAFNOSUPPORT || sys_errno == ENODEV || sys_errno == EADDRNOTAVAIL;
  return {without_ipv6 ? ErrorCode::unsupported : ErrorCode::system, sys_errno,
          "join group " + to_string(group) + ": " + std::generic_category().message(sys_errno)};
}

int join_on(int socket, int interface, const Ipv6Address& group) noexcept {
  ipv6_mreq request{};
  std::ranges::copy(group.octets, request.ipv6mr_multiaddr.s6_addr);
  request.ipv6mr_interface = static_cast<unsigned>(interface);
  return ::setsockopt(socket, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request) == 0 ? 0 : errno;
}

bool is_full(int sys_errno) noexcept { return sys_errno == ENOBUFS || sys_errno == ENOMEM; }

}  // namespace

std::expected<void, Error> GroupMembership::join(const Ipv6Address& group) {
  if (joined_.contains(group)) return {};
  int failed = sockets_.empty() ? ENOBUFS : join_on(sockets_.back().value(), interface_, group);
  if (is_full(failed)) {
    UniqueFd fresh{::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!fresh) return std::unexpected(join_error(group, errno));
    failed = join_on(fresh.value(), interface_, group);
    if (failed == 0) sockets_.push_back(std::move(fresh));
  }
  if (failed != 0) return std::unexpected(join_error(group, failed));
  joined_.insert(group);
  return {};
}

}  // namespace onlink::inline v0

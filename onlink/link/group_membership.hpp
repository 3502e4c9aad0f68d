// SPDX-License-Identifier: Apache-2.0
// Tells the link that somebody here listens to an IPv6 group: the kernel joins it and reports it by MLD (RFC 3810), so
// that switches which snoop send its packets this way. A packet socket alone hears all groups that reach the interface,
// and no switch knows of it. RFC 4862 section 5.4.2 demands it before duplicate address detection. Needs no privilege.
#pragma once

#include <expected>
#include <unordered_set>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0 {

class GroupMembership {
 public:
  explicit GroupMembership(int interface_index) noexcept : interface_(interface_index) {}

  // Until this ends; a second time is no matter. Errors: unsupported (the interface has no IPv6), system.
  [[nodiscard]] std::expected<void, Error> join(const Ipv6Address& group);

 private:
  int interface_;
  std::vector<UniqueFd> sockets_;  // one holds some hundreds of groups (net.core.optmem_max)
  std::unordered_set<IpAddress> joined_;
};

}  // namespace onlink::inline v0

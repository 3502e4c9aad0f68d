// SPDX-License-Identifier: Apache-2.0
// The sockets of a NameQuery: two UDP sockets, one a family, bound to one interface, so that no question leaves on
// another link. Needs no privilege (Linux 5.7 and later). Non-blocking: the caller waits on poll_fds() until
// next_deadline() and then calls work().
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/name_query.hpp"
#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0 {

struct NameLookupConfig {
  NameQueryConfig query{};
  std::string interface{};
  std::uint32_t interface_index = 0;
  std::uint64_t seed = 1;
};

class NameLookup {
 public:
  // A family that the host does not speak has no socket, and its addresses find no name. Errors: no_interface,
  // permission, system; unsupported when the host speaks neither family.
  [[nodiscard]] static std::expected<NameLookup, Error> open(const NameLookupConfig& config);

  void ask(Instant now, const IpAddress& address) { query_.ask(now, address); }
  // Reads what has arrived, sends what is due, and appends the names that came of it. What cannot be sent now (no
  // route, full buffer) is sent by the next try, or not at all.
  void work(Instant now, std::vector<NameFound>& found);

  [[nodiscard]] std::optional<Instant> next_deadline() const { return query_.next_deadline(); }
  [[nodiscard]] bool is_done() const noexcept { return query_.outstanding() == 0; }
  // -1 stands for a socket that there is none of.
  [[nodiscard]] std::array<int, 2> poll_fds() const noexcept { return {ipv4_.value(), ipv6_.value()}; }

 private:
  NameLookup(const NameLookupConfig& config, UniqueFd ipv4, UniqueFd ipv6);
  void receive(Instant now, int fd);
  void send(const NameDatagram& datagram) const;

  NameQuery query_;
  std::uint32_t interface_index_;
  UniqueFd ipv4_;
  UniqueFd ipv6_;
  NameOutput output_;
};

}  // namespace onlink::inline v0

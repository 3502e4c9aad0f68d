// SPDX-License-Identifier: Apache-2.0
// The IP packets that a host's sockets would make: what the neighbour cache is given to send.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "onlink/base/ip_address.hpp"

namespace onlink::differential {

// REQUIRES: one family.
struct Endpoints {
  IpAddress source;
  IpAddress destination;
};

// To UDP port 9; `size` octets at least, zeros behind the text.
[[nodiscard]] std::vector<std::byte> udp_packet(const Endpoints& ends, std::string_view text, std::size_t size);
// The first segment of a TCP connection to port 9.
[[nodiscard]] std::vector<std::byte> tcp_syn(const Endpoints& ends);

}  // namespace onlink::differential

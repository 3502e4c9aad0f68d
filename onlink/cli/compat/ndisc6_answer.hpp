// SPDX-License-Identifier: Apache-2.0
// A Neighbor Advertisement as ndisc6 reads it: from the target itself, about the target, with its link-layer address.
// It asks for less than RFC 4861 section 7.1.2 does (the solicited flag towards a group passes, so do broken options
// behind the one that it looks for) and for more: an answer from another source address, as a proxy's, is none.
#pragma once

#include <optional>
#include <string>

#include "onlink/base/ip_address.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0::cli::compat {

struct Ndisc6Answer {
  Bytes link_layer_address{};  // 6 octets, unless the option is longer than Ethernet's
  Ipv6Address source{}, destination{};
  bool proxied = false;  // the source is not the target: the original passes it over
};

// Nothing: it is no advertisement of `target`, or it does not tell the address.
[[nodiscard]] std::optional<Ndisc6Answer> ndisc6_answer(const Packet& packet, const Ipv6Address& target);

// "02:00:5E:10:00:01", in upper case.
[[nodiscard]] std::string ndisc6_text(Bytes link_layer_address);

}  // namespace onlink::inline v0::cli::compat

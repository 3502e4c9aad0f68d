// SPDX-License-Identifier: Apache-2.0
// What a packet says about addresses that somebody claims, for either family: who uses which, and who wants which.
//
// IPv4 by RFC 5227 sections 2.1.1 and 2.4. IPv6 by RFC 4862 section 5.4 and, where that is silent (after the check),
// by analogy: a Neighbor Advertisement uses its target, a Neighbor Solicitation its source.
#pragma once

#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/engine/request_frame.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink::inline v0 {

struct ClaimHeard {
  MacAddress mac{};                   // who says so: the hardware address in the message, else the frame's source
  std::optional<IpAddress> used{};    // its sender's address: whoever else claims it has a conflict
  std::optional<IpAddress> wanted{};  // is asked for, and answered for by who has it
  bool probe = false;                 // asked by somebody who would like to have it, and shows no address
  std::optional<ProbeNonce> nonce{};  // of such a probe
  IpAddress asker{};                  // whom to answer; unspecified: all
};

// Nothing: it concerns no address of this network of the link.
[[nodiscard]] std::optional<ClaimHeard> claim_heard(const Packet& packet, const VlanStack& vlans) noexcept;

}  // namespace onlink::inline v0

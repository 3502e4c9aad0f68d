// SPDX-License-Identifier: Apache-2.0
// The frames of a claimer, for either family: probes, announcements (a defence is one too) and answers.
#pragma once

#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/engine/claim_receive.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/host_view.hpp"
#include "onlink/engine/request_frame.hpp"

namespace onlink::inline v0 {

class ClaimFrames {
 public:
  // `pad`: ARP frames to 60 octets, with zeros.
  ClaimFrames(const MacAddress& mac, const VlanStack& vlans, bool pad)
      : host_{.mac = mac, .vlans = vlans, .pad = pad} {}

  // An ARP request from 0.0.0.0 (RFC 5227 section 2.1.1); a Neighbor Solicitation from :: to the solicited-node group
  // (RFC 4862 section 5.4.2) with or without a nonce (RFC 7527).
  void probe(const IpAddress& address, const std::optional<ProbeNonce>& nonce, FrameBatch& out) const;
  // An ARP request by and for the address (RFC 5227 section 2.3); a Neighbor Advertisement to all nodes that overrides
  // (RFC 4861 section 7.2.6).
  void announcement(const IpAddress& address, FrameBatch& out) const;
  // `optimistic`: overrides nobody (RFC 4429 section 3.3). For IPv4's link-local addresses to all, so that a second
  // owner on a link that was joined is noticed (RFC 3927 section 2.5).
  void answer(const IpAddress& address, const ClaimHeard& question, bool optimistic, FrameBatch& out) const;

 private:
  HostView host_;
};

}  // namespace onlink::inline v0

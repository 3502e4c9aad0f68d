// SPDX-License-Identifier: Apache-2.0
// The frames of a neighbour cache: ARP, Neighbor Solicitations and Advertisements, and packets whose neighbour is
// known. RequestBuilder is for who asks many times from one address; here the address differs from frame to frame.
#pragma once

#include <array>
#include <optional>

#include "onlink/base/bytes.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/host_view.hpp"
#include "onlink/engine/ndp_receive.hpp"
#include "onlink/engine/request_frame.hpp"
#include "onlink/wire/arp.hpp"

namespace onlink::inline v0 {

void add_arp(const HostView& host, const ArpPacket& arp, const MacAddress& destination, FrameBatch& out);

struct SolicitationFrame {
  Ipv6Address source{};
  Ipv6Address target{};
  std::optional<MacAddress> mac{};  // none: to the solicited-node group
};
// With our link-layer address (RFC 4861 section 4.3).
void add_solicitation(const HostView& host, const SolicitationFrame& solicitation, FrameBatch& out);
// A probe of duplicate address detection.
void add_probe(const HostView& host, const Ipv6Address& target, const std::optional<ProbeNonce>& nonce,
               FrameBatch& out);

// Header and advertisement without a frame: it goes through the neighbour cache as every packet.
class AdvertisementPacket {
 public:
  AdvertisementPacket(const Advertisement& advertisement, const Ipv6Address& source, const MacAddress& mac) noexcept;
  [[nodiscard]] Bytes bytes() const noexcept { return Bytes{bytes_}.first(size_); }

 private:
  std::array<std::byte, 40 + 24 + 8> bytes_{};
  std::size_t size_ = 0;
};

struct LinkLayer {
  MacAddress destination{};
  MacAddress source{};
};
// `packet` is of that family.
void add_packet(const HostView& host, const LinkLayer& link, Family family, Bytes packet, FrameBatch& out);

}  // namespace onlink::inline v0

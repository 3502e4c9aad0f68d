// SPDX-License-Identifier: Apache-2.0
// The frames that ask "who has this address?": ARP requests and probes (RFC 826, RFC 5227), Neighbor Solicitations for
// resolution and for duplicate address detection (RFC 4861, RFC 4862), ICMPv6 echo requests (RFC 4443). Shared by every
// engine that asks. A scan builds hundreds of thousands a second, so each form is encoded once and then copied and
// patched.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/wire/checksum.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

// Who asks, and on which network of the link.
struct LinkIdentity {
  MacAddress mac{};
  std::optional<Ipv4Address> ipv4{};  // none: IPv4 is asked with sender 0.0.0.0, as a probe
  std::optional<Ipv6Address> ipv6{};  // usually the link-local address; none: IPv6 is asked from ::, as a probe
  VlanStack vlans{};
  bool pad = true;  // ARP frames to the Ethernet minimum of 60 octets, with zeros; tagged ones too

  // False: solicitations come from ::, and their answers go to all nodes (RFC 4861 section 7.2.4).
  [[nodiscard]] bool shows_ipv6() const noexcept { return ipv6 && !ipv6->is_unspecified(); }
};

// Random octets of a duplicate address detection probe, by which its sender knows it again (RFC 7527 section 4.1).
using ProbeNonce = std::array<std::uint8_t, 6>;

struct EchoRequest {
  Ipv6Address destination = all_nodes_address;
  MacAddress destination_mac = multicast_mac(all_nodes_address);
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
};

class RequestBuilder {
 public:
  explicit RequestBuilder(const LinkIdentity& identity) noexcept;
  [[nodiscard]] const LinkIdentity& identity() const noexcept { return identity_; }

  // Each appends one frame. A `destination` other than the default asks one station only.

  // 42 octets and the tags, padded to 60; target hardware address zero, to one station as well, as Linux has it.
  void arp_request(Ipv4Address target, FrameBatch& out, const MacAddress& destination = broadcast_mac) const;
  // Sender protocol address 0.0.0.0: nobody learns anything from it (RFC 5227 section 2.1.1).
  void arp_probe(Ipv4Address target, FrameBatch& out, const MacAddress& destination = broadcast_mac) const;

  // To the target's solicited-node group, with our link-layer address: 86 octets and the tags. From :: when the
  // identity has no IPv6 address, then without the link-layer address (78 octets), as RFC 4861 section 7.1.1 demands.
  void neighbor_solicitation(const Ipv6Address& target, FrameBatch& out) const;
  // To the target itself at that station, as when reachability is checked (RFC 4861 section 7.3.3). From ::, where only
  // the group may be addressed, the IPv6 destination stays the group.
  void neighbor_solicitation(const Ipv6Address& target, FrameBatch& out, const MacAddress& destination) const;
  // Duplicate address detection (RFC 4862 section 5.4.2): from ::, without link-layer address, with a nonce option: 86
  // octets.
  void neighbor_probe(const Ipv6Address& target, const ProbeNonce& nonce, FrameBatch& out) const;
  void neighbor_probe(const Ipv6Address& target, const ProbeNonce& nonce, FrameBatch& out,
                      const MacAddress& destination) const;

  // Without data: 62 octets and the tags. REQUIRES: the identity has an IPv6 address.
  void echo_request(const EchoRequest& request, FrameBatch& out) const;

 private:
  // A frame whose variable octets are zero. For ICMPv6 `sum` has all of the checksum but those octets.
  struct Template {
    std::array<std::byte, 104> bytes{};
    std::size_t size = 0;
    InternetChecksum sum;
  };
  [[nodiscard]] Template arp_template(Ipv4Address sender) const noexcept;
  [[nodiscard]] Template solicitation_template(const Ipv6Address& source, Bytes option) const noexcept;
  MutableBytes copy(const Template& form, const MacAddress& destination, FrameBatch& out) const;
  void patch_arp(const Template& form, Ipv4Address target, const MacAddress& destination, FrameBatch& out) const;
  struct Solicited {
    Ipv6Address target;
    Ipv6Address ip_destination;
    MacAddress destination;
  };
  MutableBytes patch_solicitation(const Template& form, const Solicited& to, InternetChecksum sum,
                                  FrameBatch& out) const;

  LinkIdentity identity_;
  std::size_t network_at_;  // where the network header begins: behind the tags
  Template request_;
  Template probe_;
  Template solicitation_;
  Template solicitation_probe_;
};

}  // namespace onlink::inline v0

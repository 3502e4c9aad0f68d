// SPDX-License-Identifier: Apache-2.0
// What a Neighbor Discovery message means to a host: the rules of RFC 4861 sections 6 to 8 and RFC 4862 section 5.4 as
// Linux has them (ndisc.c), as pure functions. All that can be seen from the packet alone was checked when it was
// decoded (wire/icmpv6).
#pragma once

#include <optional>

#include "onlink/engine/arp_receive.hpp"
#include "onlink/engine/next_hop.hpp"
#include "onlink/engine/request_frame.hpp"
#include "onlink/wire/icmpv6.hpp"

namespace onlink::inline v0 {

// A Neighbor Advertisement that answers. Its source is the target where that is ours, else the best of our addresses.
struct Advertisement {
  Ipv6Address target{};
  Ipv6Address destination{};
  bool router = false;
  bool solicited = false;
  bool override_flag = false;
  bool link_layer_address = false;
  bool operator==(const Advertisement&) const = default;
};

// A message that bears on the check of a tentative address (dad.hpp).
struct DadHeard {
  Ipv6Address address{};
  MacAddress mac{};
  std::optional<ProbeNonce> nonce{};  // of a probe
  bool advertised = false;            // else it was a probe
  bool operator==(const DadHeard&) const = default;
};

struct NdpVerdict {
  std::optional<Learned> learned{};
  bool stale_if_new = false;  // an entry made of it is STALE, whatever `learned` says
  std::optional<Advertisement> advertisement{};
  bool needs_entry = false;   // the answer leaves only if `learned` found an entry for the asker
  bool delay_answer = false;  // anycast, proxied: the message is received once more after a random part of proxy_delay
  std::optional<AddressUse> conflict{};
  std::optional<DadHeard> dad{};
  bool from_router = false;  // an RA whose contents are to be used (accept_ra)
  bool redirected = false;   // a Redirect to be followed
};

// Whether an IPv6 packet is delivered here at all: to an address of ours, or to a group that we are in.
[[nodiscard]] bool is_delivered(const HostView& host, const LinkParameters& parameters, const Ipv6Address& destination,
                                const Icmpv6Message& message) noexcept;

struct NdpHeard {
  const EthernetHeader& ethernet;
  const Ipv6Header& ip;
};

// REQUIRES for each: hears() and is_delivered().
[[nodiscard]] NdpVerdict receive(const NdpHeard& heard, const NeighborSolicitation& message,
                                 const ReceiveContext& context) noexcept;
[[nodiscard]] NdpVerdict receive(const NdpHeard& heard, const NeighborAdvertisement& message,
                                 const ReceiveContext& context) noexcept;
[[nodiscard]] NdpVerdict receive(const NdpHeard& heard, const RouterSolicitation& message,
                                 const ReceiveContext& context) noexcept;
[[nodiscard]] NdpVerdict receive(const NdpHeard& heard, const RouterAdvertisement& message,
                                 const ReceiveContext& context) noexcept;
// `current`: where the redirected destination goes now; only that router may say otherwise (RFC 4861 section 8.1).
[[nodiscard]] NdpVerdict receive(const NdpHeard& heard, const Redirect& message, const NextHop& current,
                                 const ReceiveContext& context) noexcept;

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/neighbor_frame.hpp"

#include "onlink/engine/arp_frame.hpp"
#include "onlink/wire/icmpv6.hpp"
#include "onlink/wire/ipv6.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t solicitation_size = 24;  // without options
constexpr std::size_t advertisement_size = 24;
constexpr std::size_t option_size = 8;

EthernetHeader header_of(const HostView& host, EtherType type, const LinkLayer& link) noexcept {
  return {.destination = link.destination, .source = link.source, .vlans = host.vlans, .type = type};
}

// The one option that these messages carry, as bytes.
class OptionBytes {
 public:
  explicit OptionBytes(const NdpOption& option) noexcept {
    Writer out{bytes_};
    encode(option, out);
  }
  [[nodiscard]] NdpOptions options() const noexcept { return NdpOptions::decode(bytes_).value_or(NdpOptions{}); }

 private:
  std::array<std::byte, option_size> bytes_{};
};

struct Icmpv6Frame {
  MacAddress destination{};
  Ipv6Address from{};
  Ipv6Address to{};
  std::size_t size = 0;  // of the message
};

void add_icmpv6(const HostView& host, const Icmpv6Frame& frame, const Icmpv6Message& message, FrameBatch& batch) {
  const EthernetHeader ethernet =
      header_of(host, EtherType::ipv6, {.destination = frame.destination, .source = host.mac});
  Writer out{batch.add(ethernet.size() + ipv6_header_size + frame.size)};
  encode(ethernet, ipv6_header_size + frame.size, out);
  encode(Ipv6Header{.source = frame.from, .destination = frame.to}, frame.size, out);
  encode(message, frame.from, frame.to, out);
}

}  // namespace

void add_arp(const HostView& host, const ArpPacket& arp, const MacAddress& destination, FrameBatch& out) {
  append_arp(header_of(host, EtherType::arp, {.destination = destination, .source = host.mac}), arp, host.pad, out);
}

void add_solicitation(const HostView& host, const SolicitationFrame& solicitation, FrameBatch& out) {
  const OptionBytes option{SourceLinkLayerAddress{host.mac}};
  const Ipv6Address to = solicitation.mac ? solicitation.target : solicited_node_address(solicitation.target);
  add_icmpv6(host,
             {.destination = solicitation.mac.value_or(multicast_mac(to)),
              .from = solicitation.source,
              .to = to,
              .size = solicitation_size + option_size},
             NeighborSolicitation{.target = solicitation.target, .options = option.options()}, out);
}

void add_probe(const HostView& host, const Ipv6Address& target, const std::optional<ProbeNonce>& nonce,
               FrameBatch& out) {
  const Ipv6Address group = solicited_node_address(target);
  Icmpv6Frame frame{.destination = multicast_mac(group), .from = {}, .to = group, .size = solicitation_size};
  if (!nonce) return add_icmpv6(host, frame, NeighborSolicitation{.target = target}, out);
  const OptionBytes option{NonceOption{std::as_bytes(std::span{*nonce})}};
  frame.size += option_size;
  add_icmpv6(host, frame, NeighborSolicitation{.target = target, .options = option.options()}, out);
}

AdvertisementPacket::AdvertisementPacket(const Advertisement& advertisement, const Ipv6Address& source,
                                         const MacAddress& mac) noexcept {
  const OptionBytes option{TargetLinkLayerAddress{mac}};
  const bool with_option = advertisement.link_layer_address;
  const NeighborAdvertisement message{.router = advertisement.router,
                                      .solicited = advertisement.solicited,
                                      .override_flag = advertisement.override_flag,
                                      .target = advertisement.target,
                                      .options = with_option ? option.options() : NdpOptions{}};
  Writer out{bytes_};
  encode(Ipv6Header{.source = source, .destination = advertisement.destination},
         advertisement_size + (with_option ? option_size : 0), out);
  encode(message, source, advertisement.destination, out);
  size_ = out.size();
}

void add_packet(const HostView& host, const LinkLayer& link, Family family, Bytes packet, FrameBatch& out) {
  const EthernetHeader ethernet = header_of(host, family == Family::ipv4 ? EtherType::ipv4 : EtherType::ipv6, link);
  Writer writer{out.add(ethernet.size() + packet.size())};
  encode(ethernet, packet.size(), writer);
  writer.bytes(packet);
}

}  // namespace onlink::inline v0

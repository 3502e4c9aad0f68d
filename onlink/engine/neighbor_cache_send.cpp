// SPDX-License-Identifier: Apache-2.0
// What leaves a NeighborCache: packets, solicitations, advertisements, and what it tells everybody of itself.
#include <algorithm>

#include "onlink/engine/neighbor_cache_state.hpp"
#include "onlink/engine/neighbor_frame.hpp"
#include "onlink/engine/solicitation.hpp"

namespace onlink::inline v0 {

namespace {

// Ours to be told of: not while it is tentative, nor when it is somebody else's.
bool is_announced(const HostAddress& own) noexcept {
  return own.state != HostAddressState::tentative && own.state != HostAddressState::duplicate && !own.anycast;
}

}  // namespace

NeighborLink NeighborCache::State::link_of(State& state) noexcept {
  return {.owner = &state,
          .solicit = [](void* owner, Instant, const Solicitation& solicitation,
                        Output& output) { static_cast<State*>(owner)->solicit(solicitation, output); },
          .transmit =
              [](void* owner, Instant, const Transmission& transmission, Output& output) {
                const HostView& host = static_cast<State*>(owner)->host;
                add_packet(host,
                           {.destination = transmission.mac, .source = transmission.source_mac.value_or(host.mac)},
                           transmission.address.family(), transmission.packet, output.frames);
              },
          .fixed_mac = [](void* owner,
                          const IpAddress& address) { return static_cast<State*>(owner)->fixed_mac(address); }};
}

std::optional<MacAddress> NeighborCache::State::fixed_mac(const IpAddress& address) const noexcept {
  if (address.is_multicast()) return address.is_ipv4() ? multicast_mac(address.ipv4()) : multicast_mac(address.ipv6());
  if (!arp) return host.mac;
  if (is_broadcast(host, address)) return broadcast_mac;
  return std::nullopt;
}

void NeighborCache::State::solicit(const Solicitation& solicitation, Output& output) const {
  const Family family = solicitation.address.family();
  const auto packet_source = source_of(family, solicitation.newest);
  if (family == Family::ipv4) {
    const Ipv4Address target = solicitation.address.ipv4();
    const auto waiting = packet_source ? std::optional{packet_source->ipv4()} : std::nullopt;
    const ArpPacket request{
        .operation = ArpOperation::request,
        .sender_hardware_addr = host.mac,
        .sender_protocol_addr = arp_source(host, table.parameters().arp.arp_announce, target, waiting),
        .target_hardware_addr = {},
        .target_protocol_addr = target};
    return add_arp(host, request, solicitation.mac.value_or(broadcast_mac), output.frames);
  }
  const Ipv6Address target = solicitation.address.ipv6();
  const auto waiting = packet_source ? std::optional{packet_source->ipv6()} : std::nullopt;
  if (const auto source = ndp_source(host, target, waiting)) {
    add_solicitation(host, {.source = *source, .target = target, .mac = solicitation.mac}, output.frames);
  }
}

SendResult NeighborCache::State::send(Instant now, const PacketToSend& packet, Output& output) {
  if (!up || (ipv6_off && packet.next_hop.is_ipv6())) {
    output.events.emplace_back(SendFailed{
        .time = now, .next_hop = packet.next_hop, .cookie = packet.cookie, .reason = SendFailure::unreachable});
    return SendResult::dropped;
  }
  const bool group = packet.next_hop.is_multicast() || is_broadcast(host, packet.next_hop);
  if (!group) return watched(output, [&] { return table.send(now, packet, output); });
  add_packet(host,
             {.destination = fixed_mac(packet.next_hop).value_or(broadcast_mac),
              .source = packet.source_mac.value_or(host.mac)},
             packet.next_hop.family(), packet.packet, output.frames);
  return SendResult::sent;
}

void NeighborCache::State::send_advertisement(Instant now, const Advertisement& advertisement, Output& output) {
  std::optional<IpAddress> source{advertisement.target};
  if (find_address(host, advertisement.target) == nullptr && !in_local_range(host, advertisement.target)) {
    source = best_source(host, advertisement.destination);
  }
  if (const HostAddress* own = find_address(host, advertisement.target); own != nullptr && own->anycast) {
    source = best_source(host, advertisement.destination);  // never from an anycast address (RFC 4291 section 2.6)
  }
  if (!source) return;
  const AdvertisementPacket packet{advertisement, source->ipv6(), host.mac};
  const SendResult result =
      send(now, {.next_hop = advertisement.destination, .packet = packet.bytes(), .cookie = own_cookie}, output);
  if (result == SendResult::queued) own_queued = true;
}

// Linux: inetdev_send_gratuitous_arp, ndisc_send_unsol_na.
void NeighborCache::State::notify(Instant now, Output& output) {
  const std::vector<HostAddress> addresses = host.addresses;
  for (const HostAddress& own : addresses) notify_of(now, own, output);
}

void NeighborCache::State::notify_of(Instant now, const HostAddress& own, Output& output) {
  const LinkParameters& parameters = table.parameters();
  if (!is_announced(own)) return;
  if (own.prefix.address.is_ipv6()) {
    if (!parameters.ndp.ndisc_notify || ipv6_off) return;
    const bool settled = own.state != HostAddressState::optimistic;
    return send_advertisement(now,
                              {.target = own.prefix.address.ipv6(),
                               .destination = all_nodes_address,
                               .router = parameters.ndp.forwarding,
                               .override_flag = settled,
                               .link_layer_address = true},
                              output);
  }
  if (parameters.arp.arp_notify == 0 || !arp) return;
  const Ipv4Address address = own.prefix.address.ipv4();
  add_arp(host,
          {.operation = ArpOperation::request,
           .sender_hardware_addr = host.mac,
           .sender_protocol_addr = address,
           .target_hardware_addr = {},
           .target_protocol_addr = address},
          broadcast_mac, output.frames);
}

void NeighborCache::State::forget_redirects(const Event& event) {
  if (const auto* changed = std::get_if<NeighborChanged>(&event)) {
    const bool failed = changed->after == NudState::failed && changed->address.is_ipv6();
    if (failed) redirects.forget_next_hop(changed->address.ipv6());
  } else if (const auto* router = std::get_if<RouterChanged>(&event)) {
    if (!router->present) redirects.forget_router(router->router);
  }
}

void NeighborCache::State::look_at_events(std::size_t from, Output& output) {
  const auto begin = output.events.begin() + static_cast<std::ptrdiff_t>(from);
  if (!redirects.empty()) {
    std::for_each(begin, output.events.end(), [this](const Event& event) { forget_redirects(event); });
  }
  if (!own_queued) return;
  const auto is_own = [](const Event& event) {
    const auto* failed = std::get_if<SendFailed>(&event);
    return failed != nullptr && failed->cookie == own_cookie;
  };
  output.events.erase(std::remove_if(begin, output.events.end(), is_own), output.events.end());
}

}  // namespace onlink::inline v0

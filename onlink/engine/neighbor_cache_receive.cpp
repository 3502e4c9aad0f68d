// SPDX-License-Identifier: Apache-2.0
// What NeighborCache does with a frame: the receive rules decide, this obeys.
#include <algorithm>

#include "onlink/engine/neighbor_cache_state.hpp"
#include "onlink/engine/neighbor_frame.hpp"

namespace onlink::inline v0 {
namespace {

// Linux's floors for what routers announce (ndisc_router_discovery).
constexpr Duration least_retrans_time = std::chrono::milliseconds{10};
constexpr Duration least_reachable_time = std::chrono::milliseconds{100};
constexpr int stale_times_reachable = 3;  // gc_stale_time, in times of what a router announces

// A routing header that still leads elsewhere makes it a packet for somebody else.
bool has_arrived(const Ipv6Packet& ip) noexcept { return ip.final_destination == ip.header.destination; }

}  // namespace

ReceiveContext NeighborCache::State::context(bool delay_over) const noexcept {
  return {.host = host, .parameters = table.parameters(), .rules = config.rules, .delay_over = delay_over};
}

void NeighborCache::State::receive(Instant now, const Heard& heard, Output& output) {
  if (!up || !hears(host, heard.packet.ethernet)) return;
  if (const auto* packet = std::get_if<ArpPacket>(&heard.packet.payload)) {
    if (arp && heard.packet.ethernet.type == EtherType::arp) receive_arp_packet(now, heard, *packet, output);
  } else if (const auto* datagram = std::get_if<Icmpv6Datagram>(&heard.packet.payload)) {
    if (!ipv6_off && has_arrived(datagram->ip)) receive_icmpv6(now, heard, *datagram, output);
  }
}

void NeighborCache::State::receive_arp_packet(Instant now, const Heard& heard, const ArpPacket& packet,
                                              Output& output) {
  const ArpVerdict verdict = receive_arp(heard.packet.ethernet, packet, context(heard.delay_over));
  if (verdict.conflict) {
    output.events.emplace_back(
        AddressConflict{.time = now, .address = verdict.conflict->address, .mac = verdict.conflict->mac});
  }
  LearnResult result = LearnResult::unknown;
  if (verdict.learned) result = watched(output, [&] { return table.learn(now, *verdict.learned, output); });
  const bool has_entry = result == LearnResult::known || result == LearnResult::created;
  if (!verdict.reply || (verdict.needs_entry && !has_entry)) return;
  if (verdict.delay_reply) return delay(now, Family::ipv4, heard.packet.frame);
  add_arp(host, *verdict.reply, verdict.reply->target_hardware_addr, output.frames);
}

void NeighborCache::State::receive_icmpv6(Instant now, const Heard& heard, const Icmpv6Datagram& datagram,
                                          Output& output) {
  if (!is_delivered(host, table.parameters(), datagram.ip.header.destination, datagram.message)) return;
  const NdpHeard ndp{heard.packet.ethernet, datagram.ip.header};
  const ReceiveContext rules = context(heard.delay_over);
  if (const auto* solicitation = std::get_if<NeighborSolicitation>(&datagram.message)) {
    act_on(now, heard, onlink::receive(ndp, *solicitation, rules), output);
  } else if (const auto* advertisement = std::get_if<NeighborAdvertisement>(&datagram.message)) {
    act_on(now, heard, onlink::receive(ndp, *advertisement, rules), output);
  } else if (const auto* asked = std::get_if<RouterSolicitation>(&datagram.message)) {
    act_on(now, heard, onlink::receive(ndp, *asked, rules), output);
  } else if (const auto* router = std::get_if<RouterAdvertisement>(&datagram.message)) {
    receive_advertisement(now, ndp, *router, output);
  } else if (const auto* redirect = std::get_if<Redirect>(&datagram.message)) {
    receive_redirect(now, ndp, *redirect, output);
  }
}

bool NeighborCache::State::learn(Instant now, const NdpVerdict& verdict, Output& output) {
  if (!verdict.learned) return false;
  Learned learned = *verdict.learned;
  if (verdict.stale_if_new && learned.create && !table.find(learned.address)) learned.state = NudState::stale;
  const LearnResult result = watched(output, [&] { return table.learn(now, learned, output); });
  // A router that says it is none: RFC 4861 section 7.2.5.
  if (learned.router == false && result == LearnResult::known) {
    const auto entry = table.find(learned.address);
    if (entry && !entry->router) {
      routers.remove_router(now, learned.address.ipv6(), output.events);
      redirects.forget_router(learned.address.ipv6());  // in the list of default routers or not
    }
  }
  return result == LearnResult::known || result == LearnResult::created;
}

void NeighborCache::State::act_on(Instant now, const Heard& heard, const NdpVerdict& verdict, Output& output) {
  if (verdict.conflict) {
    output.events.emplace_back(
        AddressConflict{.time = now, .address = verdict.conflict->address, .mac = verdict.conflict->mac});
  }
  if (verdict.dad) return hear_of(now, *verdict.dad, output);
  if (verdict.delay_answer) return delay(now, Family::ipv6, heard.packet.frame);
  const bool has_entry = learn(now, verdict, output);
  if (verdict.advertisement && (has_entry || !verdict.needs_entry)) {
    send_advertisement(now, *verdict.advertisement, output);
  }
}

void NeighborCache::State::receive_advertisement(Instant now, const NdpHeard& heard, const RouterAdvertisement& message,
                                                 Output& output) {
  const NdpVerdict verdict = onlink::receive(heard, message, context(false));
  if (verdict.from_router) take_parameters(now, heard.ip.source, message, output);
  learn(now, verdict, output);
  if (!verdict.from_router) return;
  watched(output, [&] { routers.on_advertisement(now, heard.ip.source, message, output.events); });
}

void NeighborCache::State::take_parameters(Instant now, const Ipv6Address& router, const RouterAdvertisement& message,
                                           Output& output) {
  LinkParameters parameters = table.parameters();
  NeighborParameters& ipv6 = parameters.ipv6;
  if (message.retrans_timer != 0) {
    ipv6.retrans_time = std::max<Duration>(std::chrono::milliseconds{message.retrans_timer}, least_retrans_time);
  }
  const Duration reachable =
      std::max<Duration>(std::chrono::milliseconds{message.reachable_time}, least_reachable_time);
  if (message.reachable_time != 0 && reachable != ipv6.base_reachable_time) {
    ipv6.base_reachable_time = reachable;
    ipv6.gc_stale_time = stale_times_reachable * reachable;
  }
  if (parameters == table.parameters()) return;
  table.set_parameters(now, parameters);
  output.events.emplace_back(ParametersLearned{.time = now,
                                               .router = router,
                                               .base_reachable_time = ipv6.base_reachable_time,
                                               .retrans_time = ipv6.retrans_time});
}

void NeighborCache::State::receive_redirect(Instant now, const NdpHeard& heard, const Redirect& message,
                                            Output& output) {
  const NextHop current = find_next_hop({now, host, routers, redirects, table}, message.destination);
  const NdpVerdict verdict = onlink::receive(heard, message, current, context(false));
  if (!verdict.redirected) return;
  // It answers a packet of ours, so what we send reaches the router.
  watched(output, [&] { table.confirm(now, heard.ip.source, output); });
  learn(now, verdict, output);
  redirects.add(now, message.destination, message.target, output.events);
}

void NeighborCache::State::delay(Instant now, Family family, Bytes frame) {
  const NeighborParameters& parameters = table.parameters().of(family);
  delayed[static_cast<std::size_t>(family)].push(
      now, frame, {.delay = parameters.proxy_delay, .length = parameters.proxy_qlen}, rng);
}

void NeighborCache::State::answer_delayed(Instant now, Output& output) {
  for (ProxyQueue& queue : delayed) {
    while (const auto frame = queue.pop_due(now)) {
      if (const auto packet = decode(*frame)) receive(now, {.packet = *packet, .delay_over = true}, output);
    }
  }
}

}  // namespace onlink::inline v0

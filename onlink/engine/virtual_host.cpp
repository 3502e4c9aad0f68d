// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/virtual_host.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

#include "onlink/wire/arp.hpp"
#include "onlink/wire/icmpv6.hpp"
#include "onlink/wire/ipv6.hpp"

namespace onlink::inline v0 {

namespace {

constexpr std::uint8_t impostor_bit = 0x04;
constexpr std::uint8_t echo_hop_limit = 64;
constexpr std::size_t echo_header_size = 8;
constexpr std::size_t advertisement_size = 24;  // without options

// Sorted, and with those that overlap made one.
std::vector<AddressRange> merged(std::vector<AddressRange> ranges) {
  std::ranges::sort(ranges);
  std::vector<AddressRange> out;
  for (const AddressRange& range : ranges) {
    if (!out.empty() && out.back().contains(range.first)) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

bool contains(const std::vector<AddressRange>& ranges, const IpAddress& address) noexcept {
  const auto after = std::ranges::upper_bound(ranges, address, {}, &AddressRange::first);
  return after != ranges.begin() && std::prev(after)->contains(address);
}

std::uint64_t hash(const IpAddress& address, std::uint64_t seed) noexcept {
  return Rng{std::hash<IpAddress>{}(address) ^ seed}.next();
}

// The first address from `address` to `last` that lies in no hole.
std::optional<IpAddress> first_outside(const std::vector<AddressRange>& holes, IpAddress address,
                                       const IpAddress& last) {
  while (true) {
    const auto after = std::ranges::upper_bound(holes, address, {}, &AddressRange::first);
    if (after == holes.begin() || !std::prev(after)->contains(address)) return address;
    if (std::prev(after)->last >= last) return std::nullopt;
    address = advance(std::prev(after)->last, 1);
  }
}

// The groups that the owner of `address` listens to (RFC 4291 section 2.8), or the address itself.
bool reaches(const Ipv6Address& destination, const Ipv6Address& address) noexcept {
  return destination == address || destination == solicited_node_address(address) || destination == all_nodes_address;
}

}  // namespace

VirtualHost::VirtualHost(VirtualHostConfig config)
    : config_(std::move(config)),
      ranges_(merged(config_.addresses)),
      holes_(merged(config_.except)),
      rng_(config_.seed) {}

bool VirtualHost::has(const IpAddress& address) const noexcept {
  return contains(ranges_, address) && !contains(holes_, address);
}

MacAddress VirtualHost::mac_of(const IpAddress& address) const noexcept {
  if (!config_.mac_per_address) return config_.mac;
  MacAddress mac = config_.mac;
  if (address.is_ipv4()) {
    std::ranges::copy(address.ipv4().octets(), mac.octets.begin() + 2);
    return mac;
  }
  // The low 40 bits keep the addresses of one prefix apart; the rest of the address tells one prefix from another.
  std::array<std::uint8_t, 16> upper = address.octets();
  std::fill(upper.end() - 5, upper.end(), std::uint8_t{0});
  const std::uint64_t mixed = hash(IpAddress::from_octets(Family::ipv6, upper), 0);
  for (std::size_t i = 0; i < 5; ++i) {
    mac.octets[1 + i] = static_cast<std::uint8_t>(address.octets()[11 + i] ^ mixed >> 8 * i);
  }
  return mac;
}

std::optional<MacAddress> VirtualHost::impostor_of(const IpAddress& address) const noexcept {
  if (config_.impostor <= 0 || !has(address)) return std::nullopt;
  if (!Rng{hash(address, config_.seed)}.chance(config_.impostor)) return std::nullopt;
  MacAddress mac = mac_of(address);
  mac.octets[0] ^= impostor_bit;
  return mac;
}

std::optional<Instant> VirtualHost::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.top().at;
}

void VirtualHost::on_deadline(Instant now, Output& output) {
  while (!waiting_.empty() && waiting_.top().at <= now) {
    const Delayed delayed = waiting_.pop();
    output.frames.add(Bytes{slots_[delayed.slot]});
    free_slots_.push_back(delayed.slot);
    ++counters_.answers;
  }
}

void VirtualHost::on_packet(Instant now, const Packet& packet, Output& output) {
  const EthernetHeader& ethernet = packet.ethernet;
  if (ethernet.encapsulation != Encapsulation::ethernet2 || !ethernet.vlans.same_network(config_.vlans)) return;
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) return on_arp(now, packet, *arp, output);
  const auto* datagram = std::get_if<Icmpv6Datagram>(&packet.payload);
  if (datagram == nullptr) return;
  if (std::holds_alternative<NeighborSolicitation>(datagram->message)) {
    return on_solicitation(now, packet, *datagram, output);
  }
  if (std::holds_alternative<Icmpv6Echo>(datagram->message)) return on_echo(now, packet, *datagram, output);
}

template <class Answer>
void VirtualHost::for_each_claimant(const IpAddress& address, const MacAddress& destination, Answer answer) {
  const bool to_all = destination.is_group();
  const MacAddress owner = mac_of(address);
  const std::optional<MacAddress> impostor = impostor_of(address);
  const bool to_owner = to_all || destination == owner;
  const bool to_impostor = impostor && (to_all || destination == *impostor);
  if (!to_owner && !to_impostor) return;
  ++counters_.questions;
  if (to_owner) answer(owner);
  if (to_impostor) answer(*impostor);
}

EthernetHeader VirtualHost::header(EtherType type, const MacAddress& from, const MacAddress& to) const noexcept {
  return {.destination = to, .source = from, .vlans = config_.vlans, .type = type};
}

// As Linux answers: a probe (sender 0.0.0.0) too, an announcement of our own address not; to the sender hardware
// address.
void VirtualHost::on_arp(Instant now, const Packet& packet, const ArpPacket& arp, Output& output) {
  const bool request = packet.ethernet.type == EtherType::arp && arp.operation == ArpOperation::request;
  if (!request || arp.is_announcement() || !arp.sender_hardware_addr.is_unicast()) return;
  if (!has(arp.target_protocol_addr)) return;
  for_each_claimant(arp.target_protocol_addr, packet.ethernet.destination, [&](const MacAddress& mac) {
    scratch_.assign(ethernet_header_size + 4 * config_.vlans.size() + arp_packet_size, std::byte{});
    Writer out{scratch_};
    encode(header(EtherType::arp, mac, arp.sender_hardware_addr), arp_packet_size, out);
    const ArpPacket reply{.operation = ArpOperation::reply,
                          .sender_hardware_addr = mac,
                          .sender_protocol_addr = arp.target_protocol_addr,
                          .target_hardware_addr = arp.sender_hardware_addr,
                          .target_protocol_addr = arp.sender_protocol_addr};
    encode(reply, out.reserve(arp_packet_size).first<arp_packet_size>());
    if (config_.pad && scratch_.size() < min_frame_size) scratch_.resize(min_frame_size);
    send(now, scratch_, output);
  });
}

// The answers of Linux (RFC 4861 section 7.2.4). Two differ for want of a neighbour cache: a solicitation
// by multicast without link-layer address gets no answer, as from a Linux that does not know the sender; one by unicast
// is answered to the frame's source.
void VirtualHost::on_solicitation(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output) {
  const auto& message = std::get<NeighborSolicitation>(datagram.message);
  const Ipv6Header& ip = datagram.ip.header;
  if (!has(message.target) || !reaches(ip.destination, message.target)) return;
  const auto named = message.options.first<SourceLinkLayerAddress>();
  const bool probe = ip.source.is_unspecified();
  const bool by_group = ip.destination.is_multicast();
  if (!probe && by_group && !named) return;

  const Ipv6Address to = probe ? all_nodes_address : ip.source;
  const MacAddress asker = named ? named->address : packet.ethernet.source;
  const MacAddress to_mac = probe ? multicast_mac(all_nodes_address) : asker;
  if (!probe && !to_mac.is_unicast()) return;
  for_each_claimant(message.target, packet.ethernet.destination, [&](const MacAddress& mac) {
    std::array<std::byte, 8> option{};
    Writer writer{option};
    encode(NdpOption{TargetLinkLayerAddress{mac}}, writer);
    const auto options = by_group ? NdpOptions::decode(option) : NdpOptions{};
    assert(options);
    const NeighborAdvertisement answer{.router = config_.router,
                                       .solicited = !probe,
                                       .override_flag = by_group,
                                       .target = message.target,
                                       .options = options.value_or(NdpOptions{})};
    send_icmpv6(now, header(EtherType::ipv6, mac, to_mac), {.source = message.target, .destination = to}, answer,
                output);
  });
}

void VirtualHost::on_echo(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output) {
  const auto& echo = std::get<Icmpv6Echo>(datagram.message);
  const Ipv6Header& ip = datagram.ip.header;
  if (echo.reply || echo.code != 0 || ip.source.is_unspecified() || !packet.ethernet.source.is_unicast()) return;
  const EchoAsked asked{echo, ip.source, packet.ethernet.source, packet.ethernet.destination};
  if (has(ip.destination)) return answer_echo(now, ip.destination, asked, output);
  if (ip.destination == all_nodes_address && asked.destination_mac.is_group()) answer_group_echo(now, asked, output);
}

void VirtualHost::answer_echo(Instant now, const Ipv6Address& from, const EchoAsked& asked, Output& output) {
  for_each_claimant(from, asked.destination_mac, [&](const MacAddress& mac) {
    Icmpv6Echo answer = asked.echo;
    answer.reply = true;
    send_icmpv6(now, header(EtherType::ipv6, mac, asked.asker_mac),
                {.hop_limit = echo_hop_limit, .source = from, .destination = asked.asker}, answer, output);
  });
}

void VirtualHost::answer_group_echo(Instant now, const EchoAsked& asked, Output& output) {
  if (!config_.mac_per_address) {
    if (const auto from = group_answer_source(asked.asker)) answer_echo(now, *from, asked, output);
    return;
  }
  std::size_t count = 0;
  for (const AddressRange& range : ranges_) {
    if (!range.first.is_ipv6()) continue;
    auto next = first_outside(holes_, range.first, range.last);
    for (; next && count < config_.max_group_answers; ++count) {
      answer_echo(now, next->ipv6(), asked, output);
      next = *next == range.last ? std::nullopt : first_outside(holes_, advance(*next, 1), range.last);
    }
  }
}

std::optional<Ipv6Address> VirtualHost::group_answer_source(const Ipv6Address& asker) const noexcept {
  std::optional<Ipv6Address> found;
  for (const AddressRange& range : ranges_) {
    const auto first = first_outside(holes_, range.first, range.last);
    if (!first || !first->is_ipv6()) continue;
    if (first->is_link_local() == asker.is_link_local()) return first->ipv6();
    if (!found) found = first->ipv6();
  }
  return found;
}

void VirtualHost::send_icmpv6(Instant now, const EthernetHeader& ethernet, const Ipv6Header& ip,
                              const Icmpv6Message& message, Output& output) {
  const auto* advertisement = std::get_if<NeighborAdvertisement>(&message);
  const auto* echo = std::get_if<Icmpv6Echo>(&message);
  const std::size_t size = advertisement != nullptr ? advertisement_size + advertisement->options.bytes().size()
                                                    : echo_header_size + echo->data.size();
  scratch_.assign(ethernet.size() + ipv6_header_size + size, std::byte{});
  Writer out{scratch_};
  encode(ethernet, ipv6_header_size + size, out);
  encode(ip, size, out);
  encode(message, ip.source, ip.destination, out);
  assert(out.ok() && out.size() == scratch_.size());
  send(now, scratch_, output);
}

void VirtualHost::send(Instant now, Bytes frame, Output& output) {
  if (rng_.chance(config_.loss)) {
    ++counters_.lost;
    return;
  }
  send_once(now, frame, output);
  if (!rng_.chance(config_.duplicate)) return;
  ++counters_.duplicated;
  send_once(now, frame, output);
}

void VirtualHost::send_once(Instant now, Bytes frame, Output& output) {
  const Duration delay = config_.delay + rng_.between(Duration{}, config_.jitter);
  if (delay <= Duration{}) {
    output.frames.add(frame);
    ++counters_.answers;
    return;
  }
  if (waiting_.size() >= config_.max_delayed) {
    ++counters_.overflowed;
    return;
  }
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[slot].assign(frame.begin(), frame.end());
  waiting_.push({.at = now + delay, .order = order_++, .slot = slot});
}

}  // namespace onlink::inline v0

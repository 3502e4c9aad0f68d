// SPDX-License-Identifier: Apache-2.0
// A virtual host's ARP and Neighbor Discovery: what the receive rules say, done
// with the MAC address of whichever address is asked for.
#include <algorithm>
#include <cassert>
#include <utility>

#include "onlink/engine/request_frame.hpp"
#include "onlink/engine/solicitation.hpp"
#include "onlink/engine/virtual_host_state.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t advertisement_size = 24;  // without options
constexpr std::size_t link_layer_option_size = 8;
constexpr std::uint8_t ndp_hop_limit = 255;
constexpr std::size_t max_checks = 64;
constexpr Duration longest_check_delay = std::chrono::seconds{1};  // RFC 4862 section 5.4.2: MAX_RTR_SOLICITATION_DELAY

}  // namespace

// --- ARP ---

void VirtualHost::State::on_arp(Instant now, const Packet& packet, const ArpPacket& arp, Output& output) {
  if (packet.ethernet.type != EtherType::arp) return;
  const IpAddress target = arp.target_protocol_addr;
  Asked asked{.now = now, .packet = packet, .served = {}};
  asked.claimants = claimants_of(target, packet.ethernet.destination);
  if (!asked.claimants.any() && !packet.ethernet.destination.is_group()) return;
  const bool proxied = asked.claimants.any() && !has(target);
  if (proxied) proxy_view_.proxied.front() = target;
  const ArpVerdict verdict = receive_arp(heard_header(packet), arp,
                                         {.host = proxied ? proxy_view_ : view_,
                                          .parameters = proxied ? proxy_parameters_ : parameters_,
                                          .rules = rules_});
  note_conflict(now, verdict.conflict, packet.ethernet.source, output);
  (void)learn(now, verdict.learned, output);
  if (!verdict.reply || !asked.claimants.any()) return;
  if (verdict.delay_reply) asked.most = config_.proxy_delay;
  asked.served = {.time = now,
                  .service = arp.is_probe() ? Service::arp_probe : Service::arp,
                  .proxied = proxied,
                  .asker = arp.sender_protocol_addr,
                  .asker_mac = arp.sender_hardware_addr,
                  .address = target,
                  .mac = {},
                  .vlans = packet.ethernet.vlans};
  answer_arp(asked, arp, output);
}

// Straight to who asked, as Linux does: an answer by ARP does not go through
// the neighbour table.
void VirtualHost::State::answer_arp(Asked& asked, const ArpPacket& arp, Output& output) {
  ++counters_.questions;
  const std::size_t size = ethernet_header_size + 4 * config_.vlans.size() + arp_packet_size;
  for (const auto& mac : {asked.claimants.owner, asked.claimants.impostor}) {
    if (!mac) continue;
    scratch_.assign(config_.pad ? std::max(size, min_frame_size) : size, std::byte{});
    Writer out{scratch_};
    encode(header(EtherType::arp, *mac, arp.sender_hardware_addr), arp_packet_size, out);
    const ArpPacket reply{.operation = ArpOperation::reply,
                          .sender_hardware_addr = *mac,
                          .sender_protocol_addr = arp.target_protocol_addr,
                          .target_hardware_addr = arp.sender_hardware_addr,
                          .target_protocol_addr = arp.sender_protocol_addr};
    encode(reply, out.reserve(arp_packet_size).first<arp_packet_size>());
    put(asked, {.bytes = scratch_}, output);
  }
  report(asked, output);
}

LearnResult VirtualHost::State::learn(Instant now, const std::optional<Learned>& learned, Output& output) {
  if (!learned) return LearnResult::known;
  if (config_.knows_neighbors) return table_.learn(now, *learned, output);
  return learned->create ? LearnResult::known : LearnResult::unknown;
}

void VirtualHost::State::note_conflict(Instant now, const std::optional<AddressUse>& use, const MacAddress& sender,
                                       Output& output) {
  if (!use || use->mac == mac_of(use->address) || use->mac == macs_.impostor_of(use->address)) return;
  output.events.emplace_back(
      AddressConflict{.time = now, .address = use->address, .mac = use->mac.is_unicast() ? use->mac : sender});
}

// --- Neighbor Discovery ---

void VirtualHost::State::on_icmpv6(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output) {
  std::visit(
      [&]<class Message>(const Message& message) {
        if constexpr (std::is_same_v<Message, NeighborSolicitation>) {
          on_solicitation(now, packet, datagram, output);
        } else if constexpr (std::is_same_v<Message, Icmpv6Echo>) {
          if (!message.reply) on_icmpv6_echo(now, packet, datagram, output);
        } else if constexpr (!std::is_same_v<Message, Redirect> && !std::is_same_v<Message, Icmpv6Other>) {
          learn_from(now, packet, datagram, message, output);
        }
      },
      datagram.message);
}

// Advertisements, and what routers say of themselves.
template <class Message>
void VirtualHost::State::learn_from(Instant now, const Packet& packet, const Icmpv6Datagram& datagram,
                                    const Message& message, Output& output) {
  const IpAddress to = datagram.ip.header.destination;
  if (!packet.ethernet.destination.is_group() && !claimants_of(to, packet.ethernet.destination).any()) return;
  if (!is_delivered(view_, parameters_, datagram.ip.header.destination, datagram.message)) return;
  const EthernetHeader ethernet = heard_header(packet);
  const NdpVerdict verdict = receive(NdpHeard{ethernet, datagram.ip.header}, message,
                                     ReceiveContext{.host = view_, .parameters = parameters_, .rules = rules_});
  if (verdict.dad) check_heard(now, *verdict.dad, output);
  note_conflict(now, verdict.conflict, packet.ethernet.source, output);
  (void)learn(now, verdict.learned, output);
}

void VirtualHost::State::on_solicitation(Instant now, const Packet& packet, const Icmpv6Datagram& datagram,
                                         Output& output) {
  const auto& message = std::get<NeighborSolicitation>(datagram.message);
  const Ipv6Header& ip = datagram.ip.header;
  Asked asked{.now = now, .packet = packet, .served = {}};
  asked.claimants = claimants_of(message.target, packet.ethernet.destination);
  if (!asked.claimants.any() && !packet.ethernet.destination.is_group()) return;
  const bool proxied = asked.claimants.any() && !has(message.target);
  if (proxied) proxy_view_.proxied.front() = message.target;
  const HostView& view = proxied ? proxy_view_ : view_;
  const LinkParameters& parameters = proxied ? proxy_parameters_ : parameters_;
  if (!is_delivered(view, parameters, ip.destination, datagram.message)) return;

  const EthernetHeader ethernet = heard_header(packet);
  const NdpVerdict verdict =
      receive(NdpHeard{ethernet, ip}, message,
              ReceiveContext{.host = view, .parameters = parameters, .rules = rules_, .delay_over = true});
  if (verdict.dad) check_heard(now, *verdict.dad, output);
  note_conflict(now, verdict.conflict, packet.ethernet.source, output);
  const LearnResult learned = learn(now, verdict.learned, output);
  if (!verdict.advertisement || !asked.claimants.any()) return;
  if (verdict.needs_entry && learned == LearnResult::unknown) return;

  const auto named = message.options.first<SourceLinkLayerAddress>();
  asked.served = {.time = now,
                  .service = ip.source.is_unspecified() ? Service::duplicate_detection : Service::neighbor_solicitation,
                  .proxied = proxied,
                  .asker = ip.source,
                  .asker_mac = named ? named->address : packet.ethernet.source,
                  .address = message.target,
                  .mac = {},
                  .vlans = packet.ethernet.vlans};
  if (proxied && packet.ethernet.destination.is_group()) asked.most = config_.proxy_delay;
  if (config_.anycast) asked.most = config_.anycast_delay;
  answer_solicitation(asked, *verdict.advertisement, output);
}

void VirtualHost::State::answer_solicitation(Asked& asked, const Advertisement& advertisement, Output& output) {
  const IpAddress source =
      has(advertisement.target)
          ? advertisement.target
          : best_source(view_, advertisement.destination).value_or(link_local_address(config_.mac));
  const std::size_t size = advertisement_size + (advertisement.link_layer_address ? link_layer_option_size : 0);
  answer_ip(
      asked,
      {.source = source,
       .destination = advertisement.destination,
       .protocol = IpProtocol::icmpv6,
       .hop_limit = ndp_hop_limit},
      size,
      [&](Writer& out, const MacAddress& mac) {
        std::array<std::byte, link_layer_option_size> option{};
        Writer option_out{option};
        encode(NdpOption{TargetLinkLayerAddress{mac}}, option_out);
        const auto options = advertisement.link_layer_address ? NdpOptions::decode(option) : NdpOptions{};
        assert(options);
        encode(Icmpv6Message{NeighborAdvertisement{.router = advertisement.router,
                                                   .solicited = advertisement.solicited,
                                                   .override_flag = advertisement.override_flag && !config_.anycast,
                                                   .target = advertisement.target,
                                                   .options = options.value_or(NdpOptions{})}},
               source.ipv6(), advertisement.destination, out);
      },
      output);
}

// --- checks of our own addresses (RFC 4862 section 5.4) ---

// Single IPv6 addresses are not ours yet.
void VirtualHost::State::add_checked_addresses() {
  for (HostAddress& own : view_.addresses) {
    const AddressRange only{own.prefix.address, own.prefix.address};
    const auto& ranges = addresses_.ranges();
    const bool single = std::ranges::find(ranges, only) != ranges.end();
    if (!own.prefix.address.is_ipv6() || !single || checks_.size() == max_checks) continue;
    own.state = HostAddressState::tentative;
    addresses_.remove(only);
  }
}

void VirtualHost::State::start(Instant now, Output& output) {
  for (const HostAddress& own : view_.addresses) {
    if (own.state != HostAddressState::tentative) continue;
    ProbeNonce nonce;
    for (std::uint8_t& octet : nonce) octet = static_cast<std::uint8_t>(rng_.next());
    checks_.emplace_back(DadConfig{.address = own.prefix.address.ipv6(),
                                   .transmits = parameters_.ndp.dad_transmits,
                                   .retrans_time = parameters_.ipv6.retrans_time,
                                   .delay = rng_.between(Duration{}, longest_check_delay),
                                   .nonce = nonce},
                         now);
  }
  run_checks(now, output);
}

void VirtualHost::State::check_heard(Instant now, const DadHeard& heard, Output& output) {
  const auto check = std::ranges::find(checks_, heard.address, &DuplicateCheck::address);
  if (check == checks_.end()) return;
  if (heard.advertised) {
    check->on_advertisement(heard.mac);
  } else {
    check->on_solicitation(true, heard.nonce, heard.mac);
  }
  settle_checks(now, output);
}

void VirtualHost::State::run_checks(Instant now, Output& output) {
  for (DuplicateCheck& check : checks_) {
    const auto due = check.next_deadline();
    if (!due || *due > now || !check.on_deadline(now)) continue;
    const RequestBuilder builder{{.mac = mac_of(check.address()), .vlans = config_.vlans, .pad = config_.pad}};
    builder.neighbor_probe(check.address(), check.nonce().value_or(ProbeNonce{}), output.frames);
  }
  settle_checks(now, output);
}

void VirtualHost::State::settle_checks(Instant now, Output& output) {
  for (const DuplicateCheck& check : checks_) {
    if (check.state() == DadState::probing) continue;
    const IpAddress address = check.address();
    const bool ours = check.state() == DadState::verified;
    const auto own =
        std::ranges::find(view_.addresses, address, [](const HostAddress& known) { return known.prefix.address; });
    if (own != view_.addresses.end()) own->state = ours ? HostAddressState::preferred : HostAddressState::duplicate;
    if (ours) {
      std::vector<AddressRange> ranges = addresses_.ranges();
      ranges.push_back({address, address});
      addresses_ = RangeSet{std::move(ranges)};
    }
    output.events.emplace_back(
        AddressVerified{.time = now, .address = check.address(), .duplicate = !ours, .owner = check.owner()});
  }
  std::erase_if(checks_, [](const DuplicateCheck& check) { return check.state() != DadState::probing; });
  proxy_view_.addresses = view_.addresses;
}

// --- what the neighbour table sends ---

// From the address that the waiting packet shows, else from the one that fits
// best.
std::optional<IpAddress> VirtualHost::State::solicitation_source(const Solicitation& solicitation) const noexcept {
  const IpAddress& target = solicitation.address;
  const auto shown = source_of(target.family(), solicitation.newest);
  if (shown && has(*shown)) return shown;
  if (target.is_ipv4()) return arp_source(view_, parameters_.arp.arp_announce, target.ipv4(), std::nullopt);
  return ndp_source(view_, target.ipv6(), std::nullopt);
}

void VirtualHost::State::solicit(void* self, Instant /*now*/, const Solicitation& solicitation, Output& output) {
  const State& state = *static_cast<const State*>(self);
  const auto source = state.solicitation_source(solicitation);
  if (!source) return;
  LinkIdentity identity{.mac = state.mac_of(*source), .vlans = state.config_.vlans, .pad = state.config_.pad};
  const IpAddress& target = solicitation.address;
  if (target.is_ipv4()) {
    identity.ipv4 = source->ipv4();
    RequestBuilder{identity}.arp_request(target.ipv4(), output.frames, solicitation.mac.value_or(broadcast_mac));
    return;
  }
  identity.ipv6 = source->ipv6();
  const RequestBuilder builder{identity};
  if (solicitation.mac) {
    builder.neighbor_solicitation(target.ipv6(), output.frames, *solicitation.mac);
  } else {
    builder.neighbor_solicitation(target.ipv6(), output.frames);
  }
}

void VirtualHost::State::transmit(void* self, Instant /*now*/, const Transmission& transmission, Output& output) {
  const State& state = *static_cast<const State*>(self);
  const EthernetHeader header = state.header(transmission.address.is_ipv4() ? EtherType::ipv4 : EtherType::ipv6,
                                             transmission.source_mac.value_or(state.config_.mac), transmission.mac);
  Writer out{output.frames.add(header.size() + transmission.packet.size())};
  encode(header, transmission.packet.size(), out);
  out.bytes(transmission.packet);
}

std::optional<MacAddress> VirtualHost::State::fixed_mac(void* /*self*/, const IpAddress& address) {
  if (address.is_ipv6()) {
    return address.is_multicast() ? std::optional{multicast_mac(address.ipv6())} : std::nullopt;
  }
  if (address.ipv4().is_broadcast()) return broadcast_mac;
  return address.is_multicast() ? std::optional{multicast_mac(address.ipv4())} : std::nullopt;
}

}  // namespace onlink::inline v0

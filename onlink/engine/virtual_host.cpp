// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/virtual_host.hpp"

#include <algorithm>
#include <utility>

#include "onlink/engine/solicitation.hpp"
#include "onlink/engine/virtual_host_state.hpp"

namespace onlink::inline v0 {
namespace {

RangeSet without(std::vector<AddressRange> ranges, const std::vector<AddressRange>& holes) {
  RangeSet set{std::move(ranges)};
  for (const AddressRange& hole : holes) set.remove(hole);
  return set;
}

LinkParameters table_parameters(const VirtualHostConfig& config) {
  LinkParameters parameters;
  for (NeighborGcParameters* gc : {&parameters.gc_ipv4, &parameters.gc_ipv6}) {
    *gc = {.gc_thresh1 = config.max_askers / 8, .gc_thresh2 = config.max_askers / 2, .gc_thresh3 = config.max_askers};
  }
  parameters.ndp.forwarding = config.router;
  return parameters;
}

// What Linux wants for a proxy entry to be heeded: it forwards, and the route
// leads elsewhere.
LinkParameters proxying(LinkParameters parameters, Duration delay) {
  parameters.ipv4.proxy_delay = parameters.ipv6.proxy_delay = delay;
  parameters.arp.forwarding = parameters.ndp.forwarding = parameters.ndp.proxy_ndp = true;
  return parameters;
}

}  // namespace

VirtualHost::State::State(VirtualHostConfig config)
    : config_(std::move(config)),
      addresses_(without(config_.addresses, config_.except)),
      proxied_(without(config_.proxied, config_.except)),
      macs_{.base = config_.mac,
            .per_address = config_.mac_per_address,
            .impostor = config_.impostor,
            .seed = config_.seed},
      parameters_(table_parameters(config_)),
      proxy_parameters_(proxying(parameters_, config_.proxy_delay)),
      rules_(NeighborRules::strict().set(NeighborRule::senders_on_link, false)),
      rng_(config_.seed),
      table_({.parameters = parameters_, .rules = rules_, .seed = config_.seed},
             {.owner = this, .solicit = solicit, .transmit = transmit, .fixed_mac = fixed_mac}),
      waiting_(config_.max_delayed) {
  if (config_.routes.empty()) {
    config_.routes = {{.destination = {Ipv4Address{}, 0}}, {.destination = {Ipv6Address{}, 0}}};
  }
  fill_views();
}

// The single addresses, for they are the ones to ask from; of ranges the first
// of each family.
void VirtualHost::State::fill_views() {
  constexpr std::size_t enough = 64;
  view_.mac = config_.mac;
  view_.vlans = config_.vlans;
  view_.pad = config_.pad;
  view_.routes = config_.routes;
  for (const AddressRange& range : addresses_.ranges()) {
    const bool known = std::ranges::any_of(view_.addresses, [&](const HostAddress& own) {
      return own.prefix.address.family() == range.first.family() &&
             own.prefix.address.is_link_local() == range.first.is_link_local();
    });
    const bool single = range.first == range.last && view_.addresses.size() < enough;
    if (known && !single) continue;
    view_.addresses.push_back(
        {.prefix = {range.first, static_cast<std::uint8_t>(range.first.bits())},
         .scope = range.first.is_link_local() ? HostAddressScope::link : HostAddressScope::global});
  }
  if (config_.check) add_checked_addresses();
  view_.local_ranges = addresses_.ranges();
  proxy_view_ = view_;
  proxy_view_.proxied = {IpAddress{}};
  proxy_view_.routes = {{.destination = {Ipv4Address{}, 0}, .other_interface = true},
                        {.destination = {Ipv6Address{}, 0}, .other_interface = true}};
}

VirtualHost::State::Claimants VirtualHost::State::claimants_of(const IpAddress& address,
                                                               const MacAddress& destination) const noexcept {
  Claimants claimants;
  const bool ours = has(address);
  if (!ours && !proxied_.contains(address)) return claimants;
  const bool to_all = destination.is_group();
  const MacAddress owner = ours ? mac_of(address) : config_.mac;
  const std::optional<MacAddress> impostor = ours ? macs_.impostor_of(address) : std::nullopt;
  if (to_all || destination == owner) claimants.owner = owner;
  if (impostor && (to_all || destination == *impostor)) claimants.impostor = impostor;
  return claimants;
}

// The receive rules know a host with one MAC address; what came to another of
// ours is shown to them as come to that.
EthernetHeader VirtualHost::State::heard_header(const Packet& packet) const noexcept {
  EthernetHeader header = packet.ethernet;
  if (!header.destination.is_group()) header.destination = config_.mac;
  return header;
}

EthernetHeader VirtualHost::State::header(EtherType type, const MacAddress& from, const MacAddress& to) const noexcept {
  return {.destination = to, .source = from, .vlans = config_.vlans, .type = type};
}

void VirtualHost::State::on_packet(Instant now, const Packet& packet, Output& output) {
  if (!is_on_our_link(packet)) return;
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) return on_arp(now, packet, *arp, output);
  if (const auto* icmpv6 = std::get_if<Icmpv6Datagram>(&packet.payload)) return on_icmpv6(now, packet, *icmpv6, output);
  if (const auto* ipv4 = std::get_if<Ipv4Datagram>(&packet.payload)) return on_ipv4(now, packet, ipv4->ip, output);
  if (const auto* ipv6 = std::get_if<Ipv6Datagram>(&packet.payload)) return on_ipv6(now, packet, ipv6->ip, output);
}

std::optional<Instant> VirtualHost::State::next_deadline() const {
  std::optional<Instant> first = waiting_.next();
  const auto offer = [&](const std::optional<Instant>& other) {
    if (other && (!first || *other < *first)) first = other;
  };
  if (config_.knows_neighbors) offer(table_.next_deadline());
  for (const DuplicateCheck& check : checks_) offer(check.next_deadline());
  return first;
}

void VirtualHost::State::on_deadline(Instant now, Output& output) {
  while (const auto answer = waiting_.pop(now)) let_go(now, *answer, output);
  run_checks(now, output);
  const auto due = table_.next_deadline();
  if (due && *due <= now) table_.on_deadline(now, output);
}

std::optional<IpAddress> VirtualHost::State::next_hop(const IpAddress& destination) const noexcept {
  const auto route = find_route(view_, destination);
  if (!route || route->other_interface) return std::nullopt;
  return route->gateway.value_or(destination);
}

SendResult VirtualHost::State::send(Instant now, const PacketToSend& packet, Output& output) {
  PacketToSend sent = packet;
  const auto source = source_of(packet.next_hop.family(), packet.packet);
  if (!sent.source_mac && source) sent.source_mac = mac_of(*source);
  return table_.send(now, sent, output);
}

Writer VirtualHost::State::begin_ip(const IpAnswer& ip, std::size_t size) {
  const std::size_t ethernet = ethernet_header_size + 4 * config_.vlans.size();
  const std::size_t header = ip.source.is_ipv4() ? ipv4_header_size : ipv6_header_size;
  scratch_.assign(ethernet + header + size, std::byte{});
  Writer out{MutableBytes{scratch_}.subspan(ethernet)};
  if (ip.source.is_ipv4()) {
    encode(Ipv4Header{.type_of_service = ip.traffic_class,
                      .identification = identification_++,
                      .time_to_live = ip.hop_limit,
                      .protocol = ip.protocol,
                      .source = ip.source.ipv4(),
                      .destination = ip.destination.ipv4()},
           size, out);
  } else {
    encode(Ipv6Header{.traffic_class = ip.traffic_class,
                      .next_header = ip.protocol,
                      .hop_limit = ip.hop_limit,
                      .source = ip.source.ipv6(),
                      .destination = ip.destination.ipv6()},
           size, out);
  }
  return out;
}

// Through the neighbour table, except to a group and where there is none: then
// to the MAC that asked.
void VirtualHost::State::answer_from(Asked& asked, const MacAddress& mac, const IpAnswer& ip, Output& output) {
  const std::size_t ethernet = ethernet_header_size + 4 * config_.vlans.size();
  const bool to_group = ip.destination.is_multicast();
  if (config_.knows_neighbors && !to_group) {
    const auto to = asked.routed ? next_hop(ip.destination) : ip.destination;
    if (!to) return;
    return put(asked, {.bytes = Bytes{scratch_}.subspan(ethernet), .next_hop = *to, .source_mac = mac}, output);
  }
  Writer out{MutableBytes{scratch_}.first(ethernet)};
  const MacAddress to = to_group ? multicast_mac(ip.destination.ipv6()) : asked.served.asker_mac;
  encode(header(ip.source.is_ipv4() ? EtherType::ipv4 : EtherType::ipv6, mac, to), scratch_.size() - ethernet, out);
  put(asked, {.bytes = scratch_}, output);
}

void VirtualHost::State::put(Asked& asked, const OutgoingAnswer& answer, Output& output) {
  if (rng_.chance(config_.loss)) {
    ++counters_.lost;
    asked.served.fate = AnswerFate::lost;
    return;
  }
  put_once(asked, answer, output);
  if (!rng_.chance(config_.duplicate)) return;
  ++counters_.duplicated;
  put_once(asked, answer, output);
}

void VirtualHost::State::put_once(Asked& asked, const OutgoingAnswer& answer, Output& output) {
  const Duration delay =
      config_.delay + rng_.between(Duration{}, config_.jitter) + rng_.between(asked.least, asked.most);
  asked.served.fate = AnswerFate::sent;
  if (delay <= Duration{}) return let_go(asked.now, answer, output);
  const bool room = waiting_.push(asked.now + delay, answer);
  asked.served.fate = room ? AnswerFate::delayed : AnswerFate::overflowed;
  if (!room) ++counters_.overflowed;
}

void VirtualHost::State::let_go(Instant now, const OutgoingAnswer& answer, Output& output) {
  ++counters_.answers;
  if (!answer.next_hop) return output.frames.add(answer.bytes);
  (void)table_.send(now, {.next_hop = *answer.next_hop, .packet = answer.bytes, .source_mac = answer.source_mac},
                    output);
}

void VirtualHost::State::report(Asked& asked, Output& output) {
  if (!config_.reports) return;
  asked.served.mac = asked.claimants.owner ? *asked.claimants.owner : *asked.claimants.impostor;
  if (asked.claimants.owner) asked.served.impostor = asked.claimants.impostor;
  output.events.emplace_back(asked.served);
}

// --- the outside ---

VirtualHost::VirtualHost(VirtualHostConfig config) : state_(std::make_unique<State>(std::move(config))) {}
VirtualHost::VirtualHost(VirtualHost&&) noexcept = default;
VirtualHost& VirtualHost::operator=(VirtualHost&&) noexcept = default;
VirtualHost::~VirtualHost() = default;

void VirtualHost::start(Instant now, Output& output) { state_->start(now, output); }
void VirtualHost::on_packet(Instant now, const Packet& packet, Output& output) {
  state_->on_packet(now, packet, output);
}
void VirtualHost::on_deadline(Instant now, Output& output) { state_->on_deadline(now, output); }
std::optional<Instant> VirtualHost::next_deadline() const { return state_->next_deadline(); }
bool VirtualHost::is_on_our_link(const Packet& packet) const noexcept { return state_->is_on_our_link(packet); }
bool VirtualHost::has(const IpAddress& address) const noexcept { return state_->has(address); }
MacAddress VirtualHost::mac_of(const IpAddress& address) const noexcept { return state_->mac_of(address); }
std::optional<MacAddress> VirtualHost::impostor_of(const IpAddress& address) const noexcept {
  return state_->impostor_of(address);
}
std::optional<IpAddress> VirtualHost::next_hop(const IpAddress& destination) const noexcept {
  return state_->next_hop(destination);
}
SendResult VirtualHost::send(Instant now, const PacketToSend& packet, Output& output) {
  return state_->send(now, packet, output);
}
const NeighborTable& VirtualHost::neighbors() const noexcept { return state_->table(); }
const VirtualHostCounters& VirtualHost::counters() const noexcept { return state_->counters(); }

}  // namespace onlink::inline v0

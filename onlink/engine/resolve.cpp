// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/resolve.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {

namespace {

// A driver that was late may send this many overdue requests together and so keep the pace.
constexpr int catch_up = 8;
// Of one target; those before are taken for given up.
constexpr std::size_t max_open_requests = 64;

}  // namespace

Resolver::Resolver(ResolverConfig config, Instant start)
    : config_(std::move(config)), builder_(config_.identity), next_slot_(start) {
  config_.interval = std::max<Duration>(config_.interval, std::chrono::milliseconds{1});
  for (const IpAddress& address : config_.targets) {
    const auto index = static_cast<std::uint32_t>(targets_.size());
    if (!index_.emplace(address, index).second) continue;
    targets_.push_back({.address = address});
    requests_.push({.at = start, .target = index});
  }
  open_ = targets_.size();
}

std::optional<Instant> Resolver::next_deadline() const {
  if (open_ == 0) return linger_until_;
  std::optional<Instant> next;
  if (!requests_.empty()) next = std::max(requests_.top().at, next_slot_);
  if (!ends_.empty() && (!next || ends_.top().at < *next)) next = ends_.top().at;
  return next;
}

void Resolver::on_deadline(Instant now, Output& output) {
  if (linger_until_ && open_ == 0 && now >= *linger_until_) linger_until_.reset();
  while (!requests_.empty() && requests_.top().at <= now && next_slot_ <= now) {
    ask(now, requests_.pop().target, output);
    drop_stale_timers();
  }
  while (!ends_.empty() && ends_.top().at <= now) {
    Target& target = targets_[ends_.top().target];
    if (target.owners.empty()) {
      output.events.emplace_back(Silent{now, target.address, target.attempts});
      if (config_.late_window > Duration{}) linger_until_ = now + config_.late_window;
    }
    end(target);
    drop_stale_timers();
  }
}

bool Resolver::asks_more(const Target& target) const noexcept {
  if (target.done || (config_.until_reply && target.answered)) return false;
  return config_.count == 0 || target.attempts < config_.count;
}

void Resolver::ask(Instant now, std::uint32_t index, Output& output) {
  Target& target = targets_[index];
  ++target.attempts;
  target.asked_before = target.asked_at;
  target.asked_at = now;
  if (config_.interval < config_.wait) {
    if (target.asked.size() == max_open_requests) target.asked.erase(target.asked.begin());
    target.asked.push_back(now);
  }
  next_slot_ = std::max(next_slot_, now - catch_up * config_.spacing) + config_.spacing;
  append_request(target.address, output.frames);
  output.events.emplace_back(Asked{now, target.address, target.attempts});
  if (asks_more(target)) {
    requests_.push({.at = now + config_.interval, .target = index});
  } else {
    end_at(now + config_.wait, index);
  }
}

void Resolver::append_request(const IpAddress& address, FrameBatch& frames) const {
  if (address.is_ipv4()) {
    const MacAddress to = config_.unicast.value_or(broadcast_mac);
    config_.probe ? builder_.arp_probe(address.ipv4(), frames, to) : builder_.arp_request(address.ipv4(), frames, to);
    return;
  }
  const Ipv6Address target = address.ipv6();
  const MacAddress to = config_.unicast.value_or(multicast_mac(solicited_node_address(target)));
  if (config_.probe) {
    builder_.neighbor_probe(target, nonce_for(address), frames, to);
  } else if (config_.unicast) {
    builder_.neighbor_solicitation(target, frames, to);
  } else {
    builder_.neighbor_solicitation(target, frames);
  }
}

ProbeNonce Resolver::nonce_for(const IpAddress& address) const {
  Rng rng{config_.seed ^ std::hash<IpAddress>{}(address)};
  return MacAddress::from_value(rng.next()).octets;
}

void Resolver::on_packet(Instant now, const Packet& packet, Output& output) {
  // Kernels do not hear what comes in LLC/SNAP: who answers so resolves nothing.
  if (packet.ethernet.encapsulation != Encapsulation::ethernet2) return;
  if (!packet.ethernet.vlans.same_network(config_.identity.vlans)) return;
  const std::optional<Claim> claim = claim_of(packet);
  if (!claim || !claim->mac.is_unicast() || is_ours(packet, *claim)) return;
  take_claim(now, packet, *claim, output);
}

std::optional<Resolver::Claim> Resolver::claim_of(const Packet& packet) const {
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) return claim_of_arp(packet, *arp);
  if (const auto* datagram = std::get_if<Icmpv6Datagram>(&packet.payload)) return claim_of_ndp(packet, *datagram);
  return std::nullopt;
}

std::optional<Resolver::Claim> Resolver::claim_of_arp(const Packet& packet, const ArpPacket& arp) const {
  const bool request = arp.operation == ArpOperation::request;
  if (packet.ethernet.type != EtherType::arp || (!request && arp.operation != ArpOperation::reply)) return std::nullopt;
  Claim claim{.address = arp.sender_protocol_addr, .mac = arp.sender_hardware_addr};
  if (arp.is_probe()) {
    if (!config_.probe) return std::nullopt;
    claim.address = arp.target_protocol_addr;
    claim.evidence = Evidence::arp_probe;
  } else if (request) {
    claim.evidence = Evidence::arp_request;
  } else {
    // Replies for link-local addresses are broadcast (RFC 3927 section 2.5): the target hardware address is what tells.
    const MacAddress& own = config_.identity.mac;
    claim.reply = packet.ethernet.destination == own || arp.target_hardware_addr == own;
  }
  return claim;
}

std::optional<Resolver::Claim> Resolver::claim_of_ndp(const Packet& packet, const Icmpv6Datagram& datagram) const {
  if (const auto* advertisement = std::get_if<NeighborAdvertisement>(&datagram.message)) {
    return claim_of_advertisement(packet, datagram.ip.header, *advertisement);
  }
  if (const auto* solicitation = std::get_if<NeighborSolicitation>(&datagram.message)) {
    return claim_of_solicitation(packet, datagram.ip.header, *solicitation);
  }
  return std::nullopt;
}

Resolver::Claim Resolver::claim_of_advertisement(const Packet& packet, const Ipv6Header& ip,
                                                 const NeighborAdvertisement& message) const {
  const auto named = message.options.first<TargetLinkLayerAddress>();
  const bool from_nobody = config_.probe || !config_.identity.shows_ipv6();
  return {.address = message.target,
          .mac = named ? named->address : packet.ethernet.source,
          .names_mac = named.has_value(),
          .reply = from_nobody ? ip.destination == all_nodes_address
                               : message.solicited && ip.destination == config_.identity.ipv6,
          .router = message.router,
          .evidence = Evidence::neighbor_advertisement};
}

std::optional<Resolver::Claim> Resolver::claim_of_solicitation(const Packet& packet, const Ipv6Header& ip,
                                                               const NeighborSolicitation& message) const {
  if (ip.source.is_unspecified()) {
    const auto nonce = message.options.first<NonceOption>();
    const ProbeNonce own = nonce_for(message.target);
    const bool looped_back = nonce && same_bytes(nonce->nonce, std::as_bytes(std::span{own}));
    if (!config_.probe || looped_back) return std::nullopt;
    return Claim{.address = message.target,
                 .mac = packet.ethernet.source,
                 .names_mac = false,
                 .evidence = Evidence::neighbor_probe};
  }
  const auto named = message.options.first<SourceLinkLayerAddress>();
  if (!named) return std::nullopt;
  return Claim{.address = ip.source, .mac = named->address, .evidence = Evidence::neighbor_solicitation};
}

bool Resolver::is_ours(const Packet& packet, const Claim& claim) const noexcept {
  return claim.mac == config_.identity.mac || packet.ethernet.source == config_.identity.mac;
}

void Resolver::take_claim(Instant now, const Packet& packet, const Claim& claim, Output& output) {
  const auto known = index_.find(claim.address);
  if (known == index_.end()) return;
  Target& target = targets_[known->second];
  const auto [owner, news] = find_owner(target, claim, packet.ethernet.source);
  if (owner == nullptr) ++untold_;
  if (owner == nullptr || (!claim.reply && !news)) return;

  const bool earlier = claim.reply && may_answer_earlier(now, target, *owner);
  output.events.emplace_back(
      Answered{.time = now,
               .address = claim.address,
               .mac = claim.mac,
               .frame_source = packet.ethernet.source,
               .vlans = packet.ethernet.vlans,
               .kind = kind_of(now, target, *owner, earlier),
               .evidence = claim.evidence,
               .router = claim.router,
               .round_trip = claim.reply && !earlier ? round_trip(now, target, *owner) : std::nullopt});
  if (!claim.reply && !config_.probe) return;
  owner->answered = target.attempts;
  target.answered = true;
  if (!target.done) shorten_wait(now, known->second);
}

Resolver::Found Resolver::find_owner(Target& target, const Claim& claim, const MacAddress& frame_source) {
  for (Owner& owner : target.owners) {
    // Who did not name a MAC is known by the source of its frames, so that one host does not pass for two.
    const bool by_frame = (!claim.names_mac || !owner.named) && owner.frame_source == frame_source;
    if (owner.mac != claim.mac && !by_frame) continue;
    const bool news = owner.contender && !claim.is_probe();
    if (news) {
      owner.contender = false;
      owner.answered = 0;
    }
    if (!owner.named && claim.names_mac) {
      owner.mac = claim.mac;
      owner.named = true;
    }
    return {&owner, news};
  }
  if (target.owners.size() == max_owners) return {};
  target.owners.push_back({claim.mac, frame_source, 0, claim.names_mac, claim.is_probe()});
  return {&target.owners.back(), true};
}

// The earliest request that is not given up yet.
std::uint32_t Resolver::first_open(Instant now, const Target& target) const {
  const auto open = std::ranges::find_if(target.asked, [&](Instant at) { return now - at < config_.wait; });
  if (open == target.asked.end()) return target.attempts;
  return target.attempts - static_cast<std::uint32_t>(target.asked.end() - open) + 1;
}

// A reply does not say which request it answers. It is counted for the last one; but somebody who is slower than we ask
// sends one for each of the others too, and those are no repeats.
bool Resolver::may_answer_earlier(Instant now, const Target& target, Owner& owner) const {
  const std::uint32_t open = first_open(now, target);
  if (owner.last_skipped < open) owner.skipped = 0;
  if (owner.answered == target.attempts) {
    if (owner.skipped == 0) return false;
    --owner.skipped;
    return true;
  }
  const std::uint32_t from = std::max(owner.answered + 1, open);
  if (from < target.attempts) {
    owner.skipped += target.attempts - from;
    owner.last_skipped = target.attempts - 1;
  }
  return owner.skipped != 0;
}

AnswerKind Resolver::kind_of(Instant now, const Target& target, const Owner& owner, bool earlier) const {
  if (target.attempts > 0 && owner.answered == target.attempts && !earlier) return AnswerKind::repeat;
  const auto first = std::ranges::find(target.owners, false, &Owner::contender);
  if (owner.contender || &owner != &*first) return AnswerKind::conflict;
  // What came in time but was read after Silent was said is late too: nothing said is taken back.
  const bool given_up = target.done && !target.answered;
  const bool late = target.attempts > 0 && (given_up || now > target.asked_at + config_.wait);
  return late ? AnswerKind::late : AnswerKind::first;
}

// The reply may belong to an earlier request when that one was neither answered by this owner nor given up.
std::optional<Duration> Resolver::round_trip(Instant now, const Target& target, const Owner& owner) const {
  if (target.attempts == 0) return std::nullopt;
  const bool earlier_open = target.attempts > 1 && owner.answered + 1 < target.attempts;
  if (earlier_open && now - target.asked_before < config_.wait) return std::nullopt;
  return std::max(now - target.asked_at, Duration{});
}

void Resolver::shorten_wait(Instant now, std::uint32_t index) {
  Target& target = targets_[index];
  if (asks_more(target)) return;
  const auto awaited = [&target](const Owner& owner) {
    return owner.answered != 0 && owner.answered != target.attempts;
  };
  if (std::ranges::any_of(target.owners, awaited)) return end_at(target.asked_at + config_.wait, index);
  Instant at = now + config_.conflict_window;
  if (target.attempts > 0) at = std::min(at, target.asked_at + config_.wait);
  if (at > now) return end_at(at, index);
  end(target);
  drop_stale_timers();
}

void Resolver::end_at(Instant at, std::uint32_t index) {
  Target& target = targets_[index];
  if (at == target.ends_at) return;  // a flood of answers must not become a flood of timers
  target.ends_at = at;
  ends_.push({.at = at, .target = index});
  drop_stale_timers();
}

void Resolver::end(Target& target) noexcept {
  assert(!target.done);
  target.done = true;
  --open_;
}

bool Resolver::is_stale_end(const Timer& timer) const noexcept {
  const Target& target = targets_[timer.target];
  return target.done || timer.at != target.ends_at;
}

void Resolver::drop_stale_timers() {
  while (!requests_.empty() && !asks_more(targets_[requests_.top().target])) requests_.pop();
  while (!ends_.empty() && is_stale_end(ends_.top())) ends_.pop();
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/claim.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "onlink/engine/arp_frame.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::uint32_t first_link_local = Ipv4Address::of(169, 254, 1, 0).value;  // RFC 3927 section 2.1
constexpr std::uint32_t link_local_count = Ipv4Address::of(169, 254, 254, 255).value - first_link_local + 1;

std::uint64_t number_of(const MacAddress& mac) noexcept {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : mac.octets) number = number << 8U | octet;
  return number;
}

bool is_one_of_ours(ClaimState state) noexcept { return state == ClaimState::announcing || state == ClaimState::bound; }

}  // namespace

ClaimTimes ClaimTimes::scaled(double factor) const noexcept {
  const auto times = [factor](Duration duration) { return from_seconds(to_seconds(duration) * factor); };
  ClaimTimes result = *this;
  result.probe_wait = times(probe_wait);
  result.probe_min = times(probe_min);
  result.probe_max = times(probe_max);
  result.announce_wait = times(announce_wait);
  return result;
}

LinkLocalSequence::LinkLocalSequence(const MacAddress& mac) noexcept : rng_(number_of(mac)) {}

Ipv4Address LinkLocalSequence::next() noexcept {
  return {first_link_local + static_cast<std::uint32_t>(rng_.below(link_local_count))};
}

Claimer::Claimer(ClaimerConfig config) : config_(std::move(config)), rng_(config_.seed), candidates_(config_.mac) {}

std::optional<std::uint32_t> Claimer::find(Ipv4Address address) const {
  const auto found = index_.find(address);
  return found == index_.end() ? std::nullopt : std::optional{found->second};
}

std::uint32_t Claimer::add(Ipv4Address address) {
  if (const auto known = find(address)) return *known;
  const auto free = std::ranges::find(claims_, true, &Claim::released);
  const auto index = static_cast<std::uint32_t>(free - claims_.begin());
  if (free == claims_.end()) claims_.emplace_back();
  claims_[index] = Claim{.address = address};
  index_.emplace(address, index);
  return index;
}

void Claimer::claim(Instant now, Ipv4Address address) {
  const std::uint32_t index = add(address);
  if (up_) apply(now, index, ClaimEvent::start, nullptr);
}

void Claimer::claim_link_local(Instant now, std::optional<Ipv4Address> previous) {
  if (std::ranges::any_of(claims_, &Claim::link_local)) return;
  const std::uint32_t index = add(previous && previous->is_link_local() ? *previous : candidates_.next());
  claims_[index].link_local = true;
  if (up_) apply(now, index, ClaimEvent::start, nullptr);
}

void Claimer::release(Ipv4Address address) {
  const auto index = find(address);
  if (!index) return;
  claims_[*index] = Claim{.released = true};
  index_.erase(address);
  drop_stale_timers();
}

void Claimer::on_link(Instant now, bool up, Output& output) {
  if (up == std::exchange(up_, up)) return;
  for (std::uint32_t index = 0; index < claims_.size(); ++index) {
    if (claims_[index].released) continue;
    apply(now, index, up ? ClaimEvent::start : ClaimEvent::link_lost, &output);
  }
}

void Claimer::apply(Instant now, std::uint32_t index, ClaimEvent event, Output* output, const Rival* rival) {
  Claim& claim = claims_[index];
  const ClaimState before = claim.state;
  const ClaimStep taken = step(before, event);
  claim.state = taken.next;
  if (has(taken.actions, ClaimAction::arm_wait)) {
    claim.probes = claim.announcements = 0;
    claim.defended.reset();
  }
  if (has(taken.actions, ClaimAction::send_probe)) ++claim.probes;
  if (has(taken.actions, ClaimAction::send_announcement)) ++claim.announcements;
  if (has(taken.actions, ClaimAction::defend)) claim.defended = now;
  if (has(taken.actions, ClaimAction::tell_ready)) conflicts_ = 0;
  if (output != nullptr) {
    send(claim, taken.actions, *output);
    tell(now, claim, taken.actions, rival, *output);
  }
  arm(now, index, taken.actions);
  if (taken.next == ClaimState::refused && before != taken.next) ++conflicts_;
  const bool given_up = taken.next == ClaimState::refused || taken.next == ClaimState::lost;
  if (claim.link_local && given_up) choose_another(now, index);
}

void Claimer::choose_another(Instant now, std::uint32_t index) {
  index_.erase(claims_[index].address);
  Ipv4Address candidate = candidates_.next();
  while (index_.contains(candidate)) candidate = candidates_.next();
  claims_[index] = Claim{.address = candidate, .link_local = true};
  index_.emplace(candidate, index);
  apply(now, index, ClaimEvent::start, nullptr);
}

void Claimer::arm(Instant now, std::uint32_t index, ClaimAction actions) {
  Claim& claim = claims_[index];
  const ClaimTimes& times = config_.times;
  if (has(actions, ClaimAction::disarm)) claim.deadline.reset();
  if (has(actions, ClaimAction::arm_wait)) claim.deadline = now + wait_before_probing(now);
  if (has(actions, ClaimAction::arm_probe)) claim.deadline = now + rng_.between(times.probe_min, times.probe_max);
  if (has(actions, ClaimAction::arm_settle)) claim.deadline = now + times.announce_wait;
  if (has(actions, ClaimAction::arm_announcement)) claim.deadline = now + times.announce_interval;
  const auto armed =
      ClaimAction::arm_wait | ClaimAction::arm_probe | ClaimAction::arm_settle | ClaimAction::arm_announcement;
  if (has(actions, armed)) timers_.push({*claim.deadline, index});
  drop_stale_timers();
}

// RFC 5227 section 2.1.1: after MAX_CONFLICTS "no more than one attempted new address per RATE_LIMIT_INTERVAL".
Duration Claimer::wait_before_probing(Instant now) {
  Instant begin = now;
  if (conflicts_ >= config_.times.max_conflicts && last_attempt_) {
    begin = std::max(now, *last_attempt_ + config_.times.rate_limit_interval);
  }
  last_attempt_ = begin;
  return begin - now + rng_.between(Duration{}, config_.times.probe_wait);
}

ClaimEvent Claimer::due_event(const Claim& claim) const noexcept {
  const ClaimTimes& times = config_.times;
  const bool quiet = times.announce_num <= 1 || config_.probe_only;
  if (claim.state == ClaimState::announcing) {
    return claim.announcements + 1 < times.announce_num ? ClaimEvent::announcement_due
                                                        : ClaimEvent::last_announcement_due;
  }
  if (claim.state == ClaimState::settling || times.probe_num == 0) {
    return quiet ? ClaimEvent::settled_quietly : ClaimEvent::settled;
  }
  return claim.probes + 1 < times.probe_num ? ClaimEvent::probe_due : ClaimEvent::last_probe_due;
}

ClaimEvent Claimer::attack_event(Instant now, const Claim& claim) const noexcept {
  const bool again = claim.defended && now < *claim.defended + config_.times.defend_interval;
  switch (config_.policy) {
    case DefensePolicy::never:
      return ClaimEvent::overrun;
    case DefensePolicy::once:
      return again ? ClaimEvent::overrun : ClaimEvent::attacked;
    case DefensePolicy::always:
      break;
  }
  return again ? ClaimEvent::attacked_again : ClaimEvent::attacked;
}

void Claimer::send(const Claim& claim, ClaimAction actions, Output& output) const {
  const ArpPacket probe{
      .operation = ArpOperation::request, .sender_hardware_addr = config_.mac, .target_protocol_addr = claim.address};
  if (has(actions, ClaimAction::send_probe)) append(broadcast_mac, probe, output);
  if (config_.probe_only || config_.times.announce_num == 0) return;
  if (has(actions, ClaimAction::send_announcement | ClaimAction::defend)) {
    ArpPacket announcement = probe;
    announcement.sender_protocol_addr = claim.address;
    append(broadcast_mac, announcement, output);
  }
}

void Claimer::tell(Instant now, const Claim& claim, ClaimAction actions, const Rival* rival, Output& output) {
  const MacAddress mac = rival != nullptr ? rival->mac : MacAddress{};
  if (has(actions, ClaimAction::tell_ready)) output.events.emplace_back(ClaimReady{now, claim.address});
  if (has(actions, ClaimAction::tell_conflict)) {
    output.events.emplace_back(ClaimConflict{now, claim.address, mac, rival != nullptr && rival->contender});
  }
  if (has(actions, ClaimAction::tell_defended)) output.events.emplace_back(ClaimDefended{now, claim.address, mac});
  if (has(actions, ClaimAction::tell_lost)) {
    output.events.emplace_back(ClaimLost{now, claim.address, rival != nullptr ? std::optional{mac} : std::nullopt});
  }
}

bool Claimer::is_own(const MacAddress& mac) const noexcept {
  return mac == config_.mac || std::ranges::find(config_.own_macs, mac) != config_.own_macs.end();
}

void Claimer::on_packet(Instant now, const Packet& packet, Output& output) {
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  if (arp == nullptr || !up_ || packet.ethernet.type != EtherType::arp) return;
  if (packet.ethernet.encapsulation != Encapsulation::ethernet2) return;
  if (!packet.ethernet.vlans.same_network(config_.vlans) || is_own(arp->sender_hardware_addr)) return;
  if (arp->operation != ArpOperation::request && arp->operation != ArpOperation::reply) return;

  if (const auto used = find(arp->sender_protocol_addr)) hear(now, *used, {arp->sender_hardware_addr}, output);
  if (arp->operation != ArpOperation::request) return;
  const auto wanted = find(arp->target_protocol_addr);
  if (!wanted) return;
  if (!is_one_of_ours(claims_[*wanted].state)) {
    if (arp->is_probe()) hear(now, *wanted, {arp->sender_hardware_addr, true}, output);
  } else if (config_.answer && !config_.probe_only && !arp->is_announcement()) {
    answer(*arp, output);
  }
}

void Claimer::hear(Instant now, std::uint32_t index, const Rival& rival, Output& output) {
  const Claim& claim = claims_[index];
  if (is_one_of_ours(claim.state) && config_.probe_only) return;
  const ClaimEvent event = is_one_of_ours(claim.state) ? attack_event(now, claim) : ClaimEvent::contested;
  apply(now, index, event, &output, &rival);
}

void Claimer::answer(const ArpPacket& request, Output& output) const {
  const ArpPacket reply{.operation = ArpOperation::reply,
                        .sender_hardware_addr = config_.mac,
                        .sender_protocol_addr = request.target_protocol_addr,
                        .target_hardware_addr = request.sender_hardware_addr,
                        .target_protocol_addr = request.sender_protocol_addr};
  // RFC 3927 section 2.5: broadcast, so that a second owner on a joined link is noticed.
  const bool to_all = request.target_protocol_addr.is_link_local();
  append(to_all ? broadcast_mac : request.sender_hardware_addr, reply, output);
}

void Claimer::append(const MacAddress& destination, const ArpPacket& arp, Output& output) const {
  const EthernetHeader ethernet{
      .destination = destination, .source = config_.mac, .vlans = config_.vlans, .type = EtherType::arp};
  append_arp(ethernet, arp, config_.pad, output.frames);
}

void Claimer::on_deadline(Instant now, Output& output) {
  while (!timers_.empty() && timers_.top().at <= now) {
    const Timer due = timers_.pop();
    claims_[due.claim].deadline.reset();
    apply(now, due.claim, due_event(claims_[due.claim]), &output);
  }
}

void Claimer::drop_stale_timers() {
  while (!timers_.empty() && claims_[timers_.top().claim].deadline != timers_.top().at) timers_.pop();
}

std::optional<Instant> Claimer::next_deadline() const {
  return timers_.empty() ? std::nullopt : std::optional{timers_.top().at};
}

std::optional<ClaimState> Claimer::state(Ipv4Address address) const {
  const auto index = find(address);
  return index ? std::optional{claims_[*index].state} : std::nullopt;
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/claim.hpp"

#include <algorithm>
#include <utility>

namespace onlink::inline v0 {
namespace {

bool is_ours(ClaimState state) noexcept { return state == ClaimState::announcing || state == ClaimState::bound; }

bool is_given_up(ClaimState state) noexcept { return state == ClaimState::refused || state == ClaimState::lost; }

ProbeNonce nonce_from(std::uint64_t number) noexcept {
  ProbeNonce nonce;
  for (std::uint8_t& octet : nonce) {
    octet = static_cast<std::uint8_t>(number);
    number >>= 8U;
  }
  return nonce;
}

}  // namespace

Claimer::Claimer(const ClaimerConfig& config)
    : config_(config), frames_(config.mac, config.vlans, config.pad), rng_(config.seed), candidates_(config.mac) {}

// --- which addresses ---

std::optional<std::uint32_t> Claimer::find(const IpAddress& address) const {
  const auto found = index_.find(address);
  return found == index_.end() ? std::nullopt : std::optional{found->second};
}

std::uint32_t Claimer::add(const IpAddress& address) {
  if (const auto known = find(address)) return *known;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(claims_.size()));
    claims_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  claims_[index] = Claim{.address = address, .answer = config_.answer};
  index_.emplace(address, index);
  ++counts_[static_cast<std::size_t>(ClaimState::idle)];
  return index;
}

void Claimer::claim(Instant now, const IpAddress& address, Output& output) {
  const std::uint32_t index = add(address);
  if (up_) apply(now, index, start_event(claims_[index]), output);
}

void Claimer::claim_link_local(Instant now, std::optional<Ipv4Address> previous, Output& output) {
  if (link_local_) return;
  if (LinkLocalSequence::size == static_cast<std::size_t>(std::ranges::count_if(index_, [](const auto& entry) {
        return LinkLocalSequence::holds(entry.first);
      }))) {
    return;
  }
  IpAddress candidate = previous && LinkLocalSequence::holds(*previous) ? *previous : candidates_.next();
  while (index_.contains(candidate)) candidate = candidates_.next();
  link_local_ = add(candidate);
  claims_[*link_local_].link_local = true;
  if (up_) apply(now, *link_local_, ClaimEvent::start, output);
}

void Claimer::choose_another(Instant now, std::uint32_t index, Output& output) {
  release(claims_[index].address);
  claim_link_local(now, std::nullopt, output);
}

void Claimer::leave_answers_to_kernel(const IpAddress& address) {
  if (const auto index = find(address)) claims_[*index].answer = false;
}

void Claimer::release(const IpAddress& address) {
  const auto index = find(address);
  if (!index) return;
  if (link_local_ == index) link_local_.reset();
  --counts_[static_cast<std::size_t>(claims_[*index].state)];
  index_.erase(address);  // before its place is emptied: `address` may lie there
  claims_[*index] = Claim{.released = true};
  free_.push_back(*index);
  drop_stale_timers();
}

const ClaimTimes& Claimer::times_of(const Claim& claim) const noexcept {
  return claim.address.is_ipv6() ? config_.ipv6_times : config_.times;
}

// --- what happens to one ---

void Claimer::apply(Instant now, std::uint32_t index, ClaimEvent event, Output& output, const Rival* rival) {
  Claim& claim = claims_[index];
  const ClaimState before = claim.state;
  const ClaimStep taken = step(before, event);
  take(claim, taken, now);
  send(claim, taken.actions, output);
  tell(now, claim, taken.actions, rival, output);
  arm(now, index, taken.actions);
  const bool limited = times_of(claim).max_conflicts != 0;
  if (taken.next == ClaimState::refused && before != taken.next && limited) ++conflicts_;
  if (claim.link_local && is_given_up(taken.next)) choose_another(now, index, output);
}

void Claimer::take(Claim& claim, const ClaimStep& step, Instant now) {
  --counts_[static_cast<std::size_t>(claim.state)];
  ++counts_[static_cast<std::size_t>(step.next)];
  claim.state = step.next;
  if (has(step.actions, ClaimAction::arm_wait)) {
    claim.probes = claim.announcements = 0;
    claim.defended.reset();
    if (config_.nonce && claim.address.is_ipv6()) claim.nonce = nonce_from(rng_.next());
  }
  if (has(step.actions, ClaimAction::tell_optimistic)) claim.optimistic = true;
  if (has(step.actions, ClaimAction::tell_ready | ClaimAction::tell_lost)) claim.optimistic = false;
  if (has(step.actions, ClaimAction::send_probe)) ++claim.probes;
  if (has(step.actions, ClaimAction::send_announcement)) ++claim.announcements;
  if (has(step.actions, ClaimAction::defend)) claim.defended = now;
  if (has(step.actions, ClaimAction::tell_ready)) conflicts_ = 0;
}

void Claimer::send(const Claim& claim, ClaimAction actions, Output& output) const {
  if (has(actions, ClaimAction::send_probe)) frames_.probe(claim.address, claim.nonce, output.frames);
  if (config_.probe_only) return;
  const bool announces = has(actions, ClaimAction::send_announcement) && times_of(claim).announce_num != 0;
  if (announces || has(actions, ClaimAction::defend)) frames_.announcement(claim.address, output.frames);
}

void Claimer::tell(Instant now, const Claim& claim, ClaimAction actions, const Rival* rival, Output& output) {
  const MacAddress mac = rival != nullptr ? rival->mac : MacAddress{};
  if (has(actions, ClaimAction::tell_optimistic)) output.events.emplace_back(ClaimReady{now, claim.address, true});
  if (has(actions, ClaimAction::tell_ready)) output.events.emplace_back(ClaimReady{now, claim.address});
  if (has(actions, ClaimAction::tell_conflict)) {
    output.events.emplace_back(ClaimConflict{now, claim.address, mac, rival != nullptr && rival->contender});
  }
  if (has(actions, ClaimAction::tell_defended)) output.events.emplace_back(ClaimDefended{now, claim.address, mac});
  if (has(actions, ClaimAction::tell_lost)) {
    output.events.emplace_back(ClaimLost{now, claim.address, rival != nullptr ? std::optional{mac} : std::nullopt});
  }
}

void Claimer::arm(Instant now, std::uint32_t index, ClaimAction actions) {
  Claim& claim = claims_[index];
  const ClaimTimes& times = times_of(claim);
  if (has(actions, ClaimAction::disarm)) claim.deadline.reset();
  if (has(actions, ClaimAction::arm_wait)) claim.deadline = now + wait_before_probing(now, times);
  if (has(actions, ClaimAction::arm_probe)) claim.deadline = now + rng_.between(times.probe_min, times.probe_max);
  if (has(actions, ClaimAction::arm_settle)) claim.deadline = now + times.announce_wait;
  if (has(actions, ClaimAction::arm_announcement)) claim.deadline = now + times.announce_interval;
  const auto armed =
      ClaimAction::arm_wait | ClaimAction::arm_probe | ClaimAction::arm_settle | ClaimAction::arm_announcement;
  if (has(actions, armed)) timers_.push({*claim.deadline, index});
  drop_stale_timers();
}

// RFC 5227 section 2.1.1: after MAX_CONFLICTS "no more than one attempted new address per RATE_LIMIT_INTERVAL".
Duration Claimer::wait_before_probing(Instant now, const ClaimTimes& times) {
  const Duration wait = rng_.between(Duration{}, times.probe_wait);
  if (times.max_conflicts == 0) return wait;
  Instant begin = now;
  if (conflicts_ >= times.max_conflicts && last_attempt_) {
    begin = std::max(now, *last_attempt_ + times.rate_limit_interval);
  }
  last_attempt_ = begin;
  return begin - now + wait;
}

// --- which event it is ---

ClaimEvent Claimer::start_event(const Claim& claim) const noexcept {
  const bool optimistic = config_.optimistic && claim.address.is_ipv6() && !config_.probe_only;
  return optimistic ? ClaimEvent::start_optimistic : ClaimEvent::start;
}

ClaimEvent Claimer::due_event(const Claim& claim) const noexcept {
  const ClaimTimes& times = times_of(claim);
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
  const bool again = claim.defended && now < *claim.defended + times_of(claim).defend_interval;
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

// --- the link ---

void Claimer::on_link(Instant now, bool up, Output& output) {
  if (up == std::exchange(up_, up)) return;
  if (!up) conflicts_ = 0;  // they were of that link
  for (std::uint32_t index = 0; index < claims_.size(); ++index) {
    const Claim& claim = claims_[index];
    if (claim.released) continue;
    const ClaimEvent lost = claim.optimistic ? ClaimEvent::link_lost_optimistic : ClaimEvent::link_lost;
    apply(now, index, up ? start_event(claim) : lost, output);
  }
}

bool Claimer::is_own(const MacAddress& mac) const noexcept {
  return mac == config_.mac || std::ranges::find(config_.own_macs, mac) != config_.own_macs.end();
}

bool Claimer::is_own_probe(const Claim& claim, const ClaimHeard& heard) const noexcept {
  return claim.nonce && heard.nonce ? claim.nonce == heard.nonce : is_own(heard.mac);
}

void Claimer::on_packet(Instant now, const Packet& packet, Output& output) {
  if (!up_) return;
  const auto heard = claim_heard(packet, config_.vlans);
  if (!heard) return;
  if (heard->used && !is_own(heard->mac)) {
    if (const auto used = find(*heard->used)) hear_of(now, *used, {heard->mac}, output);
  }
  if (!heard->wanted) return;
  if (const auto wanted = find(*heard->wanted)) hear_question(now, *wanted, *heard, output);
}

void Claimer::hear_of(Instant now, std::uint32_t index, const Rival& rival, Output& output) {
  const Claim& claim = claims_[index];
  if (is_ours(claim.state) && config_.probe_only) return;
  const ClaimEvent event = is_ours(claim.state) ? attack_event(now, claim)
                           : claim.optimistic   ? ClaimEvent::contested_optimistic
                                                : ClaimEvent::contested;
  apply(now, index, event, output, &rival);
}

void Claimer::hear_question(Instant now, std::uint32_t index, const ClaimHeard& heard, Output& output) {
  const Claim& claim = claims_[index];
  if (heard.probe ? is_own_probe(claim, heard) : is_own(heard.mac)) return;
  if (heard.probe && !is_ours(claim.state)) return hear_of(now, index, {heard.mac, true}, output);
  const bool in_use = is_ours(claim.state) || claim.optimistic;
  if (!in_use || !claim.answer || config_.probe_only || !heard.mac.is_unicast()) return;
  frames_.answer(claim.address, heard, claim.optimistic, output.frames);
}

// --- time ---

void Claimer::on_deadline(Instant now, Output& output) {
  while (!timers_.empty() && timers_.top().at <= now) {
    const Timer due = timers_.pop();
    claims_[due.claim].deadline.reset();
    apply(now, due.claim, due_event(claims_[due.claim]), output);
  }
}

void Claimer::drop_stale_timers() {
  while (!timers_.empty() && claims_[timers_.top().claim].deadline != timers_.top().at) timers_.pop();
}

std::optional<Instant> Claimer::next_deadline() const {
  return timers_.empty() ? std::nullopt : std::optional{timers_.top().at};
}

// --- what is known ---

std::optional<ClaimState> Claimer::state(const IpAddress& address) const {
  const auto index = find(address);
  return index ? std::optional{claims_[*index].state} : std::nullopt;
}

std::uint32_t Claimer::probes(const IpAddress& address) const {
  const auto index = find(address);
  return index ? claims_[*index].probes : 0;
}

std::optional<IpAddress> Claimer::link_local() const {
  return link_local_ ? std::optional{claims_[*link_local_].address} : std::nullopt;
}

}  // namespace onlink::inline v0

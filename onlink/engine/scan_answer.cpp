// SPDX-License-Identifier: Apache-2.0
// What a scan makes of the packets it hears.
#include <algorithm>

#include "onlink/engine/scan.hpp"

namespace onlink::inline v0 {
namespace {

// A slow answer to the first question, arriving behind the second, must not be taken for a loss of the first.
constexpr Duration least_timeout = std::chrono::milliseconds{1};

}  // namespace

bool Scanner::is_wanted(const Sighting& seen) const noexcept {
  if (seen.mac == config_.identity.mac) return false;
  const bool is_our_echo =
      seen.echo && seen.echo->identifier == echo_identifier_ && seen.echo->sequence < echo_times_.size();
  if (seen.echo && !is_our_echo) return false;
  if (config_.targets.contains(seen.address)) return true;
  const auto holds = [&seen](const AddressRange& range) { return range.contains(seen.address); };
  return config_.discover_ipv6 && seen.address.is_ipv6() && std::ranges::none_of(config_.excluded, holds);
}

// A reply to us. Those that were sent unasked, and those to others, say who is there, but nothing of loss or time.
bool Scanner::is_for_us(const MacAddress& destination, const Sighting& seen) const noexcept {
  const MacAddress& own = config_.identity.mac;
  // Replies for link-local addresses are broadcast (RFC 3927 section 2.5).
  if (seen.evidence == Evidence::arp_reply) return destination == own || seen.target_hardware_addr == own;
  if (seen.evidence != Evidence::neighbor_advertisement) return false;
  // Who was asked from :: answers to all nodes.
  const bool asked_from_nobody = !config_.identity.shows_ipv6() || is_own(seen.address);
  return destination == own || (asked_from_nobody && destination.is_group());
}

std::optional<Scanner::Heard> Scanner::heard(Instant now, const Packet& packet) {
  const EthernetHeader& ethernet = packet.ethernet;
  if (ethernet.source == config_.identity.mac) return std::nullopt;
  const VlanStack& network = config_.identity.vlans;
  const bool both_untagged = ethernet.vlans.empty() && network.empty();
  if (!both_untagged && !ethernet.vlans.same_network(network)) return std::nullopt;
  const std::optional<Sighting> seen = sighting(packet);
  if (!seen || !is_wanted(*seen)) return std::nullopt;

  Heard heard{.sighting = *seen};
  if (is_for_us(ethernet.destination, *seen)) {
    heard.match = recent_.answered(seen->address, now);
    heard.is_answer = true;
  } else if (seen->echo) {
    const Duration age = now - echo_times_[seen->echo->sequence];
    heard.match = RecentAsks::Match{.age = age, .waiting = 0, .clear = true};
  }
  if (heard.match && heard.match->age < Duration{}) heard.match->clear = false;
  return heard;
}

HostTable::Id Scanner::add_host(const Heard& heard) {
  const HostTable::Id id = hosts_.add(heard.sighting.address);
  if (id == HostTable::none) {
    ++counts_.unrecorded;
    return id;
  }
  ScanHost& host = hosts_[id];
  host.mac = heard.sighting.mac;
  host.evidence = heard.sighting.evidence;
  host.target = config_.targets.contains(heard.sighting.address);
  if (!host.target) ++counts_.learned;
  return id;
}

void Scanner::on_first_answer(Instant now, HostTable::Id id, const Heard& heard) {
  ScanHost& host = hosts_[id];
  host.answered = true;
  ++answered_;
  if (host.target) ++answered_targets_;
  blocked_until_ = std::min(blocked_until_, now);  // the one that was waited for may be this one
  host.evidence = heard.sighting.evidence;
  if (!heard.match) {
    host.tries = static_cast<std::uint8_t>(std::max<std::uint32_t>(host.tries, std::min(sweeps_, 255U)));
    return;
  }
  host.pass = static_cast<std::uint8_t>(pass_);
  const Instant asked = now - heard.match->age;
  host.asked = std::max(host.asked, asked);
  host.tries = static_cast<std::uint8_t>(std::max<std::uint32_t>(host.tries, std::min(heard.match->waiting, 255U)));
  const bool to_last =
      heard.match->age <= std::max(rtt_.timeout().value_or(config_.patience.first_guess), least_timeout);
  loss_.on_found(to_last ? heard.match->waiting : 1);
}

void Scanner::on_any_answer(HostTable::Id id, const Heard& heard) {
  ScanHost& host = hosts_[id];
  // An echo reply is not the answer to the solicitation that is the sample.
  if (heard.is_answer && host.sampling) {
    host.sampling = false;
    --samples_waiting_;
    loss_.on_sample(false);
  } else if (heard.is_answer && host.sample_lost) {
    host.sample_lost = false;
    loss_.on_late_answer();
  }
  if (!heard.match || !heard.match->clear) return;
  host.on_round_trip(heard.match->age);
  if (heard.match->waiting > 0) rtt_.on_sample(heard.match->age);
}

AnswerKind Scanner::classify(HostTable::Id id, const Heard& heard) {
  ScanHost& host = hosts_[id];
  if (hosts_.has_mac(id, heard.sighting.mac)) {
    const bool is_asked_for = heard.match && heard.match->waiting > 0;
    if (!is_asked_for && host.repeats < 255) ++host.repeats;
    return AnswerKind::repeat;
  }
  const bool is_first_conflict = !host.conflict;
  if (!hosts_.add_mac(id, heard.sighting.mac)) return AnswerKind::repeat;
  if (is_first_conflict) ++counts_.conflicts;
  return AnswerKind::conflict;
}

void Scanner::on_packet(Instant now, const Packet& packet, Output& output) {
  loss_.on_received();
  const std::optional<Heard> heard_now = heard(now, packet);
  if (!heard_now) return;
  const Heard& what = *heard_now;

  AnswerKind kind = stage_ == Stage::done ? AnswerKind::late : AnswerKind::first;
  HostTable::Id id = hosts_.find(what.sighting.address);
  if (id == HostTable::none) {
    id = add_host(what);
  } else {
    kind = classify(id, what);
  }
  if (id != HostTable::none) {
    if (what.sighting.router) hosts_[id].router = true;
    if (what.is_answer && !hosts_[id].answered) on_first_answer(now, id, what);
    if (what.is_answer || what.sighting.echo) on_any_answer(id, what);
  }
  const bool has_round_trip = what.match && what.match->clear;
  output.events.emplace_back(Answered{.time = now,
                                      .address = what.sighting.address,
                                      .mac = what.sighting.mac,
                                      .frame_source = packet.ethernet.source,
                                      .vlans = packet.ethernet.vlans,
                                      .kind = kind,
                                      .evidence = what.sighting.evidence,
                                      .router = what.sighting.router,
                                      .round_trip = has_round_trip ? std::optional{what.match->age} : std::nullopt});
}

}  // namespace onlink::inline v0

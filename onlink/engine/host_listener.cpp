// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/host_listener.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "onlink/engine/scan_evidence.hpp"

namespace onlink::inline v0 {
namespace {

// The address that a packet asks for; an announcement asks nobody.
std::optional<IpAddress> question(const Packet& packet) noexcept {
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) {
    const bool asks = packet.ethernet.type == EtherType::arp && arp->operation == ArpOperation::request;
    return asks && !arp->is_announcement() ? std::optional<IpAddress>{arp->target_protocol_addr} : std::nullopt;
  }
  const auto* datagram = std::get_if<Icmpv6Datagram>(&packet.payload);
  const auto* solicitation = datagram ? std::get_if<NeighborSolicitation>(&datagram->message) : nullptr;
  return solicitation ? std::optional<IpAddress>{solicitation->target} : std::nullopt;
}

// In ascending order and apart from each other, so that one of them is found by halving.
std::vector<AddressRange> merged(std::vector<AddressRange> ranges) {
  std::ranges::sort(ranges);
  std::vector<AddressRange> apart;
  for (const AddressRange& range : ranges) {
    if (!apart.empty() && apart.back().contains(range.first)) {
      apart.back().last = std::max(apart.back().last, range.last);
    } else {
      apart.push_back(range);
    }
  }
  return apart;
}

bool holds(const std::vector<AddressRange>& apart, const IpAddress& address) noexcept {
  const auto behind = std::ranges::upper_bound(apart, address, {}, &AddressRange::first);
  return behind != apart.begin() && std::prev(behind)->contains(address);
}

}  // namespace

HostListener::HostListener(HostListenerConfig config) : config_(std::move(config)), hosts_(config_.max_hosts) {
  config_.targets = merged(std::move(config_.targets));
  config_.excluded = merged(std::move(config_.excluded));
}

bool HostListener::listens_for(const IpAddress& address) const noexcept {
  if (config_.family && address.family() != *config_.family) return false;
  return (config_.targets.empty() || holds(config_.targets, address)) && !holds(config_.excluded, address);
}

void HostListener::note_question(Instant now, const Packet& packet) {
  const auto asked_for = question(packet);
  if (!asked_for || !listens_for(*asked_for)) return;
  ++counts_.requests;
  if (const auto before = questions_.find(*asked_for); before != questions_.end()) {
    ++counts_.repeated;
    before->second = {now};
  } else if (questions_.size() < config_.max_questions) {
    ++counts_.asked;
    questions_.emplace(*asked_for, Question{now});
  }
}

// Of two answers to one question the first tells how long it took.
std::optional<Duration> HostListener::take_round_trip(Instant now, const IpAddress& address, Evidence evidence) {
  if (evidence != Evidence::arp_reply && evidence != Evidence::neighbor_advertisement) return std::nullopt;
  const auto asked = questions_.find(address);
  if (asked == questions_.end() || asked->second.answered || now < asked->second.asked) return std::nullopt;
  asked->second.answered = true;
  return now - asked->second.asked;
}

AnswerKind HostListener::book(Instant now, const IpAddress& address, const MacAddress& mac) {
  const HostTable::Id known = hosts_.find(address);
  if (known == HostTable::none) {
    const HostTable::Id id = hosts_.add(address);
    if (id == HostTable::none) {
      ++counts_.unrecorded;
      return AnswerKind::first;
    }
    hosts_[id].mac = mac;
    hosts_[id].asked = now;
    return AnswerKind::first;
  }
  if (hosts_.has_mac(known, mac)) return AnswerKind::repeat;
  const bool is_first_conflict = !hosts_[known].conflict;
  if (!hosts_.add_mac(known, mac)) return AnswerKind::repeat;
  if (is_first_conflict) ++counts_.conflicts;
  return AnswerKind::conflict;
}

void HostListener::on_packet(Instant now, const Packet& packet, Output& output) {
  const bool both_untagged = packet.ethernet.vlans.empty() && config_.vlans.empty();
  if (!both_untagged && !packet.ethernet.vlans.same_network(config_.vlans)) return;
  note_question(now, packet);
  const auto seen = sighting(packet);
  if (!seen || !listens_for(seen->address)) return;
  const AnswerKind kind = book(now, seen->address, seen->mac);
  const auto round_trip = take_round_trip(now, seen->address, seen->evidence);
  if (const HostTable::Id id = hosts_.find(seen->address); id != HostTable::none) {
    ScanHost& host = hosts_[id];
    const bool is_answer = seen->evidence == Evidence::arp_reply || seen->evidence == Evidence::neighbor_advertisement;
    // An answer says more than being overheard.
    if (kind == AnswerKind::first || (is_answer && !host.answered)) host.evidence = seen->evidence;
    host.answered = host.answered || is_answer;
    host.router = host.router || seen->router;
    if (round_trip) host.on_round_trip(*round_trip);
  }
  output.events.emplace_back(Answered{.time = now,
                                      .address = seen->address,
                                      .mac = seen->mac,
                                      .frame_source = packet.ethernet.source,
                                      .vlans = packet.ethernet.vlans,
                                      .kind = kind,
                                      .evidence = seen->evidence,
                                      .router = seen->router,
                                      .round_trip = round_trip});
}

ScanProgress HostListener::progress() const {
  ScanProgress progress = counts_;
  progress.targets = progress.asked;
  progress.answered = hosts_.size();
  progress.done = true;
  return progress;
}

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/rarp.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "onlink/engine/arp_frame.hpp"

namespace onlink::inline v0 {
namespace {

// The message of a frame of that protocol and network that can come from a station; else none. Operations 3 and 4 under
// ARP's EtherType, and all others under RARP's, are malformed: callers take only their own.
const ArpPacket* message_of(const Packet& packet, EtherType type, const VlanStack& vlans) {
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  const bool ours = packet.ethernet.type == type && packet.ethernet.encapsulation == Encapsulation::ethernet2 &&
                    packet.ethernet.vlans.same_network(vlans);
  return ours && arp != nullptr && arp->sender_hardware_addr.is_unicast() ? arp : nullptr;
}

// One that an interface can have.
bool is_host(const Ipv4Address& address) {
  return !address.is_unspecified() && !address.is_multicast() && !address.is_loopback() && address.value >> 28 != 0xf;
}

EtherType type_of(ReverseProtocol protocol) {
  return protocol == ReverseProtocol::rarp ? EtherType::rarp : EtherType::arp;
}

}  // namespace

std::string_view to_string(ReverseProtocol protocol) noexcept {
  return protocol == ReverseProtocol::rarp ? "rarp" : "inarp";
}

std::string_view to_string(ReverseFate fate) noexcept {
  switch (fate) {
    case ReverseFate::sent:
      return "sent";
    case ReverseFate::delayed:
      return "delayed";
    case ReverseFate::lost:
      return "lost";
    case ReverseFate::overflowed:
      return "overflowed";
    case ReverseFate::unknown:
      return "unknown";
    case ReverseFate::awaits_retry:
      return "awaits_retry";
  }
  return "sent";
}

ReverseClient::ReverseClient(const ReverseClientConfig& config, Instant start) : config_(config), deadline_(start) {}

void ReverseClient::on_deadline(Instant now, Output& output) {
  deadline_.reset();
  if (!answers_.empty()) return;
  if (config_.count != 0 && tries_ == config_.count) {
    output.events.emplace_back(ReverseSilent{now, config_.protocol, config_.target, tries_});
    return;
  }
  ask(now, output);
}

void ReverseClient::ask(Instant now, Output& output) {
  const bool rarp = config_.protocol == ReverseProtocol::rarp;
  const EthernetHeader ethernet{.destination = rarp ? config_.server.value_or(broadcast_mac) : config_.target,
                                .source = config_.mac,
                                .vlans = config_.vlans,
                                .type = type_of(config_.protocol)};
  const ArpPacket request{.operation = rarp ? ArpOperation::reverse_request : ArpOperation::inverse_request,
                          .sender_hardware_addr = config_.mac,
                          .sender_protocol_addr = rarp ? Ipv4Address{} : config_.ipv4,
                          .target_hardware_addr = config_.target};
  append_arp(ethernet, request, config_.pad, output.frames);
  const auto doublings = std::min(tries_, config_.doublings);
  ++tries_;
  asked_at_ = now;
  deadline_ = now + config_.first_wait * (std::uint32_t{1} << doublings);
}

bool ReverseClient::is_answer(const Packet& packet, const ArpPacket& arp) const noexcept {
  const MacAddress& destination = packet.ethernet.destination;
  if (config_.protocol == ReverseProtocol::rarp) {
    const bool heard = destination == config_.mac || destination.is_broadcast();
    return arp.operation == ArpOperation::reverse_reply && arp.target_hardware_addr == config_.target && heard;
  }
  return arp.operation == ArpOperation::inverse_reply && arp.sender_hardware_addr == config_.target &&
         destination == config_.mac;
}

void ReverseClient::on_packet(Instant now, const Packet& packet, Output& output) {
  const ArpPacket* arp = message_of(packet, type_of(config_.protocol), config_.vlans);
  if (arp == nullptr || !deadline_ || tries_ == 0 || !is_answer(packet, *arp)) return;
  const bool rarp = config_.protocol == ReverseProtocol::rarp;
  const Answer answer{arp->sender_hardware_addr, rarp ? arp->target_protocol_addr : arp->sender_protocol_addr};
  const bool is_repeat = std::ranges::find(answers_, answer) != answers_.end();
  if (!is_host(answer.address) || is_repeat || answers_.size() == max_answers) return;
  ReverseAnswered answered{.time = now,
                           .protocol = config_.protocol,
                           .mac = config_.target,
                           .address = answer.address,
                           .server = answer.server,
                           .server_address = arp->sender_protocol_addr,
                           .vlans = packet.ethernet.vlans};
  if (tries_ == 1) answered.round_trip = now - asked_at_;
  if (answers_.empty()) {
    deadline_ = now + config_.conflict_window;
  } else {
    const bool same = answer.address == answers_.front().address;
    answered.kind = same ? ReverseAnswerKind::agrees : ReverseAnswerKind::conflict;
  }
  answers_.push_back(answer);
  output.events.emplace_back(answered);
}

ReverseServer::ReverseServer(ReverseServerConfig config) : config_(std::move(config)), rng_(config_.seed) {}

void ReverseServer::set_table(ReverseTable table) {
  config_.table = std::move(table);
  last_asked_.clear();
}

void ReverseServer::on_packet(Instant now, const Packet& packet, Output& output) {
  const MacAddress& destination = packet.ethernet.destination;
  const bool to_us = destination == config_.mac;
  if (const ArpPacket* rarp = message_of(packet, EtherType::rarp, config_.vlans)) {
    if (to_us || destination.is_broadcast()) serve_rarp(now, *rarp, output);
    return;
  }
  const ArpPacket* arp = message_of(packet, EtherType::arp, config_.vlans);
  if (arp != nullptr && config_.inarp && to_us && !config_.ipv4.is_unspecified()) serve_inarp(now, *arp, output);
}

void ReverseServer::serve_rarp(Instant now, const ArpPacket& request, Output& output) {
  const MacAddress& asked = request.target_hardware_addr;
  const MacAddress& asker = request.sender_hardware_addr;
  if (request.operation != ArpOperation::reverse_request) return;
  ReverseServed served{.time = now,
                       .protocol = ReverseProtocol::rarp,
                       .mac = asked,
                       .asker = asker,
                       .asker_address = request.sender_protocol_addr,
                       .vlans = config_.vlans};
  const auto known = asked.is_unicast() ? config_.table.find(asked) : config_.table.end();
  if (known == config_.table.end()) {
    served.fate = ReverseFate::unknown;
  } else {
    served.address = known->second.address;
    served.fate = ReverseFate::awaits_retry;
  }
  if (served.address && (!config_.only_retries || is_retry(now, asked))) {
    const Ipv4Address& server = known->second.server;
    const ArpPacket reply{.operation = ArpOperation::reverse_reply,
                          .sender_hardware_addr = config_.mac,
                          .sender_protocol_addr = server.is_unspecified() ? config_.ipv4 : server,
                          .target_hardware_addr = asked,
                          .target_protocol_addr = *served.address};
    const Duration wait = rng_.between(Duration{}, config_.secondary_wait);
    served.fate = answer(now, {EtherType::rarp, asker, reply}, wait, output);
  }
  ++counters_.questions;
  output.events.emplace_back(served);
}

bool ReverseServer::is_retry(Instant now, const MacAddress& asked) {
  const auto [place, first] = last_asked_.try_emplace(asked, now);
  const bool retry = !first && now - place->second <= config_.retry_window;
  place->second = now;
  return retry;
}

// RFC 2390 section 8: the answer has its sender's addresses where the request had the asker's.
void ReverseServer::serve_inarp(Instant now, const ArpPacket& request, Output& output) {
  const MacAddress& asker = request.sender_hardware_addr;
  if (request.operation != ArpOperation::inverse_request || request.target_hardware_addr != config_.mac) return;
  const ArpPacket reply{.operation = ArpOperation::inverse_reply,
                        .sender_hardware_addr = config_.mac,
                        .sender_protocol_addr = config_.ipv4,
                        .target_hardware_addr = asker,
                        .target_protocol_addr = request.sender_protocol_addr};
  const ReverseFate fate = answer(now, {EtherType::arp, asker, reply}, {}, output);
  ++counters_.questions;
  output.events.emplace_back(ReverseServed{.time = now,
                                           .protocol = ReverseProtocol::inarp,
                                           .fate = fate,
                                           .mac = config_.mac,
                                           .asker = asker,
                                           .asker_address = request.sender_protocol_addr,
                                           .address = config_.ipv4,
                                           .vlans = config_.vlans});
}

ReverseFate ReverseServer::answer(Instant now, const Answer& answer, Duration extra_wait, Output& output) {
  if (rng_.chance(config_.loss)) return ReverseFate::lost;
  const int copies = rng_.chance(config_.duplicate) ? 2 : 1;
  ReverseFate fate = ReverseFate::sent;
  for (int copy = 0; copy < copies; ++copy) {
    const Duration wait = config_.delay + extra_wait + rng_.between(Duration{}, config_.jitter);
    if (wait == Duration{}) {
      send(answer, output);
    } else if (waiting_.size() < config_.max_waiting) {
      waiting_.push({now + wait, answer});
      fate = ReverseFate::delayed;
    } else if (copy == 0) {
      return ReverseFate::overflowed;
    }
  }
  return fate;
}

void ReverseServer::send(const Answer& answer, Output& output) {
  const EthernetHeader ethernet{
      .destination = answer.to, .source = config_.mac, .vlans = config_.vlans, .type = answer.type};
  append_arp(ethernet, answer.arp, config_.pad, output.frames);
  ++counters_.answers;
}

void ReverseServer::on_deadline(Instant now, Output& output) {
  while (!waiting_.empty() && waiting_.top().at <= now) {
    const Waiting due = waiting_.pop();
    send(due.answer, output);
  }
}

std::optional<Instant> ReverseServer::next_deadline() const {
  return waiting_.empty() ? std::nullopt : std::optional{waiting_.top().at};
}

}  // namespace onlink::inline v0

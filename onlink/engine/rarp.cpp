// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/rarp.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "onlink/engine/arp_frame.hpp"

namespace onlink::inline v0 {
namespace {

// The message of a frame of that protocol and network that asks or answers so; else none. Operations 3 and 4 under
// ARP's EtherType, and 1, 2, 8 and 9 under RARP's, are malformed.
const ArpPacket* message_of(const Packet& packet, EtherType type, const VlanStack& vlans) {
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  const bool ours = packet.ethernet.type == type && packet.ethernet.encapsulation == Encapsulation::ethernet2 &&
                    packet.ethernet.vlans.same_network(vlans);
  return ours ? arp : nullptr;
}

}  // namespace

ReverseClient::ReverseClient(const ReverseClientConfig& config, Instant start)
    : config_(config), deadline_(start), wait_(config.first_wait) {}

void ReverseClient::on_deadline(Instant now, Output& output) {
  deadline_.reset();
  if (address_) return;
  if (config_.count != 0 && tries_ == config_.count) {
    output.events.emplace_back(ReverseSilent{now, config_.target, tries_});
    return;
  }
  ask(now, output);
}

void ReverseClient::ask(Instant now, Output& output) {
  const bool rarp = config_.protocol == ReverseProtocol::rarp;
  const EthernetHeader ethernet{.destination = rarp ? broadcast_mac : config_.target,
                                .source = config_.mac,
                                .vlans = config_.vlans,
                                .type = rarp ? EtherType::rarp : EtherType::arp};
  const ArpPacket request{.operation = rarp ? ArpOperation::reverse_request : ArpOperation::inverse_request,
                          .sender_hardware_addr = config_.mac,
                          .sender_protocol_addr = rarp ? Ipv4Address{} : config_.ipv4.value_or(Ipv4Address{}),
                          .target_hardware_addr = config_.target};
  append_arp(ethernet, request, config_.pad, output.frames);
  ++tries_;
  asked_at_ = now;
  deadline_ = now + wait_;
  wait_ = std::min(2 * wait_, config_.longest_wait);
}

bool ReverseClient::is_answer(const Packet& packet, const ArpPacket& arp) const noexcept {
  if (config_.protocol == ReverseProtocol::rarp) {
    return arp.operation == ArpOperation::reverse_reply && arp.target_hardware_addr == config_.target;
  }
  return arp.operation == ArpOperation::inverse_reply && arp.sender_hardware_addr == config_.target &&
         packet.ethernet.destination == config_.mac;
}

void ReverseClient::on_packet(Instant now, const Packet& packet, Output& output) {
  const bool rarp = config_.protocol == ReverseProtocol::rarp;
  const ArpPacket* arp = message_of(packet, rarp ? EtherType::rarp : EtherType::arp, config_.vlans);
  if (arp == nullptr || !deadline_ || !is_answer(packet, *arp)) return;
  const Ipv4Address address = rarp ? arp->target_protocol_addr : arp->sender_protocol_addr;
  if (address.is_unspecified() || address == address_) return;
  ReverseAnswered answered{.time = now, .mac = config_.target, .address = address, .server = arp->sender_hardware_addr};
  if (rarp) answered.server_address = arp->sender_protocol_addr;
  if (tries_ == 1) answered.round_trip = now - asked_at_;
  answered.conflict = address_.has_value();
  output.events.emplace_back(answered);
  if (address_) return;
  address_ = address;
  deadline_ = now + config_.conflict_window;
}

ReverseServer::ReverseServer(ReverseServerConfig config) : config_(std::move(config)), rng_(config_.seed) {}

void ReverseServer::on_packet(Instant now, const Packet& packet, Output& output) {
  if (const ArpPacket* rarp = message_of(packet, EtherType::rarp, config_.vlans)) return serve_rarp(now, *rarp, output);
  const ArpPacket* arp = message_of(packet, EtherType::arp, config_.vlans);
  const bool to_us = packet.ethernet.destination == config_.mac;
  if (arp != nullptr && config_.inarp && to_us && !config_.ipv4.is_unspecified()) serve_inarp(now, *arp, output);
}

void ReverseServer::serve_rarp(Instant now, const ArpPacket& request, Output& output) {
  const MacAddress& asked = request.target_hardware_addr;
  if (request.operation != ArpOperation::reverse_request || !request.sender_hardware_addr.is_unicast()) return;
  const auto known = asked.is_unicast() ? config_.table.find(asked) : config_.table.end();
  ReverseServed served{.time = now, .mac = asked, .asker = request.sender_hardware_addr};
  if (known != config_.table.end()) served.address = known->second;
  output.events.emplace_back(served);
  if (!served.address) return;
  const ArpPacket reply{.operation = ArpOperation::reverse_reply,
                        .sender_hardware_addr = config_.mac,
                        .sender_protocol_addr = config_.ipv4,
                        .target_hardware_addr = asked,
                        .target_protocol_addr = *served.address};
  answer(now, {EtherType::rarp, request.sender_hardware_addr, reply}, output);
}

// RFC 2390 section 8: the answer has its sender's addresses where the request had the asker's.
void ReverseServer::serve_inarp(Instant now, const ArpPacket& request, Output& output) {
  if (request.operation != ArpOperation::inverse_request || !request.sender_hardware_addr.is_unicast()) return;
  if (request.target_hardware_addr != config_.mac) return;
  output.events.emplace_back(ReverseServed{now, config_.mac, request.sender_hardware_addr, config_.ipv4});
  const ArpPacket reply{.operation = ArpOperation::inverse_reply,
                        .sender_hardware_addr = config_.mac,
                        .sender_protocol_addr = config_.ipv4,
                        .target_hardware_addr = request.sender_hardware_addr,
                        .target_protocol_addr = request.sender_protocol_addr};
  answer(now, {EtherType::arp, request.sender_hardware_addr, reply}, output);
}

void ReverseServer::answer(Instant now, const Answer& answer, Output& output) {
  if (config_.delay == Duration{}) return send(answer, output);
  if (waiting_.size() == config_.max_waiting) return;
  waiting_.push({now + rng_.between(Duration{}, config_.delay), answer});
}

void ReverseServer::send(const Answer& answer, Output& output) const {
  const EthernetHeader ethernet{
      .destination = answer.to, .source = config_.mac, .vlans = config_.vlans, .type = answer.type};
  append_arp(ethernet, answer.arp, config_.pad, output.frames);
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

// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/responder.hpp"

#include <utility>

#include "onlink/wire/decode.hpp"

namespace onlink::compat_diff {
namespace {

VirtualHostConfig config_of(const ScriptedHost& host) {
  VirtualHostConfig config{
      .mac = host.mac, .vlans = host.lives_in, .router = host.router, .pad = false, .knows_neighbors = false};
  for (const IpAddress& address : host.addresses) config.addresses.push_back({address, address});
  return config;
}

Frame to_frame(const EthernetHeader& header, Bytes payload) {
  Frame frame(header.size() + payload.size());
  Writer out(frame);
  encode(header, payload.size(), out);
  out.bytes(payload);
  return frame;
}

// The same frame as Ethernet II, for a host that hears both forms.
Frame without_llc(Bytes frame) {
  const auto decoded = decode_ethernet(frame);
  if (!decoded || decoded->header.encapsulation != Encapsulation::snap) return {frame.begin(), frame.end()};
  EthernetHeader header = decoded->header;
  header.encapsulation = Encapsulation::ethernet2;
  return to_frame(header, decoded->payload);
}

// What the host says, said in its odd way.
Frame oddly(const ScriptedHost& host, Bytes answer) {
  const auto decoded = decode_ethernet(answer);
  if (!decoded) return {answer.begin(), answer.end()};
  EthernetHeader header = decoded->header;
  Frame payload(decoded->payload.begin(), decoded->payload.end());
  if (host.source) header.source = *host.source;
  if (host.destination) header.destination = *host.destination;
  for (const VlanTag tag : host.tags) header.vlans.push(tag);
  if (host.llc) {
    header.encapsulation = Encapsulation::snap;
    header.llc = {.dsap = 0xaa, .ssap = 0xaa, .control = 0x03};
  }
  constexpr std::size_t operation_offset = 6;
  if (host.operation && header.type == EtherType::arp) {
    store_be<std::uint16_t>(*host.operation, std::span{payload}.subspan(operation_offset).first<2>());
  }
  Frame frame = to_frame(header, payload);
  for (const char octet : host.padding) frame.push_back(static_cast<std::byte>(octet));
  return frame;
}

std::optional<Ipv4Address> asked_address(const Packet& packet) {
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  if (arp == nullptr || arp->operation != ArpOperation::request) return std::nullopt;
  return arp->target_protocol_addr;
}

}  // namespace

Responder::Responder(const std::vector<ScriptedHost>& hosts, std::vector<RawAnswer> answers)
    : answers_(std::move(answers)) {
  for (const ScriptedHost& host : hosts) stations_.push_back({host, VirtualHost(config_of(host))});
}

void Responder::hear(Instant now, Bytes frame) {
  for (Station& station : stations_) ask(station, now, frame);
  const auto packet = decode(frame);
  const auto asked = packet ? asked_address(*packet) : std::nullopt;
  for (const RawAnswer& answer : answers_) {
    if (asked == answer.address) waiting_.emplace(now, answer.frame);
  }
}

void Responder::ask(Station& station, Instant now, Bytes frame) {
  const Frame heard = station.plan.llc ? without_llc(frame) : Frame(frame.begin(), frame.end());
  const auto packet = decode(heard);
  if (!packet) return;
  Output output;
  station.host.on_packet(now, *packet, output);
  if (output.frames.empty() || station.heard++ < station.plan.skip) return;
  for (std::size_t i = 0; i < output.frames.size(); ++i) {
    for (std::size_t n = 0; n < station.plan.times; ++n) {
      waiting_.emplace(now + station.plan.late, oddly(station.plan, output.frames[i]));
    }
  }
}

std::vector<Frame> Responder::take(Instant now) {
  std::vector<Frame> due;
  const auto end = waiting_.upper_bound(now);
  for (auto one = waiting_.begin(); one != end; ++one) due.push_back(std::move(one->second));
  waiting_.erase(waiting_.begin(), end);
  return due;
}

std::optional<Instant> Responder::next() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->first;
}

}  // namespace onlink::compat_diff

// SPDX-License-Identifier: Apache-2.0
#include "tests/claim/wire_recording.hpp"

#include <algorithm>
#include <stdexcept>

#include "onlink/engine/arp_frame.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::test {
namespace {

constexpr std::chrono::milliseconds look{5};

struct Meaning {
  FrameKind kind = FrameKind::other;
  IpAddress about{};
};

Meaning meaning_of(const ArpPacket& arp) {
  if (arp.operation == ArpOperation::reply) return {FrameKind::reply, arp.sender_protocol_addr};
  if (arp.operation != ArpOperation::request) return {};
  if (arp.is_probe()) return {FrameKind::probe, arp.target_protocol_addr};
  return {arp.is_announcement() ? FrameKind::announcement : FrameKind::request, arp.target_protocol_addr};
}

Meaning meaning_of(const Icmpv6Datagram& datagram) {
  const Ipv6Header& ip = datagram.ip.header;
  if (const auto* asked = std::get_if<NeighborSolicitation>(&datagram.message)) {
    return {ip.source.is_unspecified() ? FrameKind::probe : FrameKind::request, asked->target};
  }
  if (const auto* told = std::get_if<NeighborAdvertisement>(&datagram.message)) {
    return {ip.destination.is_multicast() ? FrameKind::announcement : FrameKind::reply, told->target};
  }
  return {};
}

}  // namespace

WireFrame::WireFrame(Instant time, bool sent_here, Bytes frame)
    : at(time), ours(sent_here), bytes(frame.begin(), frame.end()) {
  const auto decoded = decode(bytes);
  if (!decoded) return;
  packet = *decoded;
  Meaning meaning;
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) meaning = meaning_of(*arp);
  if (const auto* ndp = std::get_if<Icmpv6Datagram>(&packet.payload)) meaning = meaning_of(*ndp);
  kind = meaning.kind;
  about = meaning.about;
}

WireRecording::WireRecording(std::vector<Move> moves) : engine_{.moves = std::move(moves)} {
  auto port = open_packet_port(
      {.interface = "eth0", .filter = {.arp = true, .icmpv6 = true}, .promiscuous = true, .all_multicast = true});
  if (!port) throw std::runtime_error(port.error().context);
  port_ = *std::move(port);
}

bool WireRecording::run_until(const std::function<bool()>& is_so, Duration longest) {
  engine_.over = false;
  RunOptions options{.stay = false, .until = monotonic_now() + longest};
  options.tick = look;
  options.on_tick = [&](const ClockPair&) { engine_.over = engine_.over || is_so(); };
  options.on_frame_sent = [this](Bytes frame, const ClockPair& now) {
    engine_.frames.emplace_back(now.instant, true, frame);
  };
  const RunResult result = run(engine_, *port_, options);
  if (result.error) throw std::runtime_error(result.error->context);
  return result.end == RunEnd::finished;
}

void WireRecording::send(const FrameBatch& batch) {
  const Instant now = monotonic_now();
  for (std::size_t sent = 0; sent < batch.size();) {
    const auto taken = port_->send(FrameList{batch, sent});
    if (!taken) throw std::runtime_error(taken.error().context);
    for (const std::size_t end = sent + *taken; sent < end; ++sent) engine_.frames.emplace_back(now, true, batch[sent]);
  }
}

std::vector<const WireFrame*> WireRecording::heard(FrameKind kind, const IpAddress& about) const {
  std::vector<const WireFrame*> found;
  for (const WireFrame& frame : frames()) {
    if (!frame.ours && frame.kind == kind && frame.about == about) found.push_back(&frame);
  }
  return found;
}

std::vector<Instant> WireRecording::times(FrameKind kind, const IpAddress& about) const {
  std::vector<Instant> found;
  for (const WireFrame* frame : heard(kind, about)) found.push_back(frame->at);
  return found;
}

std::uint32_t WireRecording::count(FrameKind kind, const IpAddress& about) const {
  const auto counted = engine_.counts.find({kind, about});
  return counted == engine_.counts.end() ? 0 : counted->second;
}

void WireRecording::Rivals::on_packet(Instant now, const Packet& packet, [[maybe_unused]] Output& output) {
  take(now, packet.frame);
}

void WireRecording::Rivals::take(Instant now, Bytes bytes) {
  const WireFrame& frame = frames.emplace_back(now, false, bytes);
  const std::uint32_t number = ++counts[{frame.kind, frame.about}];
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const Move& move = moves[i];
    const bool meant = move.on == frame.kind && (!move.about || *move.about == frame.about);
    if (meant && (move.nth == 0 || move.nth == number)) due.push({now + move.after, i, frames.size() - 1});
  }
}

void WireRecording::Rivals::on_deadline(Instant now, Output& output) {
  while (!due.empty() && due.top().at <= now) {
    const Due next = due.pop();
    moves[next.move].send(frames[next.frame], output.frames);
  }
}

std::optional<Instant> WireRecording::Rivals::next_deadline() const {
  if (over) return std::nullopt;
  return due.empty() ? Instant::max() : due.top().at;
}

void send_arp(const ArpPacket& arp, FrameBatch& out) {
  append_arp({.destination = broadcast_mac, .source = arp.sender_hardware_addr, .type = EtherType::arp}, arp, true,
             out);
}

ArpPacket arp_reply(const MacAddress& from, Ipv4Address address, const ArpPacket& to) {
  return {.operation = ArpOperation::reply,
          .sender_hardware_addr = from,
          .sender_protocol_addr = address,
          .target_hardware_addr = to.sender_hardware_addr,
          .target_protocol_addr = to.sender_protocol_addr};
}

ArpPacket arp_probe(const MacAddress& from, Ipv4Address address) {
  return {.sender_hardware_addr = from, .target_protocol_addr = address};
}

ArpPacket arp_announcement(const MacAddress& from, Ipv4Address address) {
  return {.sender_hardware_addr = from, .sender_protocol_addr = address, .target_protocol_addr = address};
}

}  // namespace onlink::inline v0::test

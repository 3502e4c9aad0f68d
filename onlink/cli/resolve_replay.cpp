// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/resolve_replay.hpp"

#include <algorithm>

#include "onlink/cli/capture_past.hpp"

namespace onlink::inline v0::cli {
namespace {

struct Question {
  IpAddress target;
  std::optional<IpAddress> source;  // none: a probe
};

std::optional<Question> question_in(const Packet& packet) {
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) {
    if (arp->operation != ArpOperation::request || packet.ethernet.type != EtherType::arp) return std::nullopt;
    if (arp->sender_protocol_addr == arp->target_protocol_addr) return std::nullopt;  // an announcement
    const bool probe = arp->sender_protocol_addr.is_unspecified();
    return Question{arp->target_protocol_addr,
                    probe ? std::nullopt : std::optional<IpAddress>{arp->sender_protocol_addr}};
  }
  const auto* datagram = std::get_if<Icmpv6Datagram>(&packet.payload);
  const auto* solicitation = datagram == nullptr ? nullptr : std::get_if<NeighborSolicitation>(&datagram->message);
  if (solicitation == nullptr) return std::nullopt;
  const Ipv6Address& source = datagram->ip.header.source;
  return Question{solicitation->target, source.is_unspecified() ? std::nullopt : std::optional<IpAddress>{source}};
}

void note(const Question& question, const Packet& packet, Instant time, ReplayPast& past) {
  if (past.asker.mac.is_zero()) past.asker.mac = packet.ethernet.source;
  if (packet.ethernet.source != past.asker.mac) return;
  past.first_asked.emplace(question.target, time);
  if (!question.source) return;
  if (question.source->is_ipv4() && !past.asker.ipv4) past.asker.ipv4 = question.source->ipv4();
  if (question.source->is_ipv6() && !past.asker.ipv6) past.asker.ipv6 = question.source->ipv6();
}

}  // namespace

std::expected<ReplayPast, Error> read_past(const std::string& path, const std::vector<ResolveTarget>& targets,
                                           const VlanStack& vlans) {
  ReplayPast past;
  const auto read = for_each_packet(path, vlans, [&](const Packet& packet, Instant time) {
    const auto question = question_in(packet);
    if (!question || std::ranges::find(targets, question->target, &ResolveTarget::address) == targets.end()) return;
    note(*question, packet, time, past);
  });
  if (!read) return std::unexpected(read.error());
  return past;
}

}  // namespace onlink::inline v0::cli

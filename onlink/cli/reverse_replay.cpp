// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/reverse_replay.hpp"

#include <algorithm>
#include <optional>

#include "onlink/cli/capture_past.hpp"

namespace onlink::inline v0::cli {
namespace {

std::optional<ReverseQuestion> question_in(const Packet& packet, ReverseProtocol protocol) {
  const bool rarp = protocol == ReverseProtocol::rarp;
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  const auto asks = rarp ? ArpOperation::reverse_request : ArpOperation::inverse_request;
  if (arp == nullptr || packet.ethernet.type != (rarp ? EtherType::rarp : EtherType::arp) || arp->operation != asks ||
      !arp->target_hardware_addr.is_unicast()) {
    return std::nullopt;
  }
  return ReverseQuestion{.asker = arp->sender_hardware_addr, .target = arp->target_hardware_addr};
}

}  // namespace

std::expected<std::vector<ReverseQuestion>, Error> read_reverse_past(const std::string& path, ReverseProtocol protocol,
                                                                     const VlanStack& vlans) {
  std::vector<ReverseQuestion> past;
  const auto read = for_each_packet(path, vlans, [&](const Packet& packet, Instant time) {
    auto question = question_in(packet, protocol);
    if (!question || std::ranges::find(past, question->target, &ReverseQuestion::target) != past.end()) return;
    question->first_asked = time;
    past.push_back(*question);
  });
  if (!read) return std::unexpected(read.error());
  return past;
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/reverse_replay.hpp"

#include <algorithm>
#include <optional>

#include "onlink/link/pcap_file.hpp"
#include "onlink/wire/decode.hpp"

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
  if (path == "-") return past;
  auto reader = open_capture_file(path);
  if (!reader) return std::unexpected(reader.error());
  while (true) {
    const auto frame = (*reader)->next();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) return past;
    const auto packet = decode((*frame)->bytes);
    const bool ours = packet && packet->ethernet.vlans.same_network(vlans);
    auto question = ours ? question_in(*packet, protocol) : std::nullopt;
    if (!question || std::ranges::find(past, question->target, &ReverseQuestion::target) != past.end()) continue;
    question->first_asked = Instant{(*frame)->time.time_since_epoch()};
    past.push_back(*question);
  }
}

}  // namespace onlink::inline v0::cli

// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arpsend_dialogue.hpp"

#include <utility>
#include <variant>

namespace onlink::inline v0::cli::compat {
namespace {

std::string_view name(ArpOperation operation) { return operation == ArpOperation::request ? "request" : "reply"; }

std::string dialogue_form(const EthernetHeader& ethernet, const ArpPacket& arp) {
  return fmt::format("eth '{}' -> eth '{}'; arp sndr '{}' '{}'; {}; arp recipient '{}' '{}'",
                     to_string(ethernet.source), to_string(ethernet.destination), to_string(arp.sender_hardware_addr),
                     to_string(arp.sender_protocol_addr), name(arp.operation), to_string(arp.target_hardware_addr),
                     to_string(arp.target_protocol_addr));
}

}  // namespace

ArpsendDialogue::ArpsendDialogue(ArpsendPlan plan, Instant start, TextWriter& err)
    : plan_(std::move(plan)), err_(err), deadline_(start) {
  if (plan_.targets.empty()) plan_.targets.push_back(plan_.own_address);
  if (!plan_.verbose) return;
  err_.print("arpsend: got addresses hw='{}', ip='{}'\n", to_string(plan_.own_mac), to_string(plan_.own_address));
}

void ArpsendDialogue::on_deadline(Instant now, Output& output) {
  if (plan_.count && rounds_ == *plan_.count) {
    deadline_.reset();
    return;
  }
  ++rounds_;
  deadline_ = now + plan_.interval;
  const std::size_t before = output.frames.size();
  for (const Ipv4Address target : plan_.targets) send(target, output);
  const bool listens = plan_.mode == ArpsendMode::detect || plan_.mode == ArpsendMode::request;
  if (!listens && rounds_ == plan_.count) deadline_.reset();
  // The original's socket hears what left by it, once it listens.
  for (std::size_t i = before; i < output.frames.size(); ++i) {
    if (const auto own = decode(output.frames[i])) on_packet(now, *own, output);
  }
}

void ArpsendDialogue::send(Ipv4Address target, Output& output) {
  const MacAddress destination = plan_.frame_destination.value_or(broadcast_mac);
  const MacAddress source = plan_.frame_source.value_or(plan_.own_mac);
  const EthernetHeader ethernet{.destination = destination, .source = source, .type = EtherType::arp};
  const ArpPacket arp{
      .operation = plan_.mode == ArpsendMode::reply ? ArpOperation::reply : ArpOperation::request,
      .sender_hardware_addr = plan_.sender_mac.value_or(source),
      .sender_protocol_addr = plan_.source.value_or(plan_.own_address),
      .target_hardware_addr = plan_.target_mac.value_or(destination),
      .target_protocol_addr = target,
  };
  if (plan_.verbose) err_.print("arpsend: send packet: {}\n", dialogue_form(ethernet, arp));
  Writer out{output.frames.add(min_frame_size)};
  encode(ethernet, arp_packet_size, out);
  encode(arp, out.reserve(arp_packet_size).first<arp_packet_size>());
  out.zeros(min_frame_size - out.size());
}

void ArpsendDialogue::on_packet(Instant, const Packet& packet, Output&) {
  // The original is handed what the kernel takes for ARP once it has taken one tag off: no second tag, no LLC/SNAP.
  const EthernetHeader& ethernet = packet.ethernet;
  if (!deadline_ || ethernet.type != EtherType::arp || ethernet.encapsulation != Encapsulation::ethernet2) return;
  if (ethernet.vlans.size() > 1) return;
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  if (arp == nullptr || (arp->operation != ArpOperation::request && arp->operation != ArpOperation::reply)) return;
  hear(ethernet, *arp);
}

void ArpsendDialogue::hear(const EthernetHeader& ethernet, const ArpPacket& arp) {
  for (const Ipv4Address target : plan_.targets) {
    if (target != arp.sender_protocol_addr) continue;
    if (plan_.verbose) err_.print("arpsend: recv packet {}\n", dialogue_form(ethernet, arp));
    err_.print("arpsend: {} is detected on another computer : {}\n", to_string(target),
               to_string(arp.sender_hardware_addr));
    ++answers_;
    warn(ethernet, arp);
    if (!plan_.at_once) continue;
    deadline_.reset();
    return;
  }
  if (plan_.verbose) err_.print("arpsend: recv unknown packet {}\n", dialogue_form(ethernet, arp));
}

// Once each.
void ArpsendDialogue::warn(const EthernetHeader& ethernet, const ArpPacket& arp) {
  if (!ethernet.vlans.empty() && !std::exchange(warned_tagged_, true)) {
    err_.print("arpsend: warning: this answer bore a VLAN tag, so it is from another network\n");
  }
  if (arp.sender_hardware_addr == plan_.own_mac && !std::exchange(warned_own_, true)) {
    err_.print("arpsend: warning: this is our own MAC address, and no other computer's\n");
  }
}

int ArpsendDialogue::status() const noexcept {
  switch (plan_.mode) {
    case ArpsendMode::update:
    case ArpsendMode::detect:
      return answers_ != 0 ? ArpsendStatus::answered : ArpsendStatus::done;
    case ArpsendMode::request:
      return answers_ != 0 ? ArpsendStatus::done : ArpsendStatus::unanswered;
    case ArpsendMode::reply:
      break;
  }
  return ArpsendStatus::done;
}

}  // namespace onlink::inline v0::cli::compat

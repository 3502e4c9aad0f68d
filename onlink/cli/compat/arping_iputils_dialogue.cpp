// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arping_iputils_dialogue.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace onlink::inline v0::cli::compat {
namespace {

// "02:00:5E:10:00:01", in upper case.
std::string upper(const MacAddress& mac) {
  std::string text = to_string(mac);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

// What a socket for ARP on this interface is given: no LLC, and no other network's frames. A tag of VLAN 0 is a
// priority only.
bool is_of_this_network(const EthernetHeader& ethernet) {
  return ethernet.type == EtherType::arp && ethernet.encapsulation == Encapsulation::ethernet2 &&
         std::ranges::all_of(ethernet.vlans, [](const VlanTag& tag) { return tag.id() == 0; });
}

}  // namespace

ArpingDialogue::ArpingDialogue(ArpingPlan plan, Instant start, TextWriter& out, TextWriter& err)
    : plan_(std::move(plan)), out_(out), err_(err), next_probe_(start) {
  if (plan_.limit > Duration{}) end_ = start + plan_.limit;
  if (plan_.quiet) return;
  out_.print("ARPING {} from {} {}\n", to_string(plan_.target), to_string(plan_.source), plan_.interface);
}

std::optional<Instant> ArpingDialogue::next_deadline() const {
  if (over_) return std::nullopt;
  if (next_probe_ && end_) return std::min(*next_probe_, *end_);
  if (next_probe_) return next_probe_;
  return end_ ? end_ : std::optional{last_sent_ + longest_duration};
}

void ArpingDialogue::on_deadline(Instant now, Output& output) {
  if (next_probe_ && *next_probe_ <= now) probe(now, output);
  if (end_ && *end_ <= now) over_ = true;
}

void ArpingDialogue::probe(Instant now, Output& output) {
  if (plan_.count && probes_ == *plan_.count) {
    over_ = true;
    return;
  }
  ++probes_;
  ++sent_;
  if (destination_.is_broadcast()) ++sent_broadcast_;
  previous_sent_ = std::exchange(last_sent_, now);

  const EthernetHeader ethernet{.destination = destination_, .source = plan_.mac, .type = EtherType::arp};
  const ArpPacket arp{
      .operation = plan_.as_reply ? ArpOperation::reply : ArpOperation::request,
      .sender_hardware_addr = plan_.mac,
      .sender_protocol_addr = plan_.source,
      .target_hardware_addr = plan_.as_reply ? plan_.mac : destination_,
      .target_protocol_addr = plan_.target,
  };
  Writer frame{output.frames.add(ethernet_header_size + arp_packet_size)};
  encode(ethernet, arp_packet_size, frame);
  encode(arp, frame.reserve(arp_packet_size).first<arp_packet_size>());

  // By the clock, not by what we were late: a pause of this machine costs probes.
  if (plan_.interval == Duration{}) {
    next_probe_.reset();
  } else {
    *next_probe_ += plan_.interval * ((now - *next_probe_) / plan_.interval + 1);
  }
}

void ArpingDialogue::on_packet(Instant now, const Packet& packet, Output&) {
  if (over_ || probes_ == 0 || !is_of_this_network(packet.ethernet)) return;
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  if (arp != nullptr && is_reply(packet.ethernet, *arp)) hear(now, packet.ethernet, *arp);
}

bool ArpingDialogue::is_reply(const EthernetHeader& ethernet, const ArpPacket& arp) const {
  const bool for_us = ethernet.destination == plan_.mac || ethernet.destination.is_group();
  const bool speaks = arp.operation == ArpOperation::request || arp.operation == ArpOperation::reply;
  if (!for_us || !speaks || arp.hardware_type != ArpHardwareType::ethernet) return false;
  if (arp.sender_protocol_addr != plan_.target) return false;
  const bool to_us = arp.target_protocol_addr == plan_.source;
  if (!plan_.detect_duplicate) return to_us && arp.target_hardware_addr == plan_.mac;
  // Whatever it says of the address, and to whomever; but not our own word, which came back.
  return arp.sender_hardware_addr != plan_.mac && (to_us || plan_.source.is_unspecified());
}

void ArpingDialogue::hear(Instant now, const EthernetHeader& ethernet, const ArpPacket& arp) {
  if (!plan_.quiet) print_reply(now, ethernet, arp);
  ++received_;
  if (arp.operation == ArpOperation::request) ++received_requests_;
  if (ethernet.destination.is_group()) ++received_broadcast_;
  if (!first_owner_) first_owner_ = arp.sender_hardware_addr;
  if (*first_owner_ != arp.sender_hardware_addr && !other_owner_) other_owner_ = arp.sender_hardware_addr;
  end_if_enough();
  if (!plan_.broadcast_only) destination_ = arp.sender_hardware_addr;
}

void ArpingDialogue::print_reply(Instant now, const EthernetHeader& ethernet, const ArpPacket& arp) {
  out_.print("{} {} from {} [{}] ", ethernet.destination.is_group() ? "Broadcast" : "Unicast",
             arp.operation == ArpOperation::request ? "request" : "reply", to_string(arp.sender_protocol_addr),
             upper(arp.sender_hardware_addr));
  const bool for_other_address = arp.target_protocol_addr != plan_.source;
  if (for_other_address) out_.print("for {} ", to_string(arp.target_protocol_addr));
  if (arp.target_hardware_addr != plan_.mac) {
    out_.print("{}[{}]", for_other_address ? "" : "for ", upper(arp.target_hardware_addr));
  }
  const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(std::max(now - last_sent_, Duration{}));
  out_.print(" {}.{:03}ms\n", elapsed.count() / 1000, elapsed.count() % 1000);
  out_.flush();
}

void ArpingDialogue::end_if_enough() {
  const bool enough = plan_.limit > Duration{} && plan_.count && received_ >= *plan_.count;
  over_ = over_ || plan_.first_reply_ends || enough;
}

void ArpingDialogue::fail_receiving(std::string_view reason) {
  failed_ = true;
  out_.flush();
  err_.print("arping: recvfrom: {}\n", reason);
}

void ArpingDialogue::fail_sending() {
  --sent_;
  if (destination_.is_broadcast()) --sent_broadcast_;
  last_sent_ = previous_sent_;
}

void ArpingDialogue::finish(bool link_was_lost) {
  over_ = true;
  if (!plan_.quiet) {
    out_.print("Sent {} probes ({} broadcast(s))\nReceived {} response(s)", sent_, sent_broadcast_, received_);
    if (received_requests_ != 0 || received_broadcast_ != 0) out_.write(" (");
    if (received_requests_ != 0) out_.print("{} request(s)", received_requests_);
    if (received_broadcast_ != 0) {
      out_.print("{}{} broadcast(s)", received_requests_ != 0 ? ", " : "", received_broadcast_);
    }
    out_.print("{}\n", received_requests_ != 0 || received_broadcast_ != 0 ? ")" : "");
    out_.flush();
  }
  warn(link_was_lost);
}

void ArpingDialogue::warn(bool link_was_lost) {
  const std::string target = to_string(plan_.target);
  if (other_owner_) {
    err_.print("arping: warning: {} has more than one owner: {} and {}\n", target, to_string(*first_owner_),
               to_string(*other_owner_));
  } else if (received_ > sent_ && status() != ArpingStatus::good && !plan_.detect_duplicate) {
    err_.print("arping: warning: {} replies to {} probes: {} answers, whatever the status says\n", received_, sent_,
               target);
  }
  if (received_ != 0 || plan_.unsolicited) return;
  if (sent_ == 0 && probes_ != 0) {
    err_.print("arping: warning: no probe could be sent: the status says nothing about {}\n", target);
  } else if (link_was_lost) {
    err_.print("arping: warning: the link was lost meanwhile: silence says nothing about {}\n", target);
  }
}

int ArpingDialogue::status() const noexcept {
  const bool good = [&] {
    if (sent_ == 0) return false;
    if (plan_.detect_duplicate) return received_ == 0;
    if (plan_.unsolicited) return true;
    if (plan_.limit > Duration{} && !plan_.count) return received_ != 0;
    return received_ == sent_;
  }();
  return (good ? ArpingStatus::good : ArpingStatus::bad) | (failed_ ? ArpingStatus::error : 0);
}

}  // namespace onlink::inline v0::cli::compat

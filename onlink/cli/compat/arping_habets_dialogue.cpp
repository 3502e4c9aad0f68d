// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arping_habets_dialogue.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>
#include <variant>

#include "onlink/wire/icmp.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::size_t arp_padding = 16;
constexpr std::size_t echo_data_size = 20;  // seconds, nanoseconds, cookie: in the machine's order, as its struct lies
constexpr std::size_t cookie_offset = 16;
// Replies that come close together are one reading: for the original by luck, here always, for a second owner must
// show.
constexpr Duration same_moment = std::chrono::milliseconds{1};

template <class T>
std::array<std::byte, sizeof(T)> native(T value) {
  return std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
}

}  // namespace

std::string habets_time(Duration elapsed) {
  const double microseconds = static_cast<double>(elapsed.count()) / 1000;
  if (microseconds < 1000) return fmt::format("{:.3f} usec", microseconds);
  if (microseconds < 1000 * 1000) return fmt::format("{:.3f} msec", microseconds / 1000);
  return fmt::format("{:.3f} sec", microseconds / 1000 / 1000);
}

HabetsDialogue::HabetsDialogue(HabetsPlan plan, Instant start, TextWriter& out, TextWriter& err)
    : plan_(std::move(plan)),
      out_(out),
      err_(err),
      rng_(plan_.seed),
      cookie_(static_cast<std::uint32_t>(rng_.next())),
      deadline_(start) {
  if (plan_.limit) limit_ = start + *plan_.limit;
  if (plan_.display == HabetsDisplay::lines) out_.print("ARPING {}\n", plan_.title);
}

std::optional<Instant> HabetsDialogue::next_deadline() const {
  if (over_) return std::nullopt;
  return deadline_ ? deadline_ : std::optional{last_sent_ + longest_duration};
}

void HabetsDialogue::on_deadline(Instant now, Output& output) {
  if (std::exchange(listening_, false)) end_listening();
  const bool enough = plan_.enough_replies >= 0 && received_ >= std::max(plan_.enough_replies, 1);
  if (enough || (plan_.count >= 0 && sent_ >= plan_.count)) {
    over_ = true;
    return;
  }
  ask(now, output);
  deadline_ = plan_.wait ? std::optional{now + *plan_.wait} : std::nullopt;
  if (limit_ && (!deadline_ || *limit_ < *deadline_)) deadline_ = limit_;
  listening_ = true;
  over_ = deadline_ && *deadline_ <= now;
}

void HabetsDialogue::end_listening() {
  if (replied_) return;
  if (plan_.beep_on_timeout) out_.write("\a");
  if (plan_.display == HabetsDisplay::lines) out_.write("Timeout\n");
  if (plan_.display == HabetsDisplay::dots) out_.write(".");
  out_.flush();
}

void HabetsDialogue::ask(Instant now, Output& output) {
  if (plan_.ping_mac) {
    write_echo(now, output);
  } else {
    write_arp(output);
  }
  ++sent_;
  last_sent_ = now;
  replied_ = false;
}

void HabetsDialogue::write_arp(Output& output) const {
  EthernetHeader ethernet{.destination = plan_.destination, .source = plan_.mac, .type = EtherType::arp};
  if (plan_.vlan) {
    ethernet.vlans.push({.tci = static_cast<std::uint16_t>(plan_.priority.value_or(0) << 13 | *plan_.vlan)});
  }
  ArpPacket arp{
      .operation = plan_.as_reply ? ArpOperation::reply : ArpOperation::request,
      .sender_hardware_addr = plan_.mac,
      .sender_protocol_addr = plan_.source,
      .target_protocol_addr = plan_.target,
  };
  if (plan_.as_reply) arp.target_hardware_addr = plan_.destination;
  if (plan_.unsolicited) arp.target_hardware_addr = broadcast_mac;
  Writer frame{output.frames.add(ethernet.size() + arp_packet_size + arp_padding)};
  encode(ethernet, arp_packet_size + arp_padding, frame);
  encode(arp, frame.reserve(arp_packet_size).first<arp_packet_size>());
  frame.zeros(arp_padding);
}

void HabetsDialogue::write_echo(Instant now, Output& output) {
  EthernetHeader ethernet{.destination = plan_.destination, .source = plan_.mac, .type = EtherType::ipv4};
  if (plan_.vlan) {
    ethernet.vlans.push({.tci = static_cast<std::uint16_t>(plan_.priority.value_or(0) << 13 | *plan_.vlan)});
  }
  const auto identification = static_cast<std::uint16_t>(rng_.next());
  std::array<std::byte, echo_data_size> data{};
  Writer content{data};
  const auto since_epoch = now.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  content.bytes(native(std::int64_t{seconds.count()}));
  content.bytes(native(std::int64_t{(since_epoch - seconds).count()}));
  content.bytes(native(cookie_));
  const IcmpEcho echo{.identifier = identification, .sequence = static_cast<std::uint16_t>(sent_), .data = data};
  const Ipv4Header ip{.identification = identification, .source = plan_.source, .destination = plan_.target};
  constexpr std::size_t icmp_size = icmp_header_size + echo_data_size;
  Writer frame{output.frames.add(ethernet.size() + ipv4_header_size + icmp_size)};
  encode(ethernet, ipv4_header_size + icmp_size, frame);
  encode(ip, icmp_size, frame);
  encode(IcmpMessage{echo}, frame);
}

// One tag, of our number, or none. No reply counts on VLAN 0: the kernel takes such a tag away.
bool HabetsDialogue::is_on_our_vlan(const EthernetHeader& ethernet) const {
  if (ethernet.encapsulation != Encapsulation::ethernet2) return false;
  if (!plan_.vlan) return ethernet.vlans.empty();
  if (ethernet.vlans.size() != 1 || *plan_.vlan == 0) return false;
  const VlanTag& tag = *ethernet.vlans.begin();
  return tag.tpid == EtherType::vlan && tag.id() == *plan_.vlan;
}

void HabetsDialogue::on_packet(Instant now, const Packet& packet, Output&) {
  if (over_ || sent_ == 0 || !is_on_our_vlan(packet.ethernet)) return;
  Reply reply{.mac = packet.ethernet.source, .size = packet.frame.size()};
  if (plan_.ping_mac) {
    const auto sequence = sequence_of_echo_reply(packet, reply.address);
    if (!sequence) return;
    reply.sequence = *sequence;
    return hear(now, reply);
  }
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  if (arp == nullptr || packet.ethernet.type != EtherType::arp || !is_arp_reply(packet.ethernet, *arp)) return;
  reply.address = arp->sender_protocol_addr;
  hear(now, reply);
}

bool HabetsDialogue::is_arp_reply(const EthernetHeader& ethernet, const ArpPacket& arp) const {
  if (plan_.addressed_only && ethernet.source != plan_.destination) return false;
  return arp.operation == ArpOperation::reply && arp.hardware_type == ArpHardwareType::ethernet &&
         arp.sender_protocol_addr == plan_.target && arp.target_hardware_addr == plan_.mac;
}

std::optional<std::uint16_t> HabetsDialogue::sequence_of_echo_reply(const Packet& packet, Ipv4Address& from) const {
  const auto* datagram = std::get_if<Ipv4Datagram>(&packet.payload);
  if (datagram == nullptr || datagram->ip.header.protocol != IpProtocol::icmp) return std::nullopt;
  from = datagram->ip.header.source;
  if (plan_.addressed_only && from != plan_.target) return std::nullopt;
  if (!plan_.destination.is_broadcast() && packet.ethernet.source != plan_.destination) return std::nullopt;
  const auto message = decode_icmp(datagram->ip);
  const auto* echo = message ? std::get_if<IcmpEcho>(&*message) : nullptr;
  if (echo == nullptr || !echo->reply || echo->data.size() < echo_data_size) return std::nullopt;
  if (!same_bytes(echo->data.subspan(cookie_offset, sizeof cookie_), native(cookie_))) return std::nullopt;
  return echo->sequence;
}

void HabetsDialogue::hear(Instant now, const Reply& reply) {
  const Duration elapsed = std::max(now - last_sent_, Duration{});
  print_reply(reply, elapsed);
  const double milliseconds = static_cast<double>(elapsed.count()) / 1e6;
  shortest_ = received_ == 0 ? milliseconds : std::min(shortest_, milliseconds);
  longest_ = std::max(longest_, milliseconds);
  sum_ += milliseconds;
  sum_of_squares_ += milliseconds * milliseconds;
  replied_ = true;
  ++received_;
  if (!first_owner_) first_owner_ = reply.mac;
  if (*first_owner_ != reply.mac && !other_owner_) other_owner_ = reply.mac;
  if (plan_.enough_replies >= 0 && received_ == std::max(plan_.enough_replies, 1)) deadline_ = now + same_moment;
}

// Flushed before its line's end, as the original does: who reads from a pipe waits for no more.
void HabetsDialogue::print_reply(const Reply& reply, Duration elapsed) {
  if (plan_.beep) out_.write("\a");
  const std::string mac = to_string(reply.mac);
  const std::string address = to_string(reply.address);
  switch (plan_.display) {
    case HabetsDisplay::nothing:
      return out_.flush();
    case HabetsDisplay::dots:
      out_.write("!");
      return out_.flush();
    case HabetsDisplay::found:
      out_.write(plan_.ping_mac ? address : mac);
      break;
    case HabetsDisplay::asked:
      out_.write(plan_.ping_mac ? mac : address);
      break;
    case HabetsDisplay::both:
      out_.print("{} {}", mac, address);
      break;
    case HabetsDisplay::lines:
      if (plan_.ping_mac) {
        out_.print("{} bytes from {} ({}): icmp_seq={}", reply.size, address, mac, reply.sequence);
      } else {
        out_.print("{} bytes from {} ({}): index={}", reply.size, mac, address, received_);
        if (plan_.show_sent) out_.print("/{}", sent_ - 1);
      }
      out_.print(" time={}", habets_time(elapsed));
      break;
  }
  out_.flush();
  out_.write("\n");
}

void HabetsDialogue::fail_sending(std::string_view reason) {
  over_ = failed_ = true;
  out_.flush();
  err_.print("arping: libnet_write(): libnet_write_link(): only -1 bytes written ({})\n\n", reason);
}

void HabetsDialogue::finish() {
  over_ = true;
  print_statistics();
  out_.flush();
  warn();
}

void HabetsDialogue::print_statistics() {
  // Without any request there is no share of them.
  const std::string unanswered =
      sent_ == 0 ? "-nan" : fmt::format("{:3.0f}", 100.0 * std::max(sent_ - received_, 0) / sent_);
  const int extra = std::max(received_ - sent_, 0);
  if (plan_.display == HabetsDisplay::dots) out_.print("\t{}% packet loss ({} extra)\n", unanswered, extra);
  if (plan_.display != HabetsDisplay::lines) return;
  out_.print("\n--- {} statistics ---\n{} packets transmitted, {} packets received, {}% unanswered ({} extra)\n",
             plan_.title, sent_, received_, unanswered, extra);
  if (received_ != 0) {
    const double average = sum_ / received_;
    const double variance = sum_of_squares_ / received_ - average * average;
    out_.print("rtt min/avg/max/std-dev = {:.3f}/{:.3f}/{:.3f}/{:.3f} ms", shortest_, average, longest_,
               std::sqrt(std::max(variance, 0.0)));
  }
  out_.write("\n");
}

void HabetsDialogue::warn() const {
  if (other_owner_ && !plan_.ping_mac) {
    err_.print("arping: warning: {} has more than one owner: {} and {}\n", to_string(plan_.target),
               to_string(*first_owner_), to_string(*other_owner_));
  }
  if (failed_ && status() == status_good) {
    err_.print("arping: warning: the link went down: the status speaks of the time before\n");
  }
}

int HabetsDialogue::status() const noexcept {
  if (plan_.find_duplicates) return !plan_.ping_mac && other_owner_ ? status_bad : status_good;
  return received_ != 0 ? status_good : status_bad;
}

}  // namespace onlink::inline v0::cli::compat

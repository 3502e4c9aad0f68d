// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/announce.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "onlink/engine/arp_frame.hpp"
#include "onlink/engine/claim_receive.hpp"
#include "onlink/engine/neighbor_frame.hpp"

namespace onlink::inline v0 {
namespace {

MacAddress source_of(const Announcement& announcement) noexcept {
  return announcement.source.value_or(announcement.mac);
}

// What a form has in the place of the target's hardware address.
MacAddress target_of(AnnounceForm form, const MacAddress& mac) noexcept {
  switch (form) {
    case AnnounceForm::reply_own:
    case AnnounceForm::rarp:
      return mac;
    case AnnounceForm::reply_broadcast:
      return broadcast_mac;
    case AnnounceForm::request:
    case AnnounceForm::reply_zero:
    case AnnounceForm::advertisement:
      break;
  }
  return {};
}

ArpOperation operation_of(AnnounceForm form) noexcept {
  if (form == AnnounceForm::request) return ArpOperation::request;
  return form == AnnounceForm::rarp ? ArpOperation::reverse_request : ArpOperation::reply;
}

void append_arp_form(const Announcement& announcement, bool pad, FrameBatch& frames) {
  const bool rarp = announcement.form == AnnounceForm::rarp;
  const Ipv4Address address = announcement.address ? announcement.address->ipv4() : Ipv4Address{};
  const EthernetHeader ethernet{.destination = broadcast_mac,
                                .source = source_of(announcement),
                                .vlans = announcement.vlans,
                                .type = rarp ? EtherType::rarp : EtherType::arp};
  const ArpPacket arp{.operation = operation_of(announcement.form),
                      .sender_hardware_addr = announcement.mac,
                      .sender_protocol_addr = address,
                      .target_hardware_addr = target_of(announcement.form, announcement.mac),
                      .target_protocol_addr = address};
  append_arp(ethernet, arp, pad, frames);
}

void append_advertisement(const Announcement& announcement, FrameBatch& frames) {
  const Ipv6Address target = announcement.address->ipv6();
  const AdvertisementPacket packet{{.target = target,
                                    .destination = all_nodes_address,
                                    .router = announcement.router,
                                    .override_flag = announcement.override_flag,
                                    .link_layer_address = true},
                                   target,
                                   announcement.mac};
  add_packet({.vlans = announcement.vlans},
             {.destination = multicast_mac(all_nodes_address), .source = source_of(announcement)}, Family::ipv6,
             packet.bytes(), frames);
}

bool suits(const Announcement& announcement) noexcept {
  if (announcement.form == AnnounceForm::rarp) return !announcement.address;
  return announcement.address && announcement.address->is_ipv6() == (announcement.form == AnnounceForm::advertisement);
}

Evidence evidence_of(const Packet& packet, const ClaimHeard& heard) noexcept {
  if (const auto* arp = std::get_if<ArpPacket>(&packet.payload)) {
    return arp->operation == ArpOperation::reply ? Evidence::arp_reply : Evidence::arp_request;
  }
  return heard.wanted ? Evidence::neighbor_solicitation : Evidence::neighbor_advertisement;
}

}  // namespace

std::string_view to_string(AnnounceForm form) noexcept {
  switch (form) {
    case AnnounceForm::request:
      return "request";
    case AnnounceForm::reply_own:
      return "reply-own";
    case AnnounceForm::reply_zero:
      return "reply-zero";
    case AnnounceForm::reply_broadcast:
      return "reply-broadcast";
    case AnnounceForm::advertisement:
      return "advertisement";
    case AnnounceForm::rarp:
      return "rarp";
  }
  return "request";
}

void append_announcement(const Announcement& announcement, bool pad, FrameBatch& frames) {
  assert(suits(announcement));
  announcement.form == AnnounceForm::advertisement ? append_advertisement(announcement, frames)
                                                   : append_arp_form(announcement, pad, frames);
}

Announcer::Announcer(AnnouncerConfig config, Instant start) : config_(std::move(config)) {
  if (!config_.announcements.empty()) deadline_ = start;
  for (std::size_t i = 0; i < config_.announcements.size(); ++i) {
    const auto& address = config_.announcements[i].address;
    if (address) index_.emplace(*address, i);
  }
}

void Announcer::on_deadline(Instant now, Output& output) {
  if (!deadline_ || now < *deadline_) return;
  // One round a call at most: without any pause the next would never end.
  do say_next(now, output);
  while (next_ != 0 && *deadline_ <= now);
}

void Announcer::say_next(Instant now, Output& output) {
  if (next_ == 0) {
    ++round_;
    round_start_ = now;
  }
  const Announcement& announcement = config_.announcements[next_];
  append_announcement(announcement, config_.pad, output.frames);
  output.events.emplace_back(
      Announced{now, announcement.form, announcement.address, announcement.mac, announcement.vlans, round_});
  deadline_ = now + config_.gap;
  if (++next_ != config_.announcements.size()) return;
  next_ = 0;
  // A round that took longer than its interval delays the next one.
  deadline_ = std::max(*deadline_, round_start_ + pause_after(round_));
  if (round_ == config_.count) deadline_.reset();
}

Duration Announcer::pause_after(std::uint32_t round) const noexcept {
  // Once it has grown to the longest there is, it stays; so the product cannot overflow.
  const Duration room = config_.longest - config_.interval;
  if (config_.step <= Duration{} || room <= Duration{}) return std::min(config_.interval, config_.longest);
  const auto steps = std::min<Duration::rep>(round - 1, room / config_.step + 1);
  return std::min(config_.interval + config_.step * steps, config_.longest);
}

bool Announcer::is_known(const IpAddress& address, const VlanStack& vlans, const MacAddress& mac) const noexcept {
  const auto [first, last] = index_.equal_range(address);
  bool ours = false;
  for (auto place = first; place != last; ++place) {
    const Announcement& announcement = config_.announcements[place->second];
    if (!announcement.vlans.same_network(vlans)) continue;
    ours = true;
    if (announcement.mac == mac || source_of(announcement) == mac) return true;
  }
  return !ours || std::ranges::find(config_.own_macs, mac) != config_.own_macs.end();
}

void Announcer::on_packet(Instant now, const Packet& packet, Output& output) {
  const auto heard = claim_heard(packet, packet.ethernet.vlans);
  if (!heard || !heard->used || !heard->mac.is_unicast()) return;
  if (is_known(*heard->used, packet.ethernet.vlans, heard->mac)) return;
  auto& rivals = rivals_[*heard->used];
  if (rivals.size() == max_rivals || std::ranges::find(rivals, heard->mac) != rivals.end()) return;
  rivals.push_back(heard->mac);
  output.events.emplace_back(Answered{.time = now,
                                      .address = *heard->used,
                                      .mac = heard->mac,
                                      .frame_source = packet.ethernet.source,
                                      .vlans = packet.ethernet.vlans,
                                      .kind = AnswerKind::conflict,
                                      .evidence = evidence_of(packet, *heard),
                                      .router = false,
                                      .round_trip = {}});
}

}  // namespace onlink::inline v0

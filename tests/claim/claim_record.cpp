// SPDX-License-Identifier: Apache-2.0
#include "tests/claim/claim_record.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <set>

namespace onlink::inline v0::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Move reply_to_probe(Ipv4Address address, std::uint32_t nth, Duration after) {
  return {.about = address, .nth = nth, .after = after, .send = [address](const WireFrame& heard, FrameBatch& out) {
            send_arp(arp_reply(rival_mac, address, heard.arp()), out);
          }};
}

// Somebody uses the address: he asks another for his.
ArpPacket use_of(Ipv4Address address) {
  return {.sender_hardware_addr = rival_mac,
          .sender_protocol_addr = address,
          .target_protocol_addr = Ipv4Address::of(10, 0, 0, 200)};
}

Move attack(Ipv4Address address, Duration after_last_announcement) {
  return {.about = address,
          .on = FrameKind::announcement,
          .nth = 2,
          .after = after_last_announcement,
          .send = [address](const WireFrame&, FrameBatch& out) { send_arp(use_of(address), out); }};
}

Move at_probe(Ipv4Address address, std::uint32_t nth, const ArpPacket& sent) {
  return {.about = address, .nth = nth, .send = [sent](const WireFrame&, FrameBatch& out) { send_arp(sent, out); }};
}

Move question_after_announcement(Ipv4Address address, Ipv4Address asker) {
  const ArpPacket question{
      .sender_hardware_addr = rival_mac, .sender_protocol_addr = asker, .target_protocol_addr = address};
  return {.about = address,
          .on = FrameKind::announcement,
          .nth = 2,
          .after = milliseconds{20},
          .send = [question](const WireFrame&, FrameBatch& out) { send_arp(question, out); }};
}

// Ours come back to us from a hub: every frame about the address.
Move loop_back(FrameKind kind) {
  return {.about = looped_back, .on = kind, .nth = 0, .send = [](const WireFrame& heard, FrameBatch& out) {
            if (heard.arp().sender_hardware_addr == claimer_mac) out.add(heard.bytes);
          }};
}

bool is_link_local_probe_of(const WireFrame& frame, const MacAddress& mac) {
  const auto* arp = std::get_if<ArpPacket>(&frame.packet.payload);
  return arp != nullptr && !frame.ours && frame.kind == FrameKind::probe && arp->sender_hardware_addr == mac &&
         frame.about.is_link_local();
}

Move refuse_every_candidate() {
  return {.send = [](const WireFrame& heard, FrameBatch& out) {
    if (is_link_local_probe_of(heard, refused_mac)) {
      send_arp(arp_reply(rival_mac, heard.about.ipv4(), heard.arp()), out);
    }
  }};
}

Move ask_the_chooser() {
  return {.on = FrameKind::announcement, .nth = 2, .send = [](const WireFrame& heard, FrameBatch& out) {
            if (heard.arp().sender_hardware_addr != chooser_mac) return;
            send_arp({.sender_hardware_addr = rival_mac,
                      .sender_protocol_addr = Ipv4Address::of(169, 254, 200, 200),
                      .target_protocol_addr = heard.about.ipv4()},
                     out);
          }};
}

std::vector<Move> all_moves() {
  std::vector<Move> moves{
      reply_to_probe(answered_by_owner, 2, milliseconds{10}),
      at_probe(used_by_asker, 1, use_of(used_by_asker)),
      at_probe(announced_by_owner, 2, arp_announcement(rival_mac, announced_by_owner)),
      at_probe(probed_by_another, 1, arp_probe(rival_mac, probed_by_another)),
      loop_back(FrameKind::probe),
      loop_back(FrameKind::announcement),
      at_probe(merely_asked_for, 2,
               {.sender_hardware_addr = rival_mac,
                .sender_protocol_addr = Ipv4Address::of(10, 0, 0, 200),
                .target_protocol_addr = merely_asked_for}),
      question_after_announcement(merely_asked_for, Ipv4Address::of(10, 0, 0, 200)),
      question_after_announcement(looped_back, {}),
      reply_to_probe(late_conflict, 3, milliseconds{1900}),
      attack(never_defended, milliseconds{50}),
      attack(defended_twice, milliseconds{50}),
      attack(defended_twice, milliseconds{10'150}),
      attack(overrun, milliseconds{50}),
      attack(overrun, seconds{4}),
      refuse_every_candidate(),
      ask_the_chooser(),
  };
  for (const int second : {0, 2, 4, 6, 8}) moves.push_back(attack(always_defended, seconds{second} + milliseconds{50}));
  return moves;
}

}  // namespace

ClaimRecord::ClaimRecord()
    : lan_({.mac = rival_mac}),
      claimer_(lan_.add_host({.mac = claimer_mac})),
      chooser_(lan_.add_host({.mac = chooser_mac})),
      refused_(lan_.add_host({.mac = refused_mac})),
      wire_(all_moves()) {
  start_all();
  wire_.run_for(is_long() ? seconds{75} : seconds{15});
  for (auto& [address, program] : programs_) {
    const bool by_itself = !program.runs();
    ended_[address] = {program.stop(SIGINT), by_itself};
  }
}

bool ClaimRecord::is_long() { return std::getenv("ONLINK_LONG_TESTS") != nullptr; }

void ClaimRecord::start_all() {
  for (unsigned run = 1; run <= quiet_runs; ++run) claim(quiet_address(run), {"--seed", std::to_string(run)});
  for (const Ipv4Address address : {answered_by_owner, used_by_asker, announced_by_owner, probed_by_another,
                                    looped_back, merely_asked_for, never_defended, defended_twice, overrun}) {
    claim(address, {"--fast", "--policy", address == never_defended ? "never" : "once"});
  }
  claim(always_defended, {"--fast", "--policy", "always"});
  claim(late_conflict, {});
  claim(checked_only, {"--fast", "--probe-only"});
  start("chooser", chooser_, {"--auto", "--no-state", "--fast"});
  start("refused", refused_, {"--auto", "--no-state", "--fast"});
}

void ClaimRecord::claim(Ipv4Address address, std::vector<std::string> options) {
  options.push_back(to_string(address));
  start(to_string(address), claimer_, std::move(options));
}

void ClaimRecord::start(const std::string& name, const KernelHost& host, std::vector<std::string> words) {
  words.insert(words.begin(), {"claim", "-i", "eth0", "--json"});
  programs_.try_emplace(name, host, LanProgram::Start{.path = onlink_path(), .words = std::move(words)});
}

std::vector<Instant> ClaimRecord::moves(Ipv4Address about) const {
  std::vector<Instant> found;
  for (const WireFrame& frame : wire_.frames()) {
    const auto* arp = std::get_if<ArpPacket>(&frame.packet.payload);
    if (!frame.ours || arp == nullptr) continue;
    if (arp->sender_protocol_addr == about || arp->target_protocol_addr == about) found.push_back(frame.at);
  }
  return found;
}

std::vector<const WireFrame*> ClaimRecord::candidates_of(const MacAddress& mac) const {
  std::vector<const WireFrame*> first_probes;
  std::set<IpAddress> seen;
  for (const WireFrame& frame : wire_.frames()) {
    if (is_link_local_probe_of(frame, mac) && seen.insert(frame.about).second) first_probes.push_back(&frame);
  }
  return first_probes;
}

}  // namespace onlink::inline v0::test

// SPDX-License-Identifier: Apache-2.0
// What iputils' arping does and says between its first line and its last: an engine that prints. It asks everybody,
// then only who answered; its status compares the numbers of probes and replies, whoever sent them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/engine/engine.hpp"
#include "onlink/print/text_writer.hpp"
#include "onlink/wire/arp.hpp"

namespace onlink::inline v0::cli::compat {

struct ArpingStatus {
  static constexpr int good = 0, bad = 1, error = 2;
};

struct ArpingPlan {
  Ipv4Address target{};
  Ipv4Address source{};
  MacAddress mac{};  // ours
  std::string interface{};
  bool detect_duplicate = false;
  bool unsolicited = false;
  bool as_reply = false;
  bool broadcast_only = false;
  bool first_reply_ends = false;
  bool quiet = false;
  std::optional<std::uint32_t> count{};  // probes; with `limit` replies, too
  Duration limit{};                      // zero: none
  Duration interval{};                   // zero: one probe, and then no end
};

class ArpingDialogue {
 public:
  // Prints the first line.
  ArpingDialogue(ArpingPlan plan, Instant start, TextWriter& out, TextWriter& err);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // The interface said so when we listened; `reason` is the system's word.
  void fail_receiving(std::string_view reason);
  // The last frame did not leave.
  void fail_sending();

  // The last lines, and what they do not say; once.
  void finish(bool link_was_lost);
  [[nodiscard]] int status() const noexcept;

 private:
  void probe(Instant now, Output& output);
  [[nodiscard]] bool is_reply(const EthernetHeader& ethernet, const ArpPacket& arp) const;
  void hear(Instant now, const EthernetHeader& ethernet, const ArpPacket& arp);
  void print_reply(Instant now, const EthernetHeader& ethernet, const ArpPacket& arp);
  void end_if_enough();
  void warn(bool link_was_lost);

  ArpingPlan plan_;
  TextWriter& out_;
  TextWriter& err_;
  std::optional<Instant> next_probe_;
  std::optional<Instant> end_;
  bool over_ = false;

  MacAddress destination_ = broadcast_mac;
  Instant last_sent_{}, previous_sent_{};
  std::uint32_t probes_ = 0;  // attempts
  std::uint32_t sent_ = 0, sent_broadcast_ = 0;
  std::uint32_t received_ = 0, received_requests_ = 0, received_broadcast_ = 0;
  std::optional<MacAddress> first_owner_{}, other_owner_{};
  bool failed_ = false;
};

static_assert(Engine<ArpingDialogue>);

}  // namespace onlink::inline v0::cli::compat

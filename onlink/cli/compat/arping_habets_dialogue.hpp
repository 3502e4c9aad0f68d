// SPDX-License-Identifier: Apache-2.0
// What Thomas Habets' arping does and says: it asks by ARP who has an address, or by an ICMP echo request to a MAC
// address which address is behind it. An engine that prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/rng.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/print/text_writer.hpp"
#include "onlink/wire/arp.hpp"

namespace onlink::inline v0::cli::compat {

enum class HabetsDisplay : std::uint8_t {
  lines,
  nothing,  // -q
  dots,     // -D
  found,    // -r: the MAC address of an address, or the address of a MAC address
  asked,    // -R: the one that was asked for
  both,     // MAC address and address
};

struct HabetsPlan {
  std::string title{};  // the target as it was written
  bool ping_mac = false;
  Ipv4Address target{};  // asked for, or written to
  MacAddress destination = broadcast_mac;
  Ipv4Address source{};
  MacAddress mac{};  // asks; what is told to another is not for us

  bool as_reply = false;     // -P
  bool unsolicited = false;  // -U
  std::optional<std::uint16_t> vlan{};
  std::optional<std::uint8_t> priority{};

  int count = -1;                                          // requests; below zero: no end
  int enough_replies = -1;                                 // -C; below zero: no number is enough
  std::optional<Duration> wait = std::chrono::seconds{1};  // from request to request; nothing: for ever
  std::optional<Duration> limit{};                         // -w
  HabetsDisplay display = HabetsDisplay::lines;
  bool beep = false;             // -a
  bool beep_on_timeout = false;  // -e
  bool addressed_only = false;   // -A
  bool find_duplicates = false;  // -d
  bool show_sent = false;        // -u
  std::uint64_t seed = 0;        // of the numbers in ICMP messages
};

class HabetsDialogue {
 public:
  static constexpr int status_good = 0, status_bad = 1;

  // Prints the first line.
  HabetsDialogue(HabetsPlan plan, Instant start, TextWriter& out, TextWriter& err);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // The last frame did not leave, which is the end; `reason` is the system's.
  void fail_sending(std::string_view reason);

  // The statistics, and what they do not say; once.
  void finish();
  [[nodiscard]] int status() const noexcept;

 private:
  void end_listening();
  void ask(Instant now, Output& output);
  void write_arp(Output& output) const;
  void write_echo(Instant now, Output& output);
  [[nodiscard]] bool is_on_our_vlan(const EthernetHeader& ethernet) const;
  [[nodiscard]] std::optional<std::uint16_t> sequence_of_echo_reply(const Packet& packet, Ipv4Address& from) const;
  [[nodiscard]] bool is_arp_reply(const EthernetHeader& ethernet, const ArpPacket& arp) const;
  struct Reply {
    MacAddress mac{};
    Ipv4Address address{};
    std::uint16_t sequence = 0;
    std::size_t size = 0;
  };
  void hear(Instant now, const Reply& reply);
  void print_reply(const Reply& reply, Duration elapsed);
  void print_statistics();
  void warn() const;

  HabetsPlan plan_;
  TextWriter& out_;
  TextWriter& err_;
  Rng rng_;
  std::uint32_t cookie_;  // in each echo request, so that its replies are known again
  std::optional<Instant> limit_;
  std::optional<Instant> deadline_;  // nothing: none comes
  bool over_ = false;
  bool listening_ = false;
  bool replied_ = false;  // since the last request
  bool failed_ = false;

  Instant last_sent_{};
  int sent_ = 0;
  int received_ = 0;
  double shortest_ = 0, longest_ = 0, sum_ = 0, sum_of_squares_ = 0;  // milliseconds
  std::optional<MacAddress> first_owner_{}, other_owner_{};
};

static_assert(Engine<HabetsDialogue>);

// "887.394 usec", "17.393 msec", "1.521 sec".
[[nodiscard]] std::string habets_time(Duration elapsed);

}  // namespace onlink::inline v0::cli::compat

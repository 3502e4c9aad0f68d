// SPDX-License-Identifier: Apache-2.0
// Lists who is on a link by listening alone: everyone whom an ARP or NDP packet or an echo reply shows, and, where the
// question was heard too, how long the answer took. What a capture file holds of a scan comes out as the scan saw it.
// Sends nothing and waits for nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onlink/base/prefix.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/scan.hpp"
#include "onlink/engine/scan_hosts.hpp"

namespace onlink::inline v0 {

struct HostListenerConfig {
  std::vector<AddressRange> targets{};  // in any order; empty: everyone
  std::vector<AddressRange> excluded{};
  std::optional<Family> family{};
  VlanStack vlans{};  // only what crosses this network counts
  std::size_t max_hosts = std::size_t{1} << 20;
  std::size_t max_questions = std::size_t{1} << 20;  // addresses whose last question is remembered
};

class HostListener {
 public:
  explicit HostListener(HostListenerConfig config);

  // Events: Answered (`first` for each address, `conflict` for each further MAC, `repeat` for all else).
  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant /*now*/, Output& /*output*/) {}
  [[nodiscard]] std::optional<Instant> next_deadline() const { return std::nullopt; }

  [[nodiscard]] const HostTable& hosts() const noexcept { return hosts_; }
  [[nodiscard]] bool listens_for(const IpAddress& address) const noexcept;
  // As a scan counts: requests are those that were heard, targets the addresses that they asked for.
  [[nodiscard]] ScanProgress progress() const;

 private:
  struct Question {
    Instant asked;
    bool answered = false;
  };
  void note_question(Instant now, const Packet& packet);
  [[nodiscard]] std::optional<Duration> take_round_trip(Instant now, const IpAddress& address, Evidence evidence);
  [[nodiscard]] AnswerKind book(Instant now, const IpAddress& address, const MacAddress& mac);

  HostListenerConfig config_;
  HostTable hosts_;
  std::unordered_map<IpAddress, Question> questions_;
  ScanProgress counts_;
};

static_assert(Engine<HostListener>);

}  // namespace onlink::inline v0

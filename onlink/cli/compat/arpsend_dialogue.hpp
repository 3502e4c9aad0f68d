// SPDX-License-Identifier: Apache-2.0
// What arpsend says while it sends and listens: every line that it prints, to the letter, and its status.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onlink/engine/engine.hpp"
#include "onlink/print/text_writer.hpp"
#include "onlink/wire/arp.hpp"

namespace onlink::inline v0::cli::compat {

enum class ArpsendMode : std::uint8_t { update, detect, request, reply };

struct ArpsendStatus {
  static constexpr int done = 0, usage = 1, system_error = 2, answered = 3, unanswered = 4;
};

struct ArpsendPlan {
  ArpsendMode mode = ArpsendMode::detect;
  MacAddress own_mac{};
  Ipv4Address own_address{};
  std::vector<Ipv4Address> targets{};  // none: our own address
  std::optional<Ipv4Address> source{};
  std::optional<MacAddress> frame_source{}, frame_destination{}, sender_mac{}, target_mac{};
  std::optional<std::uint32_t> count{};  // rounds; none: for ever
  Duration interval = std::chrono::seconds{1};
  bool at_once = false;  // the first answer ends it
  bool verbose = false;
};

class ArpsendDialogue {
 public:
  ArpsendDialogue(ArpsendPlan plan, Instant start, TextWriter& err);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const { return deadline_; }

  [[nodiscard]] int status() const noexcept;

 private:
  void send(Ipv4Address target, Output& output);
  void hear(const EthernetHeader& ethernet, const ArpPacket& arp);
  void warn(const EthernetHeader& ethernet, const ArpPacket& arp);

  ArpsendPlan plan_;
  TextWriter& err_;
  std::optional<Instant> deadline_;
  std::uint32_t rounds_ = 0;
  std::uint32_t answers_ = 0;
  bool warned_tagged_ = false;
  bool warned_own_ = false;
};

static_assert(Engine<ArpsendDialogue>);

}  // namespace onlink::inline v0::cli::compat

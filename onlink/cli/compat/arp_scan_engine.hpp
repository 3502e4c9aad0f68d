// SPDX-License-Identifier: Apache-2.0
// arp-scan's dialogue as an engine: all targets in turn, round after round, until each has answered or been asked often
// enough. One frame an interval; nobody is asked again before his timeout is over, which grows from round to round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/compat/arp_scan_answer.hpp"
#include "onlink/cli/compat/arp_scan_request.hpp"
#include "onlink/cli/compat/arp_scan_targets.hpp"
#include "onlink/cli/compat/arp_scan_times.hpp"
#include "onlink/engine/engine.hpp"

namespace onlink::inline v0::cli::compat {

struct ArpScanPlan {
  ArpScanTargets targets{};  // with their index
  ArpScanRequest request{};
  std::uint32_t tries = 2;
  Duration timeout = std::chrono::milliseconds{500};
  double backoff = 1.5;
  Duration interval = std::chrono::milliseconds{2};
  std::uint32_t limit = 0;       // ends when so many have answered; 0: never
  std::uint32_t snap_size = 64;  // of a frame that came in, no more than this is looked at
};

// How a target's answer stands to what was before.
struct ArpScanHearing {
  std::uint64_t number = 1;  // its how-manieth answer this is
  Instant arrival{};
  Duration rtt{};                // since it was last asked
  MacAddress first_owner{};      // of the sender address in its first answer
  Bytes frame{};                 // as far as it is looked at
  std::size_t size_on_link = 0;  // of all of it
};

enum class ArpScanRemoval : std::uint8_t { timeout, catch_up_timeout };

// Told of all that happens, when it happens.
class ArpScanListener {
 public:
  ArpScanListener() = default;
  ArpScanListener(const ArpScanListener&) = delete;
  ArpScanListener& operator=(const ArpScanListener&) = delete;
  virtual ~ArpScanListener() = default;

  virtual void sending(Ipv4Address target, std::uint64_t number, Duration timeout) = 0;
  virtual void pass_complete(std::uint64_t number) = 0;
  virtual void gave_up(Ipv4Address target, ArpScanRemoval why) = 0;
  virtual void answered(const ArpScanAnswer& answer, const ArpScanHearing& hearing) = 0;
  virtual void ignored(Ipv4Address stranger, std::size_t octets) = 0;
  virtual void too_short(std::size_t octets) = 0;
};

class ArpScanEngine {
 public:
  // The listener outlives the engine.
  ArpScanEngine(ArpScanPlan plan, Instant start, ArpScanListener& listener);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // A frame that no filter has seen, and that need not be one.
  void hear(Instant now, Bytes frame);

  [[nodiscard]] std::uint64_t responders() const noexcept { return heard_.size(); }
  // Frames that came in through arp-scan's filter.
  [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
  [[nodiscard]] const ArpScanPlan& plan() const noexcept { return plan_; }

 private:
  struct Heard {
    std::uint64_t answers = 0;
    MacAddress owner{};
  };

  [[nodiscard]] bool is_done() const noexcept;
  [[nodiscard]] Instant due() const;
  [[nodiscard]] Duration wait_after_sending() const;
  void step(Instant now, Output& output);
  void send(Instant now, Output& output);
  void give_up(Instant now);
  void remove(std::uint64_t place);
  void advance();

  ArpScanPlan plan_;
  ArpScanListener& listener_;
  ArpScanTimes times_;
  std::vector<bool> removed_;
  std::uint64_t live_;
  std::uint64_t cursor_ = 0;  // whose turn it is
  std::uint64_t round_ = 0;   // how often that one has been asked
  std::uint64_t told_round_ = 0;
  Duration wait_;  // what that one has been given to answer in
  Instant next_slot_;
  bool gave_up_once_ = false;
  std::unordered_map<std::uint64_t, Heard> heard_;
  std::uint64_t received_ = 0;
};

static_assert(Engine<ArpScanEngine>);

}  // namespace onlink::inline v0::cli::compat

// SPDX-License-Identifier: Apache-2.0
// A NeighborTable under virtual time, and what it did as lines of text: "1000 ask 10.0.0.2", "3000 10.0.0.2
// incomplete>failed unanswered". What Linux tells nobody of ends in "~".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/neighbor_table.hpp"

namespace onlink::testing {

using namespace std::chrono_literals;

inline IpAddress ip(std::string_view text) { return parse_ip(text).value(); }
inline MacAddress mac(std::uint8_t last) { return {{2, 0, 0, 0, 0, last}}; }
inline std::string short_name(const MacAddress& address) {  // the last octet
  return to_string(address).substr(15);
}

class TableRun {
 public:
  static NeighborTableConfig config() {
    return {.rules = NeighborRules::linux_compatible(), .seed = 1, .reachable_time = {30s, 30s}};
  }

  explicit TableRun(const NeighborTableConfig& with = config())
      : table(with, {.owner = this, .solicit = &solicit, .transmit = &transmit, .fixed_mac = &fixed_mac}) {}
  TableRun(const TableRun&) = delete;
  TableRun& operator=(const TableRun&) = delete;

  // --- what happens, now ---
  SendResult send(std::string_view to, std::string_view text, bool confirms = false) {
    const PacketToSend packet{.next_hop = ip(to),
                              .packet = std::as_bytes(std::span{text.data(), text.size()}),
                              .cookie = text.empty() ? 0 : static_cast<std::uint64_t>(text[0]),
                              .confirms = confirms};
    const SendResult result = table.send(now, packet, output_);
    collect();
    return result;
  }
  LearnResult learn(const Learned& learned) {
    const LearnResult result = table.learn(now, learned, output_);
    collect();
    return result;
  }
  // An ARP reply to us.
  LearnResult reply(std::string_view from, std::uint8_t at) {
    return learn({.address = ip(from),
                  .mac = mac(at),
                  .state = NudState::reachable,
                  .may_override = MacOverride::if_unlocked,
                  .cause = NeighborCause::arp_reply});
  }
  // An ARP request for one of our addresses.
  LearnResult request(std::string_view from, std::uint8_t at) {
    return learn({.address = ip(from),
                  .mac = mac(at),
                  .state = NudState::stale,
                  .may_override = MacOverride::always,
                  .create = true,
                  .cause = NeighborCause::arp_request});
  }
  // An ARP reply by broadcast, or a request for somebody else.
  LearnResult overheard(std::string_view from, std::uint8_t at) {
    return learn({.address = ip(from),
                  .mac = mac(at),
                  .state = NudState::stale,
                  .may_override = MacOverride::if_unlocked,
                  .cause = NeighborCause::arp_broadcast_reply});
  }
  // RFC 4861 section 7.2.5.
  LearnResult advertise(std::string_view from, bool solicited, bool override, std::optional<std::uint8_t> at) {
    return learn({.address = ip(from),
                  .mac = at ? std::optional{mac(*at)} : std::nullopt,
                  .state = solicited ? NudState::reachable : NudState::stale,
                  .may_override = override ? MacOverride::always : MacOverride::doubt,
                  .revive_failed = false,
                  .cause = NeighborCause::neighbor_advertisement});
  }
  AdminResult admin(const AdminRequest& request) {
    const AdminResult result = table.admin(now, request, output_);
    collect();
    return result;
  }
  AdminResult set(std::string_view address, NudState state, std::optional<std::uint8_t> at = {},
                  AdminVerb verb = AdminVerb::replace) {
    return admin(
        {.verb = verb, .address = ip(address), .mac = at ? std::optional{mac(*at)} : std::nullopt, .state = state});
  }
  AdminResult remove(std::string_view address) { return admin({.verb = AdminVerb::remove, .address = ip(address)}); }
  void confirm(std::string_view address) {
    table.confirm(now, ip(address), output_);
    collect();
  }
  void flush(NeighborCause cause, Family family = Family::ipv4) {
    table.flush(now, family, cause, output_);
    collect();
  }
  // One call, however much is due.
  void deadline() {
    table.on_deadline(now, output_);
    collect();
  }

  // --- time goes on ---
  void until(Instant end) {
    for (auto next = table.next_deadline(); next && *next <= end; next = table.next_deadline()) {
      now = std::max(now, *next);
      deadline();
    }
    now = end;
  }
  void pass(Duration time) { until(now + time); }

  // --- what came of it ---
  std::vector<std::string> take() { return std::exchange(log, {}); }
  [[nodiscard]] std::optional<NeighborEntry> entry(std::string_view address) const { return table.find(ip(address)); }
  // "stale 0b", "failed", "absent".
  [[nodiscard]] std::string state(std::string_view address) const {
    const auto found = entry(address);
    if (!found) return "absent";
    return std::string{to_string(found->state)} + (found->mac ? " " + short_name(*found->mac) : "");
  }

  Instant now{};
  std::vector<std::string> log;
  std::optional<MacAddress> fixed;  // the MAC of every address that is not known yet
  NeighborTable table;

 private:
  [[nodiscard]] std::string time() const {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  }
  void line(const std::string& text) { log.push_back(time() + " " + text); }

  static void solicit(void* owner, Instant, const Solicitation& asked, Output&) {
    auto& run = *static_cast<TableRun*>(owner);
    std::string newest;
    for (const std::byte octet : asked.newest) newest += static_cast<char>(octet);
    run.line("ask " + to_string(asked.address) + (asked.mac ? " at " + short_name(*asked.mac) : "") +
             (newest.empty() ? "" : " for " + newest));
  }
  static void transmit(void* owner, Instant, const Transmission& sent, Output&) {
    std::string text;
    for (const std::byte octet : sent.packet) text += static_cast<char>(octet);
    static_cast<TableRun*>(owner)->line("send " + text + " to " + short_name(sent.mac));
  }
  static std::optional<MacAddress> fixed_mac(void* owner, const IpAddress& address) {
    if (address.is_multicast()) return mac(0xee);
    return static_cast<TableRun*>(owner)->fixed;
  }

  void collect() {
    for (const Event& event : output_.events) std::visit([this](const auto& one) { describe(one); }, event);
    output_.clear();
  }
  void describe(const NeighborChanged& one) {
    std::string text =
        to_string(one.address) + " " + std::string{to_string(one.before)} + ">" + std::string{to_string(one.after)};
    if (one.mac && one.mac != one.mac_before) text += " " + short_name(*one.mac);
    if (one.router) text += " router";
    if (one.created) text += " created";
    line(text + " " + std::string{to_string(one.cause)} + (one.announced ? "" : " ~"));
  }
  void describe(const NeighborRemoved& one) {
    line(to_string(one.address) + " gone " + std::string{to_string(one.state)} + (one.router ? " router " : " ") +
         std::string{to_string(one.cause)});
  }
  void describe(const SendFailed& one) {
    line("fail " + std::string(1, static_cast<char>(one.cookie)) + " " + std::string{to_string(one.reason)} +
         (one.reported ? "" : " ~"));
  }
  void describe(const ResolutionWanted& one) {
    line("wanted " + to_string(one.address) + (one.mac ? " " + short_name(*one.mac) : ""));
  }
  void describe(const NeighborTableFull& one) { line("full " + std::string{to_string(one.family)}); }
  template <class Other>
  void describe(const Other&) {
    line("unexpected event");
  }

  Output output_;
};

}  // namespace onlink::testing

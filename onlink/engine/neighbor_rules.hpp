// SPDX-License-Identifier: Apache-2.0
// Where the cache can do better than Linux: each difference is one named rule that can be switched alone. With no rule
// on it behaves as Linux 6.18 was observed to; `strict` has them all.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace onlink::inline v0 {

enum class NeighborRule : std::uint8_t {
  station_macs_only,        // a group, zero or own MAC is nobody's (RFC 1812 section 3.3.2; D14)
  senders_on_link,          // a request from outside our networks is answered, and makes no entry
  incomplete_resolves,      // an entry set to INCOMPLETE by hand starts its resolution
  confirmation_ends_probe,  // an upper layer's confirmation in PROBE makes REACHABLE (RFC 4861 appendix C; D17)
  doubt_confirms_nothing,   // an answer with another MAC that is not taken leaves the time of confirmation alone (D4)
  unused_goes_stale,        // REACHABLE ends in STALE, never silently in DELAY (RFC 4861 section 7.3.2; D3)
  refusal_leaves_nothing,   // an entry that cannot be added for want of a MAC is not there afterwards
};

struct NeighborRuleInfo {
  NeighborRule rule;
  std::string_view name{};        // "station-macs-only"
  std::string_view linux_does{};  // one sentence each, without a full stop
  std::string_view strict_does{};
  std::string_view reference{};  // RFC section, D-number
};
[[nodiscard]] std::span<const NeighborRuleInfo> neighbor_rules() noexcept;

class NeighborRules {
 public:
  constexpr NeighborRules() noexcept = default;
  [[nodiscard]] static constexpr NeighborRules strict() noexcept { return NeighborRules{0x7f}; }
  [[nodiscard]] static constexpr NeighborRules linux_compatible() noexcept { return NeighborRules{0}; }

  [[nodiscard]] constexpr bool has(NeighborRule rule) const noexcept { return (bits_ & bit(rule)) != 0; }
  constexpr NeighborRules& set(NeighborRule rule, bool on = true) noexcept {
    bits_ = static_cast<std::uint8_t>(on ? bits_ | bit(rule) : bits_ & ~bit(rule));
    return *this;
  }
  constexpr bool operator==(const NeighborRules&) const noexcept = default;

 private:
  constexpr explicit NeighborRules(std::uint8_t bits) noexcept : bits_(bits) {}
  static constexpr unsigned bit(NeighborRule rule) noexcept { return 1U << static_cast<unsigned>(rule); }
  std::uint8_t bits_ = 0x7f;  // strict
};

}  // namespace onlink::inline v0

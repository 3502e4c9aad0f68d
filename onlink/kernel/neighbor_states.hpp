// SPDX-License-Identifier: Apache-2.0
// A set of NUD states.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "onlink/base/nud_state.hpp"

namespace onlink::inline v0::kernel {

class NudStateSet {
 public:
  constexpr NudStateSet() noexcept = default;
  constexpr NudStateSet(std::initializer_list<NudState> states) noexcept {
    for (const NudState state : states) insert(state);
  }
  [[nodiscard]] static constexpr NudStateSet all() noexcept {
    NudStateSet set;
    set.bits_ = (bit(NudState::permanent) << 1) - 1;
    return set;
  }
  constexpr bool operator==(const NudStateSet&) const = default;

  constexpr void insert(NudState state) noexcept { bits_ |= bit(state); }
  constexpr void erase(NudState state) noexcept { bits_ &= ~bit(state); }
  [[nodiscard]] constexpr bool contains(NudState state) const noexcept { return (bits_ & bit(state)) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }

 private:
  [[nodiscard]] static constexpr std::uint32_t bit(NudState state) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(state);
  }
  std::uint32_t bits_ = 0;
};

// The link-layer address is there, and packets are sent to it at once.
inline constexpr NudStateSet valid_states{NudState::reachable, NudState::stale, NudState::delay,
                                          NudState::probe,     NudState::noarp, NudState::permanent};

}  // namespace onlink::inline v0::kernel

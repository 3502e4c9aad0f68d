// SPDX-License-Identifier: Apache-2.0
// A random order of 0 .. count - 1 that is reproducible from its seed and needs no memory: an unbalanced Feistel
// network over the next power of two, walking on where it lands outside (Black and Rogaway 2002, "cycle walking").
// Neighbouring targets are so asked far apart in time, and no switch or host gets its addresses in one burst.
#pragma once

#include <array>
#include <cstdint>

namespace onlink::inline v0 {

class ScanOrder {
 public:
  ScanOrder(std::uint64_t count, std::uint64_t seed) noexcept;

  // A permutation: each value below count comes out exactly once. REQUIRES: position < count.
  [[nodiscard]] std::uint64_t operator[](std::uint64_t position) const noexcept {
    std::uint64_t value = mix(position);
    while (value >= count_) value = mix(value);  // less than two steps on average
    return value;
  }

 private:
  static constexpr std::size_t rounds = 6;

  [[nodiscard]] std::uint64_t mix(std::uint64_t value) const noexcept {
    std::uint64_t low = value & low_mask_;
    std::uint64_t high = value >> low_bits_;
    for (std::size_t i = 0; i < rounds; i += 2) {
      high ^= scramble(low, keys_[i]) & high_mask_;
      low ^= scramble(high, keys_[i + 1]) & low_mask_;
    }
    return high << low_bits_ | low;
  }
  [[nodiscard]] static constexpr std::uint64_t scramble(std::uint64_t half, std::uint64_t key) noexcept {
    const std::uint64_t mixed = (half + key) * 0x9e3779b97f4a7c15ULL;
    return mixed >> 32 ^ mixed >> 15;
  }

  std::uint64_t count_;
  unsigned low_bits_;
  std::uint64_t low_mask_;
  std::uint64_t high_mask_;
  std::array<std::uint64_t, rounds> keys_{};
};

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// The seeded generator behind every jitter: same seed, same run. Engines own one, given at construction; tests fix the
// seed, main takes it from the system. SplitMix64 (Steele, Lea, Flood 2014): small, fast, passes BigCrush; no secrecy.
#pragma once

#include <cstdint>

#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

class Rng {
 public:
  constexpr explicit Rng(std::uint64_t seed) noexcept : state_(seed) {}

  constexpr std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
  }
  // Uniform in [0, bound); bound 0 gives 0. By multiply and shift: no value is more likely than another by more than
  // bound in 2^64.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(Wide{next()} * bound >> 64);
  }
  // Uniform in [0, 1).
  constexpr double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  constexpr bool chance(double probability) noexcept { return unit() < probability; }
  // Uniform in [low, high).
  constexpr Duration between(Duration low, Duration high) noexcept {
    return high <= low
               ? low
               : low + Duration{static_cast<Duration::rep>(below(static_cast<std::uint64_t>((high - low).count())))};
  }

 private:
  std::uint64_t state_;
};

}  // namespace onlink::inline v0

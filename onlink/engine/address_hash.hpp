// SPDX-License-Identifier: Apache-2.0
// A keyed hash of addresses. Its first step, one 64 x 64 bit product of both halves with secret summands added, is the
// NH of UMAC (RFC 4418 section 5.2.2): over all keys two addresses collide in it with a probability of 2^-64, whoever
// chose them. Its second mixes the product down to 64 bits under two more keys. No secrecy is claimed of its values,
// which never leave the program.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {

class AddressHash {
 public:
  constexpr explicit AddressHash(std::uint64_t seed) noexcept {
    Rng keys(seed);
    for (std::uint64_t& key : keys_) key = keys.next();
  }

  // The family counts for nothing: at most two addresses look alike.
  [[nodiscard]] constexpr std::uint64_t operator()(const IpAddress& address) const noexcept {
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(address.octets());
    const Product first = multiply(halves[0] + keys_[0], halves[1] + keys_[1]);
    const Product second = multiply(first.high ^ keys_[2], first.low ^ keys_[3]);
    return second.high ^ second.low;
  }

 private:
  struct Product {
    std::uint64_t high;
    std::uint64_t low;
  };
  [[nodiscard]] static constexpr Product multiply(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return {static_cast<std::uint64_t>(product >> 64), static_cast<std::uint64_t>(product)};
  }
  std::array<std::uint64_t, 4> keys_{};
};

}  // namespace onlink::inline v0

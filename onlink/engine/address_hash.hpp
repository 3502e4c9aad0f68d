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

// An address as two numbers, for hashing and comparing; nothing is said of their order.
using AddressHalves = std::array<std::uint64_t, 2>;
[[nodiscard]] constexpr AddressHalves halves(const IpAddress& address) noexcept {
  return std::bit_cast<AddressHalves>(address.octets());
}
// Without a branch on the way, unlike ==, so that a lookup's predictions are its own.
[[nodiscard]] constexpr bool same_address(const IpAddress& a, const IpAddress& b) noexcept {
  const AddressHalves x = halves(a);
  const AddressHalves y = halves(b);
  const auto family = static_cast<std::uint64_t>(a.family()) ^ static_cast<std::uint64_t>(b.family());
  return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | family) == 0;
}

class AddressHash {
 public:
  constexpr explicit AddressHash(std::uint64_t seed) noexcept {
    Rng keys(seed);
    for (std::uint64_t& key : keys_) key = keys.next();
  }

  // The family counts for nothing: at most two addresses look alike.
  [[nodiscard]] constexpr std::uint64_t operator()(const IpAddress& address) const noexcept {
    const AddressHalves half = halves(address);
    const Product first = multiply(half[0] + keys_[0], half[1] + keys_[1]);
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

// SPDX-License-Identifier: Apache-2.0
// A bucket of AddressIndex: one cache line, room for twelve entries, of each of which it has eight bits of the hash
// (the tag) and the handle. Places are filled from the first on.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "onlink/engine/slab.hpp"

namespace onlink::inline v0 {

class alignas(64) IndexGroup {
 public:
  static constexpr std::uint32_t places = 12;
  static constexpr std::uint8_t free_tag = 0;

  // Places with one tag, in no particular order.
  class Matches {
   public:
    Matches(std::uint64_t low, std::uint64_t high) noexcept : bits_(low | high >> 1) {}
    [[nodiscard]] bool any() const noexcept { return bits_ != 0; }
    // REQUIRES: any(), here and for drop().
    [[nodiscard]] std::uint32_t place() const noexcept {
      const auto bit = static_cast<std::uint32_t>(std::countr_zero(bits_));
      return bit / 8 + (bit % 2 == 0 ? 8 : 0);
    }
    void drop() noexcept { bits_ &= bits_ - 1; }

   private:
    std::uint64_t bits_;  // bit 7 of octet n: place n; bit 6: place 8 + n
  };
  [[nodiscard]] Matches match(std::uint8_t tag) const noexcept {
    const std::uint64_t pattern = tag * 0x0101010101010101ULL;
    return {zero_octets(low_tags_ ^ pattern), zero_octets((high_tags_ ^ pattern) & 0xffffffff) & 0x80808080};
  }
  [[nodiscard]] bool full() const noexcept { return high_tags_ >> 24 != 0; }
  [[nodiscard]] bool empty() const noexcept { return (low_tags_ & 0xff) == 0; }
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(std::bit_width(low_tags_) + 7) / 8 +
           static_cast<std::uint32_t>(std::bit_width(high_tags_) + 7) / 8;
  }
  [[nodiscard]] std::uint8_t tag(std::uint32_t place) const noexcept {
    return static_cast<std::uint8_t>(place < 8 ? low_tags_ >> place * 8 : high_tags_ >> (place - 8) * 8);
  }
  [[nodiscard]] EntryHandle handle(std::uint32_t place) const noexcept { return handles_[place]; }
  void set(std::uint32_t place, std::uint8_t tag, EntryHandle handle) noexcept {
    handles_[place] = handle;
    if (place < 8) {
      low_tags_ = (low_tags_ & ~(std::uint64_t{0xff} << place * 8)) | std::uint64_t{tag} << place * 8;
    } else {
      place = (place - 8) * 8;
      high_tags_ = (high_tags_ & ~(0xffU << place)) | std::uint32_t{tag} << place;
    }
  }

  EntryHandle behind = EntryHandle::none;  // the group for what does not fit here

 private:
  // The high bit of every octet that is 0, and no other.
  [[nodiscard]] static constexpr std::uint64_t zero_octets(std::uint64_t word) noexcept {
    constexpr std::uint64_t low_bits = 0x7f7f7f7f7f7f7f7f;
    return ~(((word & low_bits) + low_bits) | word | low_bits);
  }

  std::uint32_t high_tags_ = 0;
  std::uint64_t low_tags_ = 0;
  std::array<EntryHandle, places> handles_{};
};
static_assert(sizeof(IndexGroup) == 64);

}  // namespace onlink::inline v0

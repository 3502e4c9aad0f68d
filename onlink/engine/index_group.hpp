// SPDX-License-Identifier: Apache-2.0
// A bucket of AddressIndex, in two parts: fifteen tags of eight bits from the hash, all that a lookup in vain reads,
// and fifteen handles in a cache line of their own. Places are filled from the first on.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "onlink/engine/slab.hpp"

namespace onlink::inline v0 {

class alignas(16) IndexTags {
 public:
  static constexpr std::uint32_t places = 15;
  static constexpr std::uint8_t free_tag = 0;

  // The places with this tag, a bit each.
  [[nodiscard]] std::uint32_t match(std::uint8_t tag) const noexcept {
#ifdef __SSE2__
    using Octets [[gnu::vector_size(16)]] = char;
    const Octets same = std::bit_cast<Octets>(words_) == (Octets{} + static_cast<char>(tag));
    return static_cast<std::uint32_t>(__builtin_ia32_pmovmskb128(same)) & all_places;
#else
    return match_by_words(tag);
#endif
  }
  // The same without vectors.
  [[nodiscard]] std::uint32_t match_by_words(std::uint8_t tag) const noexcept {
    const std::uint64_t pattern = tag * 0x0101010101010101ULL;
    return (zero_octets(words_[0] ^ pattern) | zero_octets(words_[1] ^ pattern) << 8) & all_places;
  }
  [[nodiscard]] std::uint8_t tag(std::uint32_t place) const noexcept {
    return static_cast<std::uint8_t>(words_[place / 8] >> place % 8 * 8);
  }
  void set(std::uint32_t place, std::uint8_t tag) noexcept {
    std::uint64_t& word = words_[place / 8];
    word = (word & ~(std::uint64_t{0xff} << place % 8 * 8)) | std::uint64_t{tag} << place % 8 * 8;
  }
  [[nodiscard]] bool full() const noexcept { return tag(places - 1) != free_tag; }
  [[nodiscard]] bool empty() const noexcept { return tag(0) == free_tag; }
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(std::countr_zero(match(free_tag) | 1U << places));
  }

  // Whether an entry with this tag may be in a group behind this one; false is certain.
  [[nodiscard]] bool may_be_behind(std::uint8_t tag) const noexcept { return (behind() >> tag % 8 & 1U) != 0; }
  [[nodiscard]] bool has_behind() const noexcept { return behind() != 0; }
  void add_behind(std::uint8_t tag) noexcept { set(places, static_cast<std::uint8_t>(behind() | 1U << tag % 8)); }
  void clear_behind() noexcept { set(places, 0); }

 private:
  static constexpr std::uint32_t all_places = (1U << places) - 1;

  [[nodiscard]] std::uint8_t behind() const noexcept { return tag(places); }
  // A bit for every octet that is 0, the lowest octet's lowest.
  [[nodiscard]] static constexpr std::uint32_t zero_octets(std::uint64_t word) noexcept {
    constexpr std::uint64_t low_bits = 0x7f7f7f7f7f7f7f7f;
    const std::uint64_t high_bits = ~(((word & low_bits) + low_bits) | word | low_bits);
    return static_cast<std::uint32_t>((high_bits >> 7) * 0x0102040810204080ULL >> 56);
  }

  std::array<std::uint64_t, 2> words_{};  // octet n is place n's, the last one of what is behind
};

struct alignas(64) IndexHandles {
  std::array<EntryHandle, IndexTags::places> entries{};
  EntryHandle behind = EntryHandle::none;  // the group with what does not fit here
};
static_assert(sizeof(IndexTags) == 16 && sizeof(IndexHandles) == 64);

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// Memory in chunks for very many objects of one kind, each in two parts: the first parts of a chunk lie side by side,
// so that what reads only those reads few lines and pages. Nothing moves once it is made, no call copies what is there,
// and chunks in which nobody is left go back to where they came from. The first chunks are small (16, 16, 32, ... 512
// places), so that a little costs little; all others have 1,024 places.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace onlink::inline v0 {

// A place in a SplitSlab: it stays the entry's for as long as the entry lives.
enum class EntryHandle : std::uint32_t { none = 0xffffffff };

[[nodiscard]] constexpr std::uint32_t to_index(EntryHandle handle) noexcept {
  return static_cast<std::uint32_t>(handle);
}

namespace chunk {

inline constexpr std::uint32_t places = 1024;  // of a full-sized chunk; the small ones hold as many together
inline constexpr std::uint32_t small_chunks = 7;

struct Position {
  std::uint32_t chunk;
  std::uint32_t offset;
};

[[nodiscard]] constexpr std::uint32_t capacity(std::uint32_t chunk) noexcept {
  if (chunk >= small_chunks) return places;
  return chunk == 0 ? 16 : 8U << chunk;
}
// The index of a chunk's first place.
[[nodiscard]] constexpr std::uint32_t begin(std::uint32_t chunk) noexcept {
  if (chunk >= small_chunks) return (chunk - small_chunks + 1) * places;
  return chunk == 0 ? 0 : 8U << chunk;
}
[[nodiscard]] constexpr Position position(std::uint32_t index) noexcept {
  if (index >= places) return {index / places + small_chunks - 1, index % places};
  const auto chunk = static_cast<std::uint32_t>(std::bit_width(index | 15U)) - 4;
  return {chunk, index - begin(chunk)};
}

// A chunk's memory: all first parts, then all second parts.
template <class First, class Second>
struct Memory {
  static constexpr std::align_val_t alignment{std::max<std::size_t>({alignof(First), alignof(Second), 64})};
  static_assert(sizeof(First) * 16 % alignof(Second) == 0);

  First* begin = nullptr;

  [[nodiscard]] static Memory allocate(std::uint32_t chunk) {
    return {static_cast<First*>(::operator new(size(chunk), alignment))};
  }
  void release(std::uint32_t chunk) noexcept {
    ::operator delete(begin, size(chunk), alignment);
    begin = nullptr;
  }
  [[nodiscard]] First* first(const Position& at) const noexcept { return begin + at.offset; }
  [[nodiscard]] Second* second(const Position& at) const noexcept {
    void* const seconds = begin + capacity(at.chunk);
    return static_cast<Second*>(seconds) + at.offset;
  }

 private:
  [[nodiscard]] static std::size_t size(std::uint32_t chunk) noexcept {
    return capacity(chunk) * (sizeof(First) + sizeof(Second));
  }
};

}  // namespace chunk

// Which places of a chunk are taken.
class ChunkMap {
 public:
  explicit ChunkMap(std::uint32_t capacity) noexcept : capacity_(static_cast<std::uint16_t>(capacity)) {}

  [[nodiscard]] bool full() const noexcept { return live_ == capacity_; }
  [[nodiscard]] bool empty() const noexcept { return live_ == 0; }
  [[nodiscard]] bool has(std::uint32_t offset) const noexcept { return (words_[offset / 64] >> offset % 64 & 1U) != 0; }
  // The first free place. REQUIRES: not full.
  [[nodiscard]] std::uint32_t take() noexcept {
    std::uint32_t word = 0;
    while (words_[word] == ~std::uint64_t{0}) ++word;
    const auto bit = static_cast<std::uint32_t>(std::countr_one(words_[word]));
    words_[word] |= std::uint64_t{1} << bit;
    ++live_;
    return word * 64 + bit;
  }
  void give_back(std::uint32_t offset) noexcept {
    words_[offset / 64] &= ~(std::uint64_t{1} << offset % 64);
    --live_;
  }
  // The first taken place at `offset` or after it; chunk::places when there is none.
  [[nodiscard]] std::uint32_t next_taken(std::uint32_t offset) const noexcept {
    while (offset < capacity_) {
      const std::uint64_t rest = words_[offset / 64] >> offset % 64;
      if (rest != 0) return offset + static_cast<std::uint32_t>(std::countr_zero(rest));
      offset = (offset / 64 + 1) * 64;
    }
    return chunk::places;
  }

 private:
  std::array<std::uint64_t, chunk::places / 64> words_{};
  std::uint16_t capacity_;
  std::uint16_t live_ = 0;
};

template <class First, class Second>
class SplitSlab {
 public:
  SplitSlab() = default;
  SplitSlab(SplitSlab&& other) noexcept { swap(other); }
  SplitSlab& operator=(SplitSlab&& other) noexcept {
    SplitSlab(std::move(other)).swap(*this);
    return *this;
  }
  ~SplitSlab() {
    for (std::uint32_t i = 0; i < memory_.size(); ++i)
      if (memory_[i].begin != nullptr) memory_[i].release(i);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  EntryHandle create(const First& first, const Second& second) {
    const std::uint32_t in = chunk_with_room();
    if (spare_ == in) spare_ = no_chunk;
    const chunk::Position at{in, maps_[in].take()};
    if (maps_[in].full()) set_room(in, false);
    std::construct_at(memory_[in].first(at), first);
    std::construct_at(memory_[in].second(at), second);
    ++size_;
    return EntryHandle{chunk::begin(in) + at.offset};
  }
  void destroy(EntryHandle entry) noexcept {
    assert(has(entry));
    const auto [in, offset] = chunk::position(to_index(entry));
    maps_[in].give_back(offset);
    --size_;
    set_room(in, true);
    if (maps_[in].empty()) retire(in);
  }

  [[nodiscard]] bool has(EntryHandle entry) const noexcept {
    const auto [in, offset] = chunk::position(to_index(entry));
    return in < maps_.size() && maps_[in].has(offset);
  }
  // REQUIRES: has(entry).
  [[nodiscard]] First& first(EntryHandle entry) const noexcept {
    const chunk::Position at = chunk::position(to_index(entry));
    return *memory_[at.chunk].first(at);
  }
  [[nodiscard]] Second& second(EntryHandle entry) const noexcept {
    const chunk::Position at = chunk::position(to_index(entry));
    return *memory_[at.chunk].second(at);
  }

  // All of them in the order of memory; none at the end. What is asked of after() need not be there any more.
  [[nodiscard]] EntryHandle front() const noexcept { return at_or_after(0, 0); }
  [[nodiscard]] EntryHandle after(EntryHandle entry) const noexcept {
    const auto [in, offset] = chunk::position(to_index(entry));
    return at_or_after(in, offset + 1);
  }

 private:
  static_assert(std::is_trivially_destructible_v<First> && std::is_trivially_destructible_v<Second>);
  static constexpr std::uint32_t no_chunk = 0xffffffff;

  void swap(SplitSlab& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(maps_, other.maps_);
    std::swap(room_, other.room_);
    std::swap(absent_, other.absent_);
    std::swap(spare_, other.spare_);
    std::swap(size_, other.size_);
  }
  [[nodiscard]] EntryHandle at_or_after(std::uint32_t in, std::uint32_t offset) const noexcept {
    for (; in < maps_.size(); ++in, offset = 0) {
      const std::uint32_t found = maps_[in].next_taken(offset);
      if (found != chunk::places) return EntryHandle{chunk::begin(in) + found};
    }
    return EntryHandle::none;
  }
  void set_room(std::uint32_t in, bool room) noexcept {
    const std::uint64_t bit = std::uint64_t{1} << in % 64;
    room_[in / 64] = room ? room_[in / 64] | bit : room_[in / 64] & ~bit;
  }
  // The first one: entries gather in the low chunks, and the high ones empty.
  [[nodiscard]] std::uint32_t chunk_with_room() {
    for (std::uint32_t word = 0; word < room_.size(); ++word)
      if (room_[word] != 0) return word * 64 + static_cast<std::uint32_t>(std::countr_zero(room_[word]));
    return add_chunk();
  }
  std::uint32_t add_chunk() {
    auto in = static_cast<std::uint32_t>(memory_.size());
    if (absent_.empty()) {
      memory_.emplace_back();
      maps_.emplace_back(chunk::capacity(in));
      room_.resize(in / 64 + 1);
    } else {
      in = absent_.back();
      absent_.pop_back();
    }
    memory_[in] = Memory::allocate(in);
    set_room(in, true);
    return in;
  }
  // One empty chunk is kept, so that an entry that comes and goes does not take its chunk along each time.
  void retire(std::uint32_t in) noexcept {
    if (spare_ == no_chunk) {
      spare_ = in;
      return;
    }
    memory_[in].release(in);
    set_room(in, false);
    absent_.push_back(in);
  }

  using Memory = chunk::Memory<First, Second>;
  std::vector<Memory> memory_;
  std::vector<ChunkMap> maps_;
  std::vector<std::uint64_t> room_;  // a bit a chunk: it is there and not full
  std::vector<std::uint32_t> absent_;
  std::uint32_t spare_ = no_chunk;
  std::size_t size_ = 0;
};

// An array that grows and shrinks at its end, of the same chunks.
template <class First, class Second>
class SplitArray {
 public:
  struct Parts {
    First* first;
    Second* second;
  };

  SplitArray() = default;
  SplitArray(SplitArray&& other) noexcept { swap(other); }
  SplitArray& operator=(SplitArray&& other) noexcept {
    SplitArray(std::move(other)).swap(*this);
    return *this;
  }
  ~SplitArray() {
    for (std::uint32_t i = 0; i < memory_.size(); ++i) memory_[i].release(i);
  }

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  // REQUIRES: index < size().
  [[nodiscard]] Parts operator[](std::uint32_t index) const noexcept {
    const chunk::Position at = chunk::position(index);
    return {memory_[at.chunk].first(at), memory_[at.chunk].second(at)};
  }
  void push_back() {
    const chunk::Position at = chunk::position(size_);
    if (at.chunk == memory_.size()) memory_.push_back(Memory::allocate(at.chunk));
    std::construct_at(memory_[at.chunk].first(at));
    std::construct_at(memory_[at.chunk].second(at));
    ++size_;
  }
  void pop_back() noexcept {
    const auto [in, offset] = chunk::position(--size_);
    if (offset != 0 || memory_.size() < in + 2) return;
    memory_.back().release(in + 1);  // the chunk behind; this one is kept
    memory_.pop_back();
  }

 private:
  static_assert(std::is_trivially_destructible_v<First> && std::is_trivially_destructible_v<Second>);
  using Memory = chunk::Memory<First, Second>;

  void swap(SplitArray& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
  }
  std::vector<Memory> memory_;
  std::uint32_t size_ = 0;
};

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
// Memory in chunks for very many objects of one kind. Nothing moves once it is made, no call copies what is there, and
// chunks in which nobody is left go back to where they came from. The first chunks are small (16, 16, 32, ... 512
// places), so that a little of it costs little; all others have 1,024 places.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace onlink::inline v0 {

// A place in a Slab: it stays the entry's for as long as the entry lives.
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

template <class T>
inline constexpr std::align_val_t alignment{std::max<std::size_t>(alignof(T), 64)};

template <class T>
[[nodiscard]] T* allocate(std::uint32_t chunk) {
  return static_cast<T*>(::operator new(capacity(chunk) * sizeof(T), alignment<T>));
}
template <class T>
void release(T* memory, std::uint32_t chunk) noexcept {
  ::operator delete(memory, capacity(chunk) * sizeof(T), alignment<T>);
}

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

template <class T>
class Slab {
 public:
  Slab() = default;
  Slab(Slab&& other) noexcept { swap(other); }
  Slab& operator=(Slab&& other) noexcept {
    Slab(std::move(other)).swap(*this);
    return *this;
  }
  ~Slab() {
    for (auto entry = first(); entry != EntryHandle::none; entry = next(entry)) std::destroy_at(&(*this)[entry]);
    for (std::uint32_t i = 0; i < memory_.size(); ++i)
      if (memory_[i] != nullptr) chunk::release(memory_[i], i);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  template <class... Args>
  EntryHandle create(Args&&... args) {
    const std::uint32_t in = chunk_with_room();
    if (spare_ == in) spare_ = no_chunk;
    const std::uint32_t offset = maps_[in].take();
    if (maps_[in].full()) set_room(in, false);
    std::construct_at(memory_[in] + offset, std::forward<Args>(args)...);
    ++size_;
    return EntryHandle{chunk::begin(in) + offset};
  }
  void destroy(EntryHandle entry) noexcept {
    assert(has(entry));
    const auto [in, offset] = chunk::position(to_index(entry));
    std::destroy_at(memory_[in] + offset);
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
  [[nodiscard]] T& operator[](EntryHandle entry) noexcept {
    const auto [in, offset] = chunk::position(to_index(entry));
    return memory_[in][offset];
  }
  [[nodiscard]] const T& operator[](EntryHandle entry) const noexcept {
    const auto [in, offset] = chunk::position(to_index(entry));
    return memory_[in][offset];
  }

  // All of them in the order of memory; none at the end. What is asked of next() need not be there any more.
  [[nodiscard]] EntryHandle first() const noexcept { return at_or_after(0, 0); }
  [[nodiscard]] EntryHandle next(EntryHandle entry) const noexcept {
    const auto [in, offset] = chunk::position(to_index(entry));
    return at_or_after(in, offset + 1);
  }

 private:
  static constexpr std::uint32_t no_chunk = 0xffffffff;

  void swap(Slab& other) noexcept {
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
      memory_.push_back(nullptr);
      maps_.emplace_back(chunk::capacity(in));
      room_.resize(in / 64 + 1);
    } else {
      in = absent_.back();
      absent_.pop_back();
    }
    memory_[in] = chunk::allocate<T>(in);
    set_room(in, true);
    return in;
  }
  // One empty chunk is kept, so that an entry that comes and goes does not take its chunk along each time.
  void retire(std::uint32_t in) noexcept {
    if (spare_ == no_chunk) {
      spare_ = in;
      return;
    }
    chunk::release(memory_[in], in);
    memory_[in] = nullptr;
    set_room(in, false);
    absent_.push_back(in);
  }

  std::vector<T*> memory_;  // null: given back
  std::vector<ChunkMap> maps_;
  std::vector<std::uint64_t> room_;  // a bit a chunk: it is there and not full
  std::vector<std::uint32_t> absent_;
  std::uint32_t spare_ = no_chunk;
  std::size_t size_ = 0;
};

// An array that grows and shrinks at its end, with the same chunks.
template <class T>
class ChunkedArray {
 public:
  ChunkedArray() = default;
  ChunkedArray(ChunkedArray&& other) noexcept { swap(other); }
  ChunkedArray& operator=(ChunkedArray&& other) noexcept {
    ChunkedArray(std::move(other)).swap(*this);
    return *this;
  }
  ~ChunkedArray() {
    while (size_ != 0) pop_back();
    for (std::uint32_t i = 0; i < memory_.size(); ++i) chunk::release(memory_[i], i);
  }

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] T& operator[](std::uint32_t index) noexcept {
    const auto [in, offset] = chunk::position(index);
    return memory_[in][offset];
  }
  [[nodiscard]] const T& operator[](std::uint32_t index) const noexcept {
    const auto [in, offset] = chunk::position(index);
    return memory_[in][offset];
  }
  T& push_back() {
    const auto [in, offset] = chunk::position(size_);
    if (in == memory_.size()) memory_.push_back(chunk::allocate<T>(in));
    ++size_;
    return *std::construct_at(memory_[in] + offset);
  }
  void pop_back() noexcept {
    const auto [in, offset] = chunk::position(--size_);
    std::destroy_at(memory_[in] + offset);
    if (offset != 0 || memory_.size() < in + 2) return;
    chunk::release(memory_.back(), in + 1);  // the chunk behind; this one is kept
    memory_.pop_back();
  }

 private:
  void swap(ChunkedArray& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
  }
  std::vector<T*> memory_;
  std::uint32_t size_ = 0;
};

}  // namespace onlink::inline v0

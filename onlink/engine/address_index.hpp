// SPDX-License-Identifier: Apache-2.0
// From the hash of a key to the handle of its entry: linear hashing (Litwin 1980) over groups of one cache line. The
// table grows and shrinks by one group at a time, so that its worst call costs little more than its usual one; it takes
// 11 to 17 octets an entry at every moment. What does not fit in a group goes to one behind it.
//
// The keys lie in the entries: whoever owns those says which entry is meant, and what the hash of another one is.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "onlink/engine/index_group.hpp"
#include "onlink/engine/slab.hpp"

namespace onlink::inline v0 {

class AddressIndex {
 public:
  AddressIndex() { groups_.push_back(); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // The entry with this hash of which same(entry) is true.
  template <class Same>
  [[nodiscard]] EntryHandle find(std::uint64_t hash, Same&& same) const {
    const std::uint8_t tag = tag_of(hash);
    for (const IndexGroup* group = &groups_[home(hash)];; group = &behind_[group->behind]) {
      for (auto matches = group->match(tag); matches.any(); matches.drop()) {
        const EntryHandle entry = group->handle(matches.place());
        if (same(entry)) [[likely]]
          return entry;
      }
      if (group->behind == EntryHandle::none) [[likely]]
        return EntryHandle::none;
    }
  }

  // REQUIRES: the entry is not in it. hash_of(entry) is asked of some that are.
  template <class HashOf>
  void insert(std::uint64_t hash, EntryHandle entry, HashOf&& hash_of) {
    append(groups_[home(hash)], tag_of(hash), entry);
    if (++size_ > groups_.size() * most_per_group) split(hash_of);
  }

  // REQUIRES: the entry is in it, with this hash.
  void erase(std::uint64_t hash, EntryHandle entry) noexcept {
    IndexGroup& head = groups_[home(hash)];
    IndexGroup* group = &head;
    std::uint32_t place = place_in(*group, tag_of(hash), entry);
    while (place == IndexGroup::places) {
      assert(group->behind != EntryHandle::none);
      group = &behind_[group->behind];
      place = place_in(*group, tag_of(hash), entry);
    }
    const Item last = take_last(head);
    if (last.entry != entry) group->set(place, last.tag, last.entry);
    if (--size_ < groups_.size() * fewest_per_group && groups_.size() > 1) merge();
  }

 private:
  // Between them a table of one size is neither growing nor shrinking.
  static constexpr std::size_t most_per_group = 6;
  static constexpr std::size_t fewest_per_group = 4;

  struct Item {
    std::uint8_t tag;
    EntryHandle entry;
  };

  [[nodiscard]] static std::uint8_t tag_of(std::uint64_t hash) noexcept {
    const auto tag = static_cast<std::uint8_t>(hash >> 56);
    return tag == IndexGroup::free_tag ? 1 : tag;
  }
  // Groups from groups_.size() to mask_ are not there yet; theirs are still where they will be split from.
  [[nodiscard]] std::uint32_t home(std::uint64_t hash) const noexcept {
    const auto group = static_cast<std::uint32_t>(hash) & mask_;
    return group < groups_.size() ? group : group & mask_ >> 1;
  }
  [[nodiscard]] static std::uint32_t place_in(const IndexGroup& group, std::uint8_t tag, EntryHandle entry) noexcept {
    for (auto matches = group.match(tag); matches.any(); matches.drop())
      if (group.handle(matches.place()) == entry) return matches.place();
    return IndexGroup::places;
  }

  void append(IndexGroup& head, std::uint8_t tag, EntryHandle entry) {
    IndexGroup* group = &head;
    while (group->full()) {
      if (group->behind == EntryHandle::none) group->behind = behind_.create();
      group = &behind_[group->behind];
    }
    group->set(group->size(), tag, entry);
  }
  // Removes the last one of a chain.
  Item take_last(IndexGroup& head) noexcept {
    IndexGroup* before = nullptr;
    IndexGroup* group = &head;
    while (group->behind != EntryHandle::none) {
      before = group;
      group = &behind_[group->behind];
    }
    const std::uint32_t place = group->size() - 1;
    const Item item{group->tag(place), group->handle(place)};
    group->set(place, IndexGroup::free_tag, EntryHandle::none);
    if (before != nullptr && group->empty()) {
      behind_.destroy(before->behind);
      before->behind = EntryHandle::none;
    }
    return item;
  }

  void resize_mask() noexcept { mask_ = std::bit_ceil(groups_.size()) - 1; }

  template <class HashOf>
  void split(HashOf& hash_of) {
    const std::uint32_t added = groups_.size();
    groups_.push_back();
    resize_mask();
    IndexGroup& stay = groups_[added & mask_ >> 1];
    IndexGroup& leave = groups_[added];
    redistribute(std::exchange(stay, {}), [&](const IndexGroup& group) {
      const std::uint32_t leaving = leaving_places(group, hash_of);
      for (std::uint32_t i = 0; i < group.size(); ++i)
        append((leaving >> i & 1U) != 0 ? leave : stay, group.tag(i), group.handle(i));
    });
  }
  // A bit a place whose entry belongs to the newest group. Without a branch, so that the entries' keys come from memory
  // side by side.
  template <class HashOf>
  [[nodiscard]] std::uint32_t leaving_places(const IndexGroup& group, HashOf& hash_of) const {
    std::uint32_t leaving = 0;
    for (std::uint32_t i = 0; i < group.size(); ++i) {
      const auto home = static_cast<std::uint32_t>(hash_of(group.handle(i))) & mask_;
      leaving |= std::uint32_t{home == groups_.size() - 1} << i;
    }
    return leaving;
  }
  void merge() noexcept {
    const std::uint32_t last = groups_.size() - 1;
    IndexGroup& into = groups_[last & mask_ >> 1];
    const IndexGroup leaving = groups_[last];
    groups_.pop_back();
    resize_mask();
    redistribute(leaving, [&](const IndexGroup& group) {
      for (std::uint32_t i = 0; i < group.size(); ++i) append(into, group.tag(i), group.handle(i));
    });
  }
  // Calls place(group) for each group of a chain, and ends those behind the first.
  template <class Place>
  void redistribute(const IndexGroup& head, Place&& place) {
    for (IndexGroup group = head;;) {
      place(group);
      const EntryHandle behind = group.behind;
      if (behind == EntryHandle::none) return;
      group = behind_[behind];
      behind_.destroy(behind);
    }
  }

  ChunkedArray<IndexGroup> groups_;
  Slab<IndexGroup> behind_;
  std::size_t size_ = 0;
  std::uint32_t mask_ = 0;
};

}  // namespace onlink::inline v0

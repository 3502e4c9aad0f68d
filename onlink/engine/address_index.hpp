// SPDX-License-Identifier: Apache-2.0
// From the hash of a key to the handle of its entry: linear hashing (Litwin 1980) over groups of fifteen. The table
// grows and shrinks by one group at a time, so that its worst call costs little more than its usual one; it takes 11 to
// 17 octets an entry at every moment. A lookup reads a line of tags, which are few enough to stay in a processor's
// cache, then a line of handles, then the entry. What does not fit in a group goes to one behind it.
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
  AddressIndex() { push_group(); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // The entry with this hash of which same(entry) is true.
  template <class Same>
  [[nodiscard]] EntryHandle find(std::uint64_t hash, Same&& same) const {
    const std::uint8_t tag = tag_of(hash);
    const GroupRef group = groups_[home(hash)];
    __builtin_prefetch(group.second);  // comes while the tags are looked at
    const std::uint32_t matches = group.first->match(tag);
    if (matches != 0) {
      const EntryHandle entry = group.second->entries[static_cast<std::size_t>(std::countr_zero(matches))];
      if (same(entry)) [[likely]]
        return entry;
    } else if (!group.first->may_be_behind(tag)) [[likely]] {
      return EntryHandle::none;
    }
    return find_further(group, tag, same);
  }

  // REQUIRES: the entry is not in it. hash_of(entry) is asked of some that are.
  template <class HashOf>
  void insert(std::uint64_t hash, EntryHandle entry, HashOf&& hash_of) {
    append(groups_[home(hash)], {tag_of(hash), entry});
    if (++size_ > groups_.size() * most_per_group) split(hash_of);
  }

  // REQUIRES: the entry is in it, with this hash.
  void erase(std::uint64_t hash, EntryHandle entry) noexcept {
    const GroupRef head = groups_[home(hash)];
    const Item gone{tag_of(hash), entry};
    GroupRef group = head;
    std::uint32_t place = place_in(group, gone);
    while (place == IndexTags::places) {
      group = behind(group);
      place = place_in(group, gone);
    }
    const Item last = take_last(head);
    if (last.entry != entry) put(group, place, last);
    if (--size_ < groups_.size() * fewest_per_group && groups_.size() > 1) merge();
  }

 private:
  // Between them a table of one size neither grows nor shrinks.
  static constexpr std::size_t most_per_group = 7;
  static constexpr std::size_t fewest_per_group = 5;

  struct Item {
    std::uint8_t tag;
    EntryHandle entry;
  };
  struct Group {
    IndexTags tags;
    IndexHandles handles;
  };
  using GroupRef = SplitArray<IndexTags, IndexHandles>::Parts;

  [[nodiscard]] static std::uint8_t tag_of(std::uint64_t hash) noexcept {
    const auto tag = static_cast<std::uint8_t>(hash >> 56);
    return static_cast<std::uint8_t>(tag + unsigned{tag == IndexTags::free_tag});
  }
  // Groups from groups_.size() to mask_ are not there yet; theirs are still where they will be split from. Without a
  // branch, which would be taken at random and hold up the lookups behind this one.
  [[nodiscard]] std::uint32_t home(std::uint64_t hash) const noexcept {
    const auto group = static_cast<std::uint32_t>(hash) & mask_;
    return group & mask_ >> unsigned{group >= groups_.size()};
  }
  // REQUIRES: there is one.
  [[nodiscard]] GroupRef behind(const GroupRef& group) const noexcept {
    assert(group.second->behind != EntryHandle::none);
    return {&behind_.first(group.second->behind), &behind_.second(group.second->behind)};
  }
  [[nodiscard]] static std::uint32_t place_in(const GroupRef& group, const Item& item) noexcept {
    for (std::uint32_t matches = group.first->match(item.tag); matches != 0; matches &= matches - 1) {
      const auto place = static_cast<std::uint32_t>(std::countr_zero(matches));
      if (group.second->entries[place] == item.entry) return place;
    }
    return IndexTags::places;
  }

  // All of a group and those behind it. Apart, so that what nearly every lookup does is short.
  template <class Same>
  [[nodiscard, gnu::noinline]] EntryHandle find_further(GroupRef group, std::uint8_t tag, Same& same) const {
    for (;; group = behind(group)) {
      for (std::uint32_t matches = group.first->match(tag); matches != 0; matches &= matches - 1) {
        const EntryHandle entry = group.second->entries[static_cast<std::size_t>(std::countr_zero(matches))];
        if (same(entry)) return entry;
      }
      if (!group.first->may_be_behind(tag)) return EntryHandle::none;
    }
  }

  static void put(const GroupRef& group, std::uint32_t place, const Item& item) noexcept {
    group.first->set(place, item.tag);
    group.second->entries[place] = item.entry;
  }
  void append(GroupRef group, const Item& item) {
    while (group.first->full()) {
      if (group.second->behind == EntryHandle::none) group.second->behind = behind_.create({}, {});
      group.first->add_behind(item.tag);
      group = behind(group);
    }
    put(group, group.first->size(), item);
  }
  // Removes the last one of a chain. Earlier groups go on saying that something with its tag may be behind them.
  Item take_last(const GroupRef& head) noexcept {
    GroupRef before = head;
    GroupRef last = head;
    while (last.second->behind != EntryHandle::none) {
      before = last;
      last = behind(last);
    }
    const std::uint32_t place = last.first->size() - 1;
    const Item item{last.first->tag(place), last.second->entries[place]};
    last.first->set(place, IndexTags::free_tag);
    if (place == 0 && last.first != head.first) {
      behind_.destroy(std::exchange(before.second->behind, EntryHandle::none));
      before.first->clear_behind();
    }
    return item;
  }

  void push_group() {
    groups_.push_back();
    mask_ = std::bit_ceil(groups_.size()) - 1;
  }
  void pop_group() noexcept {
    groups_.pop_back();
    mask_ = std::bit_ceil(groups_.size()) - 1;
  }

  template <class HashOf>
  void split(HashOf& hash_of) {
    push_group();
    const std::uint32_t added = groups_.size() - 1;
    const GroupRef stay = groups_[added & mask_ >> 1];
    const GroupRef leave = groups_[added];
    redistribute(take(stay), [&](const Group& from) {
      const std::uint32_t leaving = leaving_places(from, hash_of);
      for (std::uint32_t i = 0; i < from.tags.size(); ++i)
        append((leaving >> i & 1U) != 0 ? leave : stay, {from.tags.tag(i), from.handles.entries[i]});
    });
  }
  // A bit a place whose entry belongs to the newest group. Without a branch, so that the entries' keys come from memory
  // side by side.
  template <class HashOf>
  [[nodiscard]] std::uint32_t leaving_places(const Group& from, HashOf& hash_of) const {
    std::uint32_t leaving = 0;
    for (std::uint32_t i = 0; i < from.tags.size(); ++i) {
      const auto its_home = static_cast<std::uint32_t>(hash_of(from.handles.entries[i])) & mask_;
      leaving |= std::uint32_t{its_home == groups_.size() - 1} << i;
    }
    return leaving;
  }
  void merge() noexcept {
    const std::uint32_t last = groups_.size() - 1;
    const GroupRef into = groups_[last & mask_ >> 1];
    const Group leaving = take(groups_[last]);
    pop_group();
    redistribute(leaving, [&](const Group& from) {
      for (std::uint32_t i = 0; i < from.tags.size(); ++i) append(into, {from.tags.tag(i), from.handles.entries[i]});
    });
  }
  [[nodiscard]] static Group take(const GroupRef& group) noexcept {
    return {std::exchange(*group.first, {}), std::exchange(*group.second, {})};
  }
  // Calls place(group) for each group of a chain, and ends those behind the first.
  template <class Place>
  void redistribute(const Group& head, Place&& place) {
    for (Group group = head;;) {
      place(group);
      const EntryHandle behind = group.handles.behind;
      if (behind == EntryHandle::none) return;
      group = {behind_.first(behind), behind_.second(behind)};
      behind_.destroy(behind);
    }
  }

  SplitArray<IndexTags, IndexHandles> groups_;
  SplitSlab<IndexTags, IndexHandles> behind_;
  std::size_t size_ = 0;
  std::uint32_t mask_ = 0;
};

}  // namespace onlink::inline v0

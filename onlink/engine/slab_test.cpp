// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/slab.hpp"

#include <map>
#include <vector>

#include "onlink/base/rng.hpp"

namespace onlink {
namespace {

struct alignas(32) Near {
  std::uint64_t number = 0;
};
struct Far {
  std::uint64_t number = 0;
};
using Slab = SplitSlab<Near, Far>;

TEST(Chunk, PositionsFollowOneAnotherWithoutAGap) {
  std::uint32_t in = 0;
  std::uint32_t offset = 0;
  for (std::uint32_t index = 0; index < 5000; ++index) {
    const auto position = chunk::position(index);
    ASSERT_EQ(position.chunk, in) << index;
    ASSERT_EQ(position.offset, offset) << index;
    ASSERT_EQ(chunk::begin(in) + offset, index);
    if (++offset == chunk::capacity(in)) {
      ++in;
      offset = 0;
    }
  }
}

TEST(Slab, ObjectsKeepTheirPlaceAndTheirHandle) {
  Slab slab;
  std::vector<const Near*> places;
  std::vector<EntryHandle> handles;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    handles.push_back(slab.create({i}, {i * 3}));
    places.push_back(&slab.first(handles.back()));
  }
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ(&slab.first(handles[i]), places[i]);
    ASSERT_EQ(slab.first(handles[i]).number, i);
    ASSERT_EQ(slab.second(handles[i]).number, i * 3);
  }
}

TEST(Slab, FreedPlacesAreTakenAgainTheLowestFirst) {
  Slab slab;
  std::vector<EntryHandle> handles;
  for (std::uint64_t i = 0; i < 3000; ++i) handles.push_back(slab.create({i}, {}));
  slab.destroy(handles[2500]);
  slab.destroy(handles[70]);
  EXPECT_EQ(slab.create({}, {}), handles[70]);
  EXPECT_EQ(slab.create({}, {}), handles[2500]);
}

TEST(Slab, WalksMeetEveryObjectInOrder) {
  Slab slab;
  Rng rng{1};
  std::map<EntryHandle, std::uint64_t> model;
  for (std::uint64_t step = 0; step < 50'000; ++step) {
    const bool grow = step / 5000 % 2 == 0;
    if (model.empty() || rng.chance(grow ? 0.8 : 0.2)) {
      const EntryHandle made = slab.create({step}, {step});
      ASSERT_TRUE(model.emplace(made, step).second);
    } else {
      auto victim = model.lower_bound(EntryHandle{static_cast<std::uint32_t>(rng.below(6000))});
      if (victim == model.end()) victim = model.begin();
      slab.destroy(victim->first);
      model.erase(victim);
    }
  }
  auto expected = model.begin();
  for (auto entry = slab.front(); entry != EntryHandle::none; entry = slab.after(entry), ++expected) {
    ASSERT_NE(expected, model.end());
    ASSERT_EQ(entry, expected->first);
    ASSERT_EQ(slab.first(entry).number, expected->second);
    ASSERT_EQ(slab.second(entry).number, expected->second);
  }
  EXPECT_EQ(expected, model.end());
  EXPECT_EQ(slab.size(), model.size());
}

TEST(SplitArray, GrowsAndShrinksAtItsEnd) {
  SplitArray<Near, Far> array;
  Rng rng{2};
  std::vector<std::uint64_t> model;
  for (int step = 0; step < 40'000; ++step) {
    if (model.empty() || rng.chance(step < 20'000 ? 0.7 : 0.3)) {
      array.push_back();
      const auto parts = array[array.size() - 1];
      ASSERT_EQ(parts.first->number, 0U);
      parts.first->number = parts.second->number = model.emplace_back(rng.next());
    } else {
      array.pop_back();
      model.pop_back();
    }
    ASSERT_EQ(array.size(), model.size());
    if (!model.empty()) {
      const auto i = static_cast<std::uint32_t>(rng.below(model.size()));
      ASSERT_EQ(array[i].first->number, model[i]);
      ASSERT_EQ(array[i].second->number, model[i]);
    }
  }
}

}  // namespace
}  // namespace onlink

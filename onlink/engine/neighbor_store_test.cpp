// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/neighbor_store.hpp"

#include <algorithm>
#include <array>
#include <list>
#include <unordered_map>
#include <vector>

#include "onlink/base/rng.hpp"

namespace onlink {
namespace {

struct Hot {
  std::uint32_t number = 0;
  std::array<std::uint8_t, 8> rest{};
};
struct Cold {
  std::uint64_t number = 0;
};
using Store = NeighborStore<Hot, Cold>;

IpAddress address(std::uint64_t i) {
  if (i % 2 == 0) return Ipv4Address{static_cast<std::uint32_t>(0x0a000000 + i / 2)};
  Ipv6Address v6{{0x20, 1, 0x0d, 0xb8}};
  for (std::size_t j = 0; j < 8; ++j) v6.octets[15 - j] = static_cast<std::uint8_t>(i >> 8 * j);
  return v6;
}

EntryHandle add(Store& store, std::uint64_t i, std::size_t list = 0) {
  return store.insert(address(i), list, {.number = static_cast<std::uint32_t>(i)}, {.number = i});
}

std::vector<std::uint64_t> by_age(const Store& store, std::size_t list) {
  std::vector<std::uint64_t> numbers;
  for (auto entry = store.oldest(list); entry != EntryHandle::none; entry = store.newer(entry))
    numbers.push_back(store.cold(entry).number);
  return numbers;
}

TEST(NeighborStore, FindsWhatIsInItAndNothingElse) {
  Store store(1);
  constexpr std::uint64_t count = 20'000;
  std::vector<EntryHandle> handles;
  for (std::uint64_t i = 0; i < count; ++i) handles.push_back(add(store, i));
  for (std::uint64_t i = 0; i < count; ++i) {
    ASSERT_EQ(store.find(address(i)), handles[i]);
    ASSERT_EQ(store.address(handles[i]), address(i));
    ASSERT_EQ(store.hot(handles[i]).number, i);
    ASSERT_EQ(store.cold(handles[i]).number, i);
    ASSERT_EQ(store.find(address(count + i)), EntryHandle::none);
  }
}

TEST(NeighborStore, TheSameOctetsInBothFamiliesAreTwoAddresses) {
  Store store(1);
  const IpAddress v4 = Ipv4Address::of(32, 1, 0, 0);
  const IpAddress v6 = IpAddress::from_octets(Family::ipv6, v4.octets());
  const EntryHandle entry = store.insert(v4, 0);
  EXPECT_EQ(store.find(v6), EntryHandle::none);
  const EntryHandle other = store.insert(v6, 0);
  EXPECT_EQ(store.find(v4), entry);
  EXPECT_EQ(store.find(v6), other);
}

TEST(NeighborStore, AgeIsTheOrderOfInsertionUntilAnEntryIsMoved) {
  Store store(1);
  for (std::uint64_t i = 0; i < 4; ++i) add(store, i);
  const EntryHandle one = store.find(address(1));
  store.move_to_newest(one, 0);
  EXPECT_EQ(by_age(store, 0), (std::vector<std::uint64_t>{0, 2, 3, 1}));
  store.move_to_newest(store.find(address(0)), 1);
  EXPECT_EQ(by_age(store, 0), (std::vector<std::uint64_t>{2, 3, 1}));
  EXPECT_EQ(by_age(store, 1), (std::vector<std::uint64_t>{0}));
  EXPECT_EQ(store.list_of(store.find(address(0))), 1U);
  store.erase(store.find(address(3)));
  EXPECT_EQ(by_age(store, 0), (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(store.size(0), 2U);
  EXPECT_EQ(store.size(1), 1U);
}

TEST(NeighborStore, AnErasedEntryIsNoLongerDue) {
  Store store(1);
  const EntryHandle entry = add(store, 1);
  store.arm(entry, Instant{Duration{5}});
  store.erase(entry);
  EXPECT_EQ(store.next_deadline(), std::nullopt);
}

TEST(NeighborStore, AnExpiryMayEraseTheEntryAndInsertOthers) {
  Store store(1);
  for (std::uint64_t i = 0; i < 3; ++i) store.arm(add(store, i), Instant{Duration{5}});
  const std::size_t expired = store.expire(Instant{Duration{5}}, 100, [&](EntryHandle entry) {
    const std::uint64_t number = store.cold(entry).number;
    store.erase(entry);
    add(store, number + 10);
  });
  EXPECT_EQ(expired, 3U);
  EXPECT_EQ(by_age(store, 0), (std::vector<std::uint64_t>{10, 11, 12}));
}

TEST(NeighborStore, AWalkMeetsWhoeverStaysOnceThoughOthersComeAndGo) {
  Store store(1);
  constexpr std::uint64_t count = 5000;
  for (std::uint64_t i = 0; i < count; ++i) add(store, i);
  Rng rng{3};
  std::vector<int> met(count * 2);
  for (auto entry = store.first(); entry != EntryHandle::none; entry = store.next(entry)) {
    const std::uint64_t number = store.cold(entry).number;
    ++met[number];
    if (number % 3 == 0) store.erase(entry);
    if (number < count && rng.chance(0.3)) add(store, count + number);
  }
  for (std::uint64_t i = 0; i < count; ++i) ASSERT_EQ(met[i], 1) << i;
}

TEST(NeighborStore, IsMovedWithAllThatIsInIt) {
  Store store(1);
  for (std::uint64_t i = 0; i < 100; ++i) store.arm(add(store, i), Instant{Duration{static_cast<std::int64_t>(i)}});
  Store other = std::move(store);
  EXPECT_EQ(other.size(), 100U);
  EXPECT_NE(other.find(address(55)), EntryHandle::none);
  EXPECT_EQ(other.expire(Instant{Duration{49}}, 1000, [](EntryHandle) {}), 50U);
}

// Grows, shrinks and churns, with every answer compared.
TEST(NeighborStore, DoesWhatAMapAndListsDo) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Rng rng{seed};
    Store store(seed);
    std::unordered_map<std::uint64_t, EntryHandle> model;
    std::array<std::list<std::uint64_t>, 2> ages;
    const std::uint64_t range = 1 + rng.below(6000);
    for (int step = 0; step < 20'000; ++step) {
      const std::uint64_t i = rng.below(range);
      const bool growing = step % 10'000 < 5'000;
      const auto found = model.find(i);
      ASSERT_EQ(store.find(address(i)), found == model.end() ? EntryHandle::none : found->second);
      const auto list = static_cast<std::size_t>(rng.below(2));
      if (found == model.end()) {
        if (growing || rng.chance(0.2)) {
          model.emplace(i, add(store, i, list));
          ages[list].push_back(i);
        }
      } else if (!growing || rng.chance(0.2)) {
        std::erase(ages[store.list_of(found->second)], i);
        store.erase(found->second);
        model.erase(found);
      } else if (step % 4 == 0) {
        std::erase(ages[store.list_of(found->second)], i);
        store.move_to_newest(found->second, list);
        ages[list].push_back(i);
      }
      ASSERT_EQ(store.size(), model.size());
    }
    for (const std::size_t list : {0U, 1U}) {
      ASSERT_EQ(by_age(store, list), (std::vector<std::uint64_t>(ages[list].begin(), ages[list].end())));
      ASSERT_EQ(store.size(list), ages[list].size());
    }
    for (const auto& [i, entry] : model) ASSERT_EQ(store.find(address(i)), entry);
  }
}

}  // namespace
}  // namespace onlink

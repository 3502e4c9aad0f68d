// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/address_index.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/engine/address_hash.hpp"

namespace onlink {
namespace {

// Keys are the entries' own numbers.
class Index {
 public:
  explicit Index(std::uint64_t (*hash)(std::uint32_t)) : hash_(hash) {}

  bool has(std::uint32_t i) const {
    return index.find(hash_(i), [&](EntryHandle entry) { return to_index(entry) == i; }) == EntryHandle{i};
  }
  void insert(std::uint32_t i) {
    index.insert(hash_(i), EntryHandle{i}, [&](EntryHandle entry) { return hash_(to_index(entry)); });
  }
  void erase(std::uint32_t i) { index.erase(hash_(i), EntryHandle{i}); }

  AddressIndex index;

 private:
  std::uint64_t (*hash_)(std::uint32_t);
};

std::uint64_t well_mixed(std::uint32_t i) { return Rng{i}.next(); }
std::uint64_t all_the_same(std::uint32_t) { return 0x1234567812345678; }
std::uint64_t no_tags(std::uint32_t i) { return Rng{i}.next() >> 8; }
std::uint64_t four_groups(std::uint32_t i) { return Rng{i}.next() & ~std::uint64_t{0xfffc}; }

class AddressIndexTest : public testing::TestWithParam<std::uint64_t (*)(std::uint32_t)> {};

TEST_P(AddressIndexTest, FindsWhatIsInItWhileItGrowsAndShrinks) {
  Index index(GetParam());
  constexpr std::uint32_t most = 1200;
  for (std::uint32_t i = 0; i < most; ++i) {
    ASSERT_FALSE(index.has(i));
    index.insert(i);
    for (std::uint32_t j = 0; j <= i; j += 1 + i / 20) ASSERT_TRUE(index.has(j)) << j << " of " << i;
  }
  Rng rng{1};
  std::vector<std::uint32_t> left(most);
  for (std::uint32_t i = 0; i < most; ++i) left[i] = i;
  while (!left.empty()) {
    const auto at = rng.below(left.size());
    index.erase(left[at]);
    ASSERT_FALSE(index.has(left[at]));
    left[at] = left.back();
    left.pop_back();
    for (std::size_t j = 0; j < left.size(); j += 1 + left.size() / 20) ASSERT_TRUE(index.has(left[j]));
  }
  EXPECT_EQ(index.index.size(), 0U);
  index.insert(7);
  EXPECT_TRUE(index.has(7));
}
INSTANTIATE_TEST_SUITE_P(Hashes, AddressIndexTest, testing::Values(well_mixed, all_the_same, no_tags, four_groups));

TEST(IndexTags, AreMatchedAlikeByVectorsAndByWords) {
  Rng rng{1};
  for (int round = 0; round < 2000; ++round) {
    IndexTags tags;
    for (std::uint32_t place = 0; place <= IndexTags::places; ++place)
      tags.set(place, static_cast<std::uint8_t>(rng.below(round % 2 == 0 ? 4 : 256)));
    for (unsigned tag = 0; tag < 256; ++tag) {
      std::uint32_t expected = 0;
      for (std::uint32_t place = 0; place < IndexTags::places; ++place)
        expected |= std::uint32_t{tags.tag(place) == tag} << place;
      ASSERT_EQ(tags.match(static_cast<std::uint8_t>(tag)), expected);
      ASSERT_EQ(tags.match_by_words(static_cast<std::uint8_t>(tag)), expected);
    }
  }
}

// Whoever picks the addresses of a network, in whatever pattern, fills no bucket: each of 4,096 gets 16 of 65,536.
TEST(AddressHash, SpreadsEveryPatternOfAddresses) {
  const auto most_in_a_bucket = [](auto&& address_of) {
    const AddressHash hash(99);
    std::vector<int> low(4096);
    std::vector<int> high(256);
    for (std::uint32_t i = 0; i < 65'536; ++i) {
      const std::uint64_t value = hash(address_of(i));
      ++low[value % 4096];
      ++high[value >> 56];
    }
    EXPECT_LT(*std::ranges::max_element(high), 400);  // tags: 256 each
    return *std::ranges::max_element(low);
  };
  const auto v6 = [](std::size_t octet) {
    return [octet](std::uint32_t i) {
      Ipv6Address address{{0xfe, 0x80}};
      address.octets[octet] = static_cast<std::uint8_t>(i >> 8);
      address.octets[octet + 1] = static_cast<std::uint8_t>(i);
      return IpAddress{address};
    };
  };
  EXPECT_LT(most_in_a_bucket([](std::uint32_t i) { return IpAddress{Ipv4Address{0x0a000000 + i}}; }), 48);
  EXPECT_LT(most_in_a_bucket([](std::uint32_t i) { return IpAddress{Ipv4Address{i << 16}}; }), 48);
  EXPECT_LT(most_in_a_bucket([](std::uint32_t i) { return IpAddress{Ipv4Address{i * 0x9e3779b1}}; }), 48);
  for (const std::size_t octet : {2U, 5U, 8U, 11U, 14U}) EXPECT_LT(most_in_a_bucket(v6(octet)), 48) << octet;
}

// Addresses that collide under one key do not under another: what was found out elsewhere is of no use here.
TEST(AddressHash, CollisionsAreAMatterOfTheSeed) {
  const AddressHash one(1);
  const AddressHash other(2);
  std::vector<IpAddress> colliding;
  for (std::uint32_t i = 0; colliding.size() < 200; ++i)
    if (one(Ipv4Address{i}) % 4096 == 0) colliding.emplace_back(Ipv4Address{i});
  std::unordered_map<std::uint64_t, int> buckets;
  int most = 0;
  for (const IpAddress& address : colliding) most = std::max(most, ++buckets[other(address) % 4096]);
  EXPECT_LT(most, 6);
}

}  // namespace
}  // namespace onlink

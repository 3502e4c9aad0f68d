// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace onlink::inline v0 {
namespace {

std::vector<std::uint64_t> all_of(const ScanOrder& order, std::uint64_t count) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(order[i]);
  return values;
}

TEST(ScanOrder, NamesEachNumberExactlyOnce) {
  for (const std::uint64_t count :
       {1U, 2U, 3U, 4U, 5U, 7U, 20U, 254U, 255U, 256U, 257U, 1000U, 4096U, 65'535U, 65'537U}) {
    std::vector<std::uint64_t> values = all_of(ScanOrder{count, 42}, count);
    std::ranges::sort(values);
    for (std::uint64_t i = 0; i < count; ++i) ASSERT_EQ(values[i], i) << "of " << count;
  }
}

TEST(ScanOrder, DependsOnTheSeedAlone) {
  EXPECT_EQ(all_of(ScanOrder{256, 1}, 256), all_of(ScanOrder{256, 1}, 256));
  EXPECT_NE(all_of(ScanOrder{256, 1}, 256), all_of(ScanOrder{256, 2}, 256));
}

// A random order has about one neighbouring pair in `count`, and its places are spread over all numbers.
TEST(ScanOrder, KeepsNeighboursApart) {
  constexpr std::uint64_t count = 65'536;
  const std::vector<std::uint64_t> values = all_of(ScanOrder{count, 3}, count);
  int neighbours = 0;
  double sum_of_first = 0;
  for (std::size_t i = 1; i < values.size(); ++i) neighbours += values[i] == values[i - 1] + 1 ? 1 : 0;
  for (std::size_t i = 0; i < 1024; ++i) sum_of_first += static_cast<double>(values[i]);
  EXPECT_LT(neighbours, 20);
  EXPECT_NEAR(sum_of_first / 1024, count / 2.0, count / 20.0);
}

TEST(ScanOrder, ReachesAllOfIpv4) {
  constexpr std::uint64_t count = (std::uint64_t{1} << 32) - 5;
  const ScanOrder order{count, 9};
  for (std::uint64_t i = 0; i < count; i += count / 1000) EXPECT_LT(order[i], count);
}

}  // namespace
}  // namespace onlink::inline v0

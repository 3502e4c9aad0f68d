// SPDX-License-Identifier: Apache-2.0
// A stable sort. libstdc++ 12's own uses what C++17 deprecated, which clang says in every program that calls it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace onlink::differential {

template <class T, class Projection>
void sort_by(std::vector<T>& items, Projection projection) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair{std::invoke(projection, items[i]), i}; });
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const std::size_t i : order) sorted.push_back(std::move(items[i]));
  items = std::move(sorted);
}

}  // namespace onlink::differential

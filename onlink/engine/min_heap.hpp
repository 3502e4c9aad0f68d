// SPDX-License-Identifier: Apache-2.0
// A priority queue whose top is what comes first, by T::comes_before. Unlike std::priority_queue it lets the top be
// moved out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace onlink::inline v0 {

template <class T>
class MinHeap {
 public:
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  // REQUIRES: not empty, here and for pop().
  [[nodiscard]] const T& top() const noexcept { return items_.front(); }
  void push(T item) {
    items_.push_back(std::move(item));
    std::push_heap(items_.begin(), items_.end(), comes_after);
  }
  T pop() {
    std::pop_heap(items_.begin(), items_.end(), comes_after);
    T item = std::move(items_.back());
    items_.pop_back();
    return item;
  }

 private:
  static bool comes_after(const T& a, const T& b) noexcept { return b.comes_before(a); }
  std::vector<T> items_;
};

}  // namespace onlink::inline v0

// SPDX-License-Identifier: Apache-2.0
#include "bench/allocation_count.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {

std::size_t total = 0;

void* counted(void* memory) {
  if (memory == nullptr) std::abort();
  total += malloc_usable_size(memory);
  return memory;
}
void release(void* memory) noexcept {
  if (memory != nullptr) total -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

std::size_t onlink::bench::allocated() noexcept { return total; }

void* operator new(std::size_t size) { return counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(std::aligned_alloc(static_cast<std::size_t>(alignment), size));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

// SPDX-License-Identifier: Apache-2.0
// How much memory the program has taken with `new` and not given back, as the allocator rounds it.
#pragma once

#include <cstddef>

namespace onlink::bench {

[[nodiscard]] std::size_t allocated() noexcept;

}  // namespace onlink::bench

// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/scan_order.hpp"

#include <bit>

#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {

ScanOrder::ScanOrder(std::uint64_t count, std::uint64_t seed) noexcept : count_(count) {
  const auto bits = static_cast<unsigned>(std::bit_width(count == 0 ? 0 : count - 1));
  low_bits_ = (bits + 1) / 2;
  low_mask_ = (std::uint64_t{1} << low_bits_) - 1;
  high_mask_ = (std::uint64_t{1} << (bits - low_bits_)) - 1;
  Rng rng{seed};
  for (std::uint64_t& key : keys_) key = rng.next();
}

}  // namespace onlink::inline v0

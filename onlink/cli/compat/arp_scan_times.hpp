// SPDX-License-Identifier: Apache-2.0
// When each target was last asked, in little memory: exactly for the last 65,536, for older ones as the time at which
// the last of their neighbours in the list was asked, which is a little late and never early.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "onlink/base/time.hpp"

namespace onlink::inline v0::cli::compat {

class ArpScanTimes {
 public:
  explicit ArpScanTimes(std::uint64_t targets)
      : exact_(std::min<std::uint64_t>(targets, exact_places)), blocks_(targets / block_size + 1) {}

  // REQUIRES of both: place is below the number of targets.
  void set(std::uint64_t place, Instant time) {
    exact_[place % exact_.size()] = {place + 1, time};
    blocks_[place / block_size] = time;
  }
  // A target that was never asked was asked at the beginning of time.
  [[nodiscard]] Instant at(std::uint64_t place) const {
    const Asked& asked = exact_[place % exact_.size()];
    return asked.place_and_one == place + 1 ? asked.time : blocks_[place / block_size];
  }

 private:
  static constexpr std::uint64_t exact_places = 65536;
  static constexpr std::uint64_t block_size = 4096;

  struct Asked {
    std::uint64_t place_and_one = 0;
    Instant time{};
  };
  std::vector<Asked> exact_;
  std::vector<Instant> blocks_;
};

}  // namespace onlink::inline v0::cli::compat

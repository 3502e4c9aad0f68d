// SPDX-License-Identifier: Apache-2.0
// Octets that grow as they are written, for frames that need not be well formed.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "onlink/base/bytes.hpp"

namespace onlink::differential {

class ByteSink {
 public:
  template <std::unsigned_integral T>
  ByteSink& put(T value) {
    std::array<std::byte, sizeof(T)> octets{};
    store_be<T>(value, octets);
    return put(Bytes{octets});
  }
  ByteSink& put(Bytes bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  template <std::size_t N>
  ByteSink& put(const std::array<std::uint8_t, N>& octets) {
    return put(std::as_bytes(std::span{octets}));
  }
  ByteSink& zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  [[nodiscard]] std::vector<std::byte>& bytes() noexcept { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace onlink::differential

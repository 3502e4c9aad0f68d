// SPDX-License-Identifier: Apache-2.0
// Bytes of a file in order, in constant memory: one buffer that is refilled in pieces of 1 MiB. Works on pipes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0 {

class ByteSource {
 public:
  ByteSource(UniqueFd fd, std::string name);
  // All that there is lies in memory already; it is copied.
  explicit ByteSource(Bytes memory);

  // The next `count` octets without taking them, lent until the next call; fewer when the file ends before.
  [[nodiscard]] std::expected<Bytes, Error> peek(std::size_t count);
  // REQUIRES: peeked at before.
  void take(std::size_t count) noexcept;
  // Octets taken so far.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  [[nodiscard]] std::expected<void, Error> fill(std::size_t wanted);

  UniqueFd fd_;
  std::string name_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
};

// Opens for reading; "-" is standard input. Errors: system.
[[nodiscard]] std::expected<ByteSource, Error> open_byte_source(const std::string& path);

}  // namespace onlink::inline v0
